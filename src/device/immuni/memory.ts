/** What the app of Immuni remembers beside keys, sightings and exposures. */
import { type AnalyticsMemory, newAnalytics } from './analytics.ts';
import { type DummyMemory, newDummies } from './dummies.ts';

export interface ImmuniMemory {
  /** Number of the last batch that was looked at; 0: none. */
  readonly lastBatch: number;
  readonly analytics: AnalyticsMemory;
  readonly dummies: DummyMemory;
}

export const newImmuniMemory = (): ImmuniMemory => ({
  lastBatch: 0,
  analytics: newAnalytics(),
  dummies: newDummies(),
});
