/** What the app of Immuni remembers beside keys, sightings and exposures. */
import { type AnalyticsMemory, newAnalytics } from './analytics.ts';
import { type DummyMemory, newDummies } from './dummies.ts';

export interface ImmuniMemory {
  readonly analytics: AnalyticsMemory;
  readonly dummies: DummyMemory;
}

export const newImmuniMemory = (): ImmuniMemory => ({ analytics: newAnalytics(), dummies: newDummies() });
