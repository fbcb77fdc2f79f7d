/** Two rules judged on the same subjects: the difference of their rates, and whether it is more than chance. */
import { gammaln } from 'simple-statistics';
import { differenceInterval, type Interval, wilsonInterval, Z_95 } from './intervals.ts';

/** Subjects by what the first and the second rule say of them. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/**
 * Rate of the first rule minus rate of the second, -1..1, at least one subject. Newcombe, Stat Med 17 (1998)
 * 2635-2650, method 10: Wilson intervals of both rates, joined with their correlation.
 */
export function newcombePairedDifference(counts: PairedCounts, z: number = Z_95): Interval {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const n = both + onlyFirst + onlySecond + neither;
  const first = wilsonInterval(both + onlyFirst, n, z);
  const second = wilsonInterval(both + onlySecond, n, z);
  return differenceInterval(first, second, correctedPhi(counts));
}

/** Phi with the continuity correction of method 10: positive covariance is reduced by n / 2, not below 0. */
function correctedPhi({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const n = both + onlyFirst + onlySecond + neither;
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const covariance = both * neither - onlyFirst * onlySecond;
  return (covariance > 0 ? Math.max(0, covariance - n / 2) : covariance) / Math.sqrt(margins);
}

export interface McNemar {
  /** Exact two-sided p: never too small, often too large. */
  readonly p: number;
  /** Mid-p: closer to the nominal level, at times slightly below the exact one's guarantee. */
  readonly midP: number;
}

/**
 * McNemar's test on the two discordant counts: binomial with probability 1/2 (McNemar 1947). Mid-p counts half of
 * the probability of outcomes as likely as the observed one (Fagerland, Lydersen, Laake, BMC Med Res Methodol 13
 * (2013) 91). No discordant subject: both are 1, since nothing speaks for a difference.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): McNemar {
  const n = onlyFirst + onlySecond;
  if (n === 0) return { p: 1, midP: 1 };
  const fewer = Math.min(onlyFirst, onlySecond);
  const observed = Math.exp(gammaln(n + 1) - gammaln(fewer + 1) - gammaln(n - fewer + 1) - n * Math.LN2);
  if (onlyFirst === onlySecond) return { p: 1, midP: 1 - observed / 2 };
  let tail = observed;
  for (let k = fewer, term = observed; k > 0 && term > 0; k--) tail += term *= k / (n - k + 1);
  const p = Math.min(1, 2 * tail);
  return { p, midP: p - observed };
}
