/** --suppress-below: counts of few people are hidden, with everything computed from them. */
import type { Estimate } from '../../src/core/document.ts';
import { undefinedEstimate } from '../metrics.ts';
import type { Confusion } from '../objectives.ts';

export interface Suppression {
  /** Counts from 1 to below - 1 are hidden; 0 = show all. */
  readonly below: number;
}

export const isSmall = (count: number, { below }: Suppression): boolean => count > 0 && count < below;

/** Whether a confusion matrix, and so everything computed from it, can be shown. */
export const isShown = ({ tp, fp, fn, tn }: Confusion, suppression: Suppression): boolean =>
  ![tp, fp, fn, tn].some((count) => isSmall(count, suppression));

/** "17", "<5"; weighted counts with one decimal. */
export const countText = (count: number, suppression: Suppression): string =>
  isSmall(count, suppression) ? `<${suppression.below}` : String(Math.round(count * 10) / 10);

/** A count for a table: the number, or "<5". */
export const countValue = (count: number, suppression: Suppression): number | string =>
  isSmall(count, suppression) ? `<${suppression.below}` : count;

/** Stands in for a count that would tell a small one. */
export const HIDDEN = 'hidden';

/**
 * The four counts of a row for a table. A hidden count is the total of its class minus the other count of the class, so
 * both are hidden; where a whole class is small, all four are, because n and the other class would tell it.
 */
export function countsShown(
  own: Confusion,
  suppression: Suppression,
): Readonly<Record<keyof Confusion, number | string>> {
  const { tp, fp, fn, tn } = own;
  const hides = (...counts: readonly number[]): boolean => counts.some((count) => isSmall(count, suppression));
  const all = hides(tp + fn, fp + tn);
  const [contacts, others] = [all || hides(tp, fn), all || hides(fp, tn)];
  return {
    tp: contacts ? HIDDEN : tp,
    fp: others ? HIDDEN : fp,
    fn: contacts ? HIDDEN : fn,
    tn: others ? HIDDEN : tn,
  };
}

/** The estimate, unless one of the counts behind it is hidden. */
export const shown = (estimate: Estimate, counts: readonly number[], suppression: Suppression): Estimate =>
  counts.some((count) => isSmall(count, suppression)) ? undefinedEstimate('suppressed') : estimate;
