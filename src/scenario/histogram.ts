/**
 * What every rule on minutes and attenuation needs to know of a run (simulation.md 2, "Accumulators"): how many exposures there were
 * of so many decibels, minutes and days, true contacts and others. Rules are counted on it without simulating again, as long as
 * warnings change nothing.
 */
import { durationOf } from '../core/exposure.ts';
import type { TracedExposure } from '../population/tracing.ts';
import { defaultReading, meanAttenuation } from '../risk/reading.ts';
import { wholeMinutes } from '../risk/scale.ts';
import type { ArmParameters } from './resolve.ts';
import type { ScenarioRun } from './run.ts';
import { isTrue } from './trace.ts';

/** Exposures alike. */
export interface HistogramCell {
  /** Mean over their time, rounded to whole dB as the framework's models do. */
  readonly attenuation: number;
  /** Whole ones: 15.9 min are 15. */
  readonly minutes: number;
  /** From the exposure to the day of the upload. */
  readonly days: number;
  /** Whether they were true contacts, by the truth of the scenario. */
  readonly label: boolean;
  readonly weight: number;
}

/** Exposures counted; its size is that of the cells which occur, however many there are. */
export class ExposureHistogram {
  readonly #counts = new Map<number, number>();
  readonly #truth: ArmParameters['truth'];

  constructor(truth: ArmParameters['truth']) {
    this.#truth = truth;
  }

  /** `day`: of the upload. */
  add(traced: TracedExposure, day: number): void {
    const attenuation = Math.round(meanAttenuation(traced.exposure, defaultReading));
    const minutes = wholeMinutes(durationOf(traced.exposure));
    const key = keyOf(attenuation, minutes, day - traced.day, isTrue(traced, this.#truth));
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** In order of attenuation, minutes, days and label. */
  cells(): readonly HistogramCell[] {
    return [...this.#counts].toSorted(([one], [other]) => one - other).map(([key, weight]) => cellOf(key, weight));
  }
}

/** More than a day has, and than phones remember; a day of overlapping scans may count more minutes than it has. */
const MINUTES = 4096;
const DAYS = 32;

const keyOf = (attenuation: number, minutes: number, days: number, label: boolean): number =>
  ((attenuation * MINUTES + Math.min(MINUTES - 1, minutes)) * DAYS + days) * 2 + Number(label);

function cellOf(key: number, weight: number): HistogramCell {
  const [place, label] = [Math.floor(key / 2), key % 2 === 1];
  const [row, days] = [Math.floor(place / DAYS), place % DAYS];
  return { attenuation: Math.floor(row / MINUTES), minutes: row % MINUTES, days, label, weight };
}

/** Columns of histogram.csv, which "enlab calibrate" reads as it is. */
export const histogramColumns = ['arm', 'replicate', 'attenuation', 'minutes', 'days', 'label', 'weight'] as const;

/** One row for each arm, replicate and cell. */
export const histogramRows = ({ arms }: ScenarioRun) =>
  arms.flatMap(({ arm, outcomes }) =>
    outcomes.flatMap(({ histogram = [] }, replicate) =>
      histogram.map((cell) => ({ arm: arm.name, replicate, ...cell })),
    ),
  );
