/** Order among rules that reach the optimum (contract.md 2): the first is the one that a fit returns. */
import type { Lattice, RuleId } from './lattice.ts';

export interface TieBreak {
  readonly lattice: Lattice;
  /** Mean objective over the bootstrap, larger is better; null without bootstrap. */
  readonly mean: ((rule: RuleId) => number) | null;
  /** Worst regret over dB shifts, smaller is better; null where shifts are impossible. */
  readonly regret: ((rule: RuleId) => number) | null;
  /** The rule to stay near to, if any. */
  readonly near: RuleId | null;
}

/** Differences below this are rounding of sums. */
const EQUAL = 1e-12;

/**
 * Best first: highest bootstrap mean, smallest worst regret, fewest corners, nearest to the compared rule,
 * and finally the smallest rank, so that the order never depends on anything else.
 */
export function ordered(ties: readonly RuleId[], { lattice, mean, regret, near }: TieBreak): readonly RuleId[] {
  const keys = new Map(
    ties.map((rule) => [
      rule,
      [
        mean ? -mean(rule) : 0,
        regret ? regret(rule) : 0,
        lattice.classes[rule]!,
        near === null ? 0 : distance(lattice, rule, near),
        rule,
      ],
    ]),
  );
  return ties.toSorted((a, b) => {
    const own = keys.get(a)!;
    const other = keys.get(b)!;
    const at = own.findIndex((key, k) => Math.abs(key - other[k]!) > EQUAL);
    return at < 0 ? 0 : own[at]! - other[at]!;
  });
}

/** Number of cells that two rules decide differently. */
export function distance({ rows, lengths }: Lattice, a: RuleId, b: RuleId): number {
  let cells = 0;
  for (let row = 0; row < rows; row++) cells += Math.abs(lengths[a * rows + row]! - lengths[b * rows + row]!);
  return cells;
}
