/**
 * How long replies wait beside their deadline (backend spec A4). The deployed code had none, and gave itself away by
 * construction: a check of a password waits in any case, and a dummy waits once more.
 */
import { type Entropy, normalFrom } from '../../core/entropy.ts';
import type { Seconds } from '../../core/units.ts';

/** deadline: replies leave when they must (equality.ts); double: as deployed; none: at once, dummies much earlier. */
export type DelayRule = 'deadline' | 'double' | 'none';

export interface Waiting {
  readonly isCheck: boolean;
  readonly isDummy: boolean;
}

const MEAN: Seconds = 0.15;
const DEVIATION: Seconds = 0.02;

const normal = (entropy: Entropy): Seconds => Math.max(0, normalFrom(entropy, MEAN, DEVIATION));

/** Seconds from when the reply is known; 0: at once. */
export const delays: Readonly<Record<DelayRule, (waiting: Waiting, entropy: Entropy) => Seconds>> = {
  deadline: () => 0,
  none: () => 0,
  double: ({ isCheck, isDummy }, entropy) => (isCheck ? normal(entropy) : 0) + (isDummy ? normal(entropy) : 0),
};
