/** Seeded synthetic exposures and samples with known properties, and slow evaluations to hold fast ones against. */
import type { Lattice } from '../../calibration/lattice.ts';
import type { ObjectiveOptions } from '../../calibration/objectives.ts';
import { type Sample, sampleOf } from '../../calibration/sample.ts';
import { type Level, subjectsOf } from '../../calibration/subjects.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed, type Stream } from '../../src/core/random.ts';
import { fixture } from './riskFixtures.ts';

interface Theory {
  readonly staircases_8x8: number;
  readonly monotone_achievable: number;
  readonly hasse_edges: number;
  /** JSON numbers end at 2^53, so large counts are texts. */
  readonly unconstrained_achievable: string;
  readonly small_3x3: { readonly monotone: number; readonly unconstrained: number };
  /** Values of the classes, and the smallest flagged and largest unflagged product, by number of classes. */
  readonly max_margin: Readonly<Record<`k${1 | 2 | 3 | 4 | 5}`, readonly number[]>> & {
    readonly gaps: Readonly<Record<`k${1 | 2 | 3 | 4 | 5}`, readonly [number, number]>>;
  };
}

const vectors = fixture('vectors/risk-golden.json') as { suites: { dxa_theory: { facts: Theory } } };
/** Facts about the rules of the D x A model that were found by exhaustive enumeration. */
export const theory = vectors.suites.dxa_theory.facts;

export const metricOptions: ObjectiveOptions = { prevalence: 0.1, falseNegativeCost: 7, thresholdProbability: 0.05 };

/** An exposure of one slice, as a mean reading sees it. */
export const exposureAt = (minutes: number, attenuation: number, more: Partial<Exposure> = {}): Exposure => ({
  slices: [{ seconds: minutes * 60, low: attenuation, high: attenuation }],
  weight: 1,
  ...more,
});

/** An exposure in a fixed cell, 0-based (D index, A index). */
export const exposureIn = (row: number, column: number, more: Partial<Exposure> = {}): Exposure => ({
  slices: [],
  cell: [row, column],
  weight: 1,
  ...more,
});

/**
 * People with 1..8 exposures each, as in field data: log-uniform distances of 0.4..10 m, exponential durations read in
 * steps of 5 min, log-distance path loss with 5 dB of noise and a body in half of the cases; infection by closeness and
 * time. About 39,000 people for 100,000 exposures.
 */
export function population(seed: number, exposures: number): readonly Exposure[] {
  const stream = keyed(seed, 'test population');
  const found: Exposure[] = [];
  for (let person = 0; found.length < exposures; person++) {
    const own = Array.from(
      { length: Math.min(1 + Math.floor(stream.uniform() * stream.uniform() * 8), exposures - found.length) },
      () => contact(stream),
    );
    const hazard = own.reduce((sum, one) => sum + one.hazard, 0.01);
    const label = stream.uniform() < 1 - Math.exp(-hazard);
    for (const { minutes, attenuation } of own)
      found.push(exposureAt(minutes, attenuation, { user: `u${person}`, day: 18_400 + stream.below(14), label }));
  }
  return found;
}

function contact(stream: Stream): { minutes: number; attenuation: number; hazard: number } {
  const distance = Math.exp(Math.log(0.4) + stream.uniform() * Math.log(25));
  const duration = -Math.log(1 - stream.uniform()) * 14;
  const body = stream.below(2) === 0 ? 0 : 6 + 4 * stream.uniform();
  const attenuation = Math.round(Math.max(0, 47 + 20 * Math.log10(distance) + body + stream.normal() * 5));
  const minutes = Math.max(0, Math.round((duration + (stream.uniform() - 0.5) * 5) / 5) * 5);
  const closeness = 1.5 / distance;
  return { minutes, attenuation, hazard: 0.004 * duration * Math.min(1, closeness * closeness) };
}

export interface Messiness {
  readonly users: number;
  /** Exposures a user, 1..most. */
  readonly most?: number;
  /** Days over which a user's exposures lie. */
  readonly days?: number;
  readonly weighted?: boolean;
  /** Minutes and attenuations in fractions; else whole. */
  readonly fractions?: boolean;
  /** Slices an exposure, 1..slices. */
  readonly slices?: number;
  /** Slices are bins of 3 dB instead of single values. */
  readonly bins?: boolean;
}

/** Exposures without any structure: 0..60 min, 0..100 dB, every third person positive. */
export function messyExposures(seed: number, shape: Messiness): readonly Exposure[] {
  const { users, most = 4, days = 3, weighted = false, slices = 3, bins = false, fractions = false } = shape;
  const stream = keyed(seed, 'messy exposures');
  const number = (limit: number): number => (fractions ? stream.uniform() * limit : stream.below(limit + 1));
  const slice = () => {
    const low = number(100);
    return { seconds: number(20) * 60, low, high: low + (bins ? 3 : 0) };
  };
  return Array.from({ length: users }, (_, user) => user).flatMap((user) => {
    const label = stream.below(3) === 0;
    const weight = weighted ? 0.25 + stream.uniform() * 3 : 1;
    return Array.from({ length: 1 + stream.below(most) }, () => ({
      slices: Array.from({ length: 1 + stream.below(slices) }, slice),
      user: `u${user}`,
      day: 18_400 + stream.below(days),
      scenario: `s${stream.below(3)}`,
      label,
      weight,
    }));
  });
}

export const sampleFrom = (exposures: readonly Exposure[], level: Level = 'user'): Sample =>
  sampleOf(subjectsOf(exposures, level));

/** Random cells of one user with 1..most exposures. */
export const randomCells = (
  stream: Stream,
  { rows, columns }: Lattice,
  most: number,
): readonly (readonly [number, number])[] =>
  Array.from({ length: 1 + stream.below(most) }, () => [stream.below(rows), stream.below(columns)] as const);

/** All non-decreasing lists of `length` numbers 0..8. */
export function nonDecreasing(length: number, least = 0): readonly (readonly number[])[] {
  if (length === 0) return [[]];
  return Array.from({ length: 9 - least }, (_, k) => least + k).flatMap((value) =>
    nonDecreasing(length - 1, value).map((rest) => [value, ...rest]),
  );
}
