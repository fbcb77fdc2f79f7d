/**
 * The shape of a risk model: a parameter schema and a pure function from exposures to a verdict.
 * How slices become minutes and decibels is the reading (reading.ts), so every model reads a trace alike.
 */
import type { z } from 'zod';
import type { Exposure } from '../core/exposure.ts';
import type { Reading } from './reading.ts';

export type Operator = '>' | '>=';

export const exceeds = (score: number, operator: Operator, threshold: number): boolean =>
  operator === '>' ? score > threshold : score >= threshold;

/** One line of the reason trail: "duration bucket" = "D5", because "(15, 20] min". */
export interface Step {
  readonly what: string;
  readonly value: number | string;
  readonly because: string;
}

/** Collects steps where somebody wants to read them; absent in bulk evaluation. */
export type Trail = Step[];

export interface Verdict {
  readonly score: number;
  readonly operator: Operator;
  readonly threshold: number;
  readonly alert: boolean;
}

/** Compares a score with its threshold; the last step of every trail. */
export function decide(score: number, operator: Operator, threshold: number, trail?: Trail): Verdict {
  const alert = exceeds(score, operator, threshold);
  const because = `score ${score} is ${alert ? '' : 'not '}${operator} threshold ${threshold}`;
  trail?.push({ what: 'decision', value: alert ? 'alert' : 'no alert', because });
  return { score, operator, threshold, alert };
}

export interface RiskModel<P> {
  readonly name: string;
  readonly title: string;
  /** Ranges of every parameter; parse errors name the parameter. */
  readonly parameters: z.ZodType<P>;
  /** True where an alert is decided by the D x A cell of each exposure alone: alert iff any cell alerts. */
  readonly decidesByCell: boolean;
  /** True where it can judge rows of an aggregated table, which have a cell but neither minutes nor dB. */
  readonly readsCells: boolean;
  /**
   * Verdict about one group of exposures: a single one, a person's day or all a person has, oldest first.
   * The model itself knows what it takes the maximum of and what it sums (per UTC day where it does).
   * An empty group is score 0.
   */
  assess(group: readonly Exposure[], parameters: P, reading: Reading, trail?: Trail): Verdict;
  /** Which factors a trace may lack, so that --all-presets can say what a preset depends on (contract.md 1). */
  dependsOn(parameters: P): { readonly days: boolean; readonly transmissionLevel: boolean };
}

/** A published parameter set, src/risk/presets/NAME.json. */
export interface Preset {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Day, or month where no day is known, the set came into force or was committed: "2020-06-05"; null for none. */
  readonly date: string | null;
  readonly model: string;
  readonly title: string;
  /** Public documents or commits the numbers come from. */
  readonly sources: readonly string[];
  readonly notes: readonly string[];
  readonly parameters: unknown;
}
