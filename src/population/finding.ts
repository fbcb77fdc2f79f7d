/** What phones find when they look, and what a warning of it would do. */
import type { Exposure } from '../core/exposure.ts';
import type { Hours } from './delivery.ts';

/** Phones keep what they heard, and servers keys, of as many days before today. */
export const DAYS_BACK = 14;

/** Somebody who uploads. */
export interface Upload {
  readonly agent: number;
  readonly at: Hours;
  /** Day of the first symptoms. */
  readonly onset: number;
}

/** Somebody whose phone warns. */
export interface Warning {
  readonly agent: number;
  readonly at: Hours;
}

/** A phone finds exposures to one who has uploaded. */
export interface Finding extends Warning {
  readonly uploaded: Hours;
  /** When the server could publish it. */
  readonly ready: Hours;
  readonly exposures: readonly Exposure[];
}

/** What one upload tells one phone when it looks, whether the rule warns of it or not. */
export interface PossibleWarning {
  readonly receiver: number;
  /** What is new to it, old ones included (`keptOn`). */
  readonly exposures: readonly Exposure[];
  /** Days [from, until) at home of somebody warned by it; none of those who would not comply. */
  readonly from: number;
  readonly until: number;
  /** Days at home that this would add to those already ordered. */
  readonly days: number;
}

/** What a phone has left of exposures on a day, as old as they are then. */
export const keptOn = (today: number, exposures: readonly Exposure[]): readonly Exposure[] =>
  exposures
    .filter(({ day }) => day! >= today - DAYS_BACK)
    .map((exposure) => ({ ...exposure, daysSinceExposure: today - exposure.day! }));
