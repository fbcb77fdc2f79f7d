/**
 * How long the deployed servers let a fake request wait: a Poisson number of milliseconds around a moving average of the
 * genuine ones (backend spec B3). Two mistakes are kept, because they were deployed: what is measured of registrations
 * and results is written to the average of TANs, so that their own stay at 10 ms for ever; and differences are divided
 * as whole numbers, so that an average does not move by less than its number of samples.
 */
import { type Entropy, poissonFrom } from '../../core/entropy.ts';
import type { Seconds } from '../../core/units.ts';

export type Delayed = 'token' | 'test' | 'tan' | 'submission';

const INITIAL = 10;
const SAMPLES: Readonly<Record<Delayed, number>> = { token: 5, test: 5, tan: 5, submission: 10 };

export class FakeDelay {
  /** Milliseconds. */
  readonly #averages: Record<Delayed, number> = { token: INITIAL, test: INITIAL, tan: INITIAL, submission: INITIAL };

  /** A genuine request took so long. */
  observe(kind: Delayed, seconds: Seconds): void {
    const written = kind === 'submission' ? kind : 'tan';
    const difference = Math.round(seconds * 1000) - this.#averages[written];
    this.#averages[written] += Math.trunc(difference / SAMPLES[written]);
  }

  draw(kind: Delayed, entropy: Entropy): Seconds {
    return poissonFrom(entropy, this.#averages[kind]) / 1000;
  }
}
