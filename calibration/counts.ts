/** Confusion counts of every rule of the lattice at once. */

import { flagsNothing, type Lattice, type RuleId, zeta } from './lattice.ts';
import type { Confusion } from './objectives.ts';

/** Subjects by the staircase that their exposures generate. */
export interface Generators {
  /** size of the lattice: (weighted) number of positive subjects per generator. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

export interface RuleCounts {
  readonly positives: number;
  readonly negatives: number;
  /** Missed positives and silent negatives of every rule. */
  readonly fn: Float64Array;
  readonly tn: Float64Array;
}

/** Exact counts of all rules: a subject stays silent under S iff its generator lies inside S. Consumes `generators`. */
export function countAll(lattice: Lattice, generators: Generators): RuleCounts {
  const fn = zeta(lattice, generators.positives);
  const tn = zeta(lattice, generators.negatives);
  const all = flagsNothing(lattice);
  return { fn, tn, positives: fn[all]!, negatives: tn[all]! };
}

export function confusionOf({ fn, tn, positives, negatives }: RuleCounts, rule: RuleId): Confusion {
  return { tp: positives - fn[rule]!, fp: negatives - tn[rule]!, fn: fn[rule]!, tn: tn[rule]! };
}
