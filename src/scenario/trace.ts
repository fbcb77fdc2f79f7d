/** Exposures of a simulated town as records of a trace, labelled with what was true. */
import type { TraceRecord } from '../core/records.ts';
import { SECONDS_PER_DAY } from '../core/units.ts';
import { DAYS_BACK } from '../population/finding.ts';
import type { TracedExposure } from '../population/tracing.ts';
import type { ArmParameters } from './resolve.ts';

/** A true contact: so many minutes of a day so near, whatever a phone heard of it. */
export const isTrue = ({ encounters }: TracedExposure, { minutes, metres }: ArmParameters['truth']): boolean =>
  encounters.reduce((sum, encounter) => sum + (encounter.metres <= metres ? encounter.minutes : 0), 0) >= minutes;

type Scan = Extract<TraceRecord, { readonly type: 'scan' }>;

/** One a scan, with true distances. Time counts from the begin of the simulation. */
function scansOf(traced: TracedExposure, truth: ArmParameters['truth']): readonly Scan[] {
  const label = isTrue(traced, truth);
  const { receiver, transmitter, slices } = traced.exposure;
  return slices.map(({ time, seconds, low, min, distance }) => ({
    type: 'scan',
    time: Math.round(time!),
    receiver: receiver!,
    transmitter: transmitter!,
    seconds: Math.round(seconds),
    typicalAttenuation: tenths(low),
    minAttenuation: tenths(min!),
    distance: Math.round(distance! * 100) / 100,
    label,
    user: receiver!,
  }));
}

/** Of a decibel: no phone knows more. */
const tenths = (attenuation: number): number => Math.min(255, Math.max(0, Math.round(attenuation * 10) / 10));

/** What listens to a run and writes its scans in order; `end` after it. */
export function scanWriter(truth: ArmParameters['truth'], write: (scans: readonly Scan[]) => void) {
  const scans = new ScansInOrder(truth, write);
  return {
    listener: {
      day: (day: number) => scans.completeBefore(day - DAYS_BACK),
      exposure: (traced: TracedExposure) => scans.add(traced),
    },
    end: () => scans.completeBefore(Number.POSITIVE_INFINITY),
  };
}

/** A day of a nation as one text would be longer than texts can be. */
const MOST_AT_ONCE = 10_000;

/**
 * Puts scans in order of time, as readers of traces want them. Exposures come when somebody uploads, up to 14 days late, so
 * that a day is complete, and can be let go, 14 days later.
 */
export class ScansInOrder {
  readonly #days = new Map<number, Scan[]>();
  readonly #truth: ArmParameters['truth'];
  readonly #write: (scans: readonly Scan[]) => void;

  constructor(truth: ArmParameters['truth'], write: (scans: readonly Scan[]) => void) {
    this.#truth = truth;
    this.#write = write;
  }

  add(traced: TracedExposure): void {
    for (const scan of scansOf(traced, this.#truth)) {
      // A time that is rounded up to midnight is of the next day.
      const day = Math.floor(scan.time / SECONDS_PER_DAY);
      const scans = this.#days.get(day);
      if (scans) scans.push(scan);
      else this.#days.set(day, [scan]);
    }
  }

  /** No exposure of an earlier day comes any more. */
  completeBefore(day: number): void {
    for (const own of [...this.#days.keys()].filter((one) => one < day).toSorted((one, other) => one - other)) {
      const scans = this.#days.get(own)!.toSorted((one, other) => one.time - other.time);
      for (let from = 0; from < scans.length; from += MOST_AT_ONCE) this.#write(scans.slice(from, from + MOST_AT_ONCE));
      this.#days.delete(own);
    }
  }
}
