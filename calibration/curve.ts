/**
 * Precision and recall of single packets over attenuation thresholds (contract.md 4): relevant = distance at or below
 * a limit, detected = attenuation at or below the threshold. Packets without a distance or without a signal
 * strength are dropped and counted.
 */
import type { Sighting } from '../src/core/records.ts';
import type { Db, Metres } from '../src/core/units.ts';
import { wilson } from '../src/stats/intervals.ts';
import { intervalOf } from './result.ts';
import type { CurveResult } from './schemas.ts';

/** Counts packets as they stream by; memory does not grow with the trace. */
export class Curve {
  readonly #distance: Metres;
  readonly #thresholds: readonly Db[];
  readonly #detected: number[];
  readonly #hits: number[];
  #relevant = 0;
  n = 0;
  unknown = 0;
  /** Packets with a distance, but no known signal strength. */
  withoutSignal = 0;

  constructor(distance: Metres, thresholds: readonly Db[]) {
    this.#distance = distance;
    this.#thresholds = thresholds;
    this.#detected = thresholds.map(() => 0);
    this.#hits = thresholds.map(() => 0);
  }

  add({ distance }: Pick<Sighting, 'distance'>, attenuation: Db | null): void {
    if (distance === undefined || distance === null) {
      this.unknown++;
      return;
    }
    if (attenuation === null) {
      this.withoutSignal++;
      return;
    }
    this.n++;
    const relevant = distance <= this.#distance;
    if (relevant) this.#relevant++;
    for (const [k, threshold] of this.#thresholds.entries()) {
      if (attenuation > threshold) continue;
      this.#detected[k]!++;
      if (relevant) this.#hits[k]!++;
    }
  }

  get points(): CurveResult['points'] {
    return this.#thresholds.map((threshold, k) => {
      const precision = wilson(this.#hits[k]!, this.#detected[k]!);
      const recall = wilson(this.#hits[k]!, this.#relevant);
      return {
        threshold,
        n: this.n,
        relevant: this.#relevant,
        detected: this.#detected[k]!,
        precision: precision.value,
        precisionInterval: intervalOf(precision),
        recall: recall.value,
        recallInterval: intervalOf(recall),
      };
    });
  }
}
