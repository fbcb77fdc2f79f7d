/** Truth records of a trace, looked up for the exposures that follow them. */
import type { Exposure } from '../core/exposure.ts';
import type { GroundTruth } from '../core/records.ts';
import type { UtcDay } from '../core/units.ts';

const keyOf = (user?: string, receiver?: string, transmitter?: string, day?: UtcDay): string =>
  [user, receiver, transmitter, day].map((part) => part ?? '').join('\n');

export class TruthBook {
  readonly #labels = new Map<string, boolean | null>();

  add({ user, receiver, transmitter, day, label }: GroundTruth): void {
    this.#labels.set(keyOf(user, receiver, transmitter, day), label);
  }

  /** The exposure with its label: its own, else the most specific truth record (pair's day, pair, user's day, user). */
  label(exposure: Exposure): Exposure {
    if (exposure.label !== undefined || this.#labels.size === 0) return exposure;
    const { user, receiver, transmitter, day } = exposure;
    const candidates = [
      keyOf(undefined, receiver, transmitter, day),
      keyOf(undefined, receiver, transmitter),
      keyOf(user, undefined, undefined, day),
      keyOf(user),
    ];
    const found = candidates.find((key) => key !== NOBODY && this.#labels.has(key));
    return found === undefined ? exposure : { ...exposure, label: this.#labels.get(found)! };
  }
}

const NOBODY = keyOf();
