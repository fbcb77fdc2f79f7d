/**
 * How long replies to dummies wait, so that they take as long as genuine ones (backend spec A4). The deployed code
 * gave itself away by construction: a check of a password waits in any case, and a dummy waits once more.
 */
import { type Entropy, exponentialFrom, normalFrom } from '../../core/entropy.ts';
import type { Seconds } from '../../core/units.ts';

export type DelayRule = 'exponential' | 'normal';

export interface Waiting {
  readonly isCheck: boolean;
  readonly isDummy: boolean;
}

const MEAN: Seconds = 0.15;
const DEVIATION: Seconds = 0.02;

const normal = (entropy: Entropy): Seconds => Math.max(0, normalFrom(entropy, MEAN, DEVIATION));

/** Seconds from when the reply is known; 0: at once. */
export const delays: Readonly<Record<DelayRule, (waiting: Waiting, entropy: Entropy) => Seconds>> = {
  exponential: ({ isDummy }, entropy) => (isDummy ? exponentialFrom(entropy, MEAN) : 0),
  normal: ({ isCheck, isDummy }, entropy) => (isCheck ? normal(entropy) : 0) + (isDummy ? normal(entropy) : 0),
};
