/** Where people live, and what happened there: households lie in provinces, and counts of a day are kept for each. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { Choice } from './draws.ts';
import type { Households } from './households.ts';

/** A part of a country, as phones name it in what they report. */
export interface Province {
  readonly name: string;
  /** Weight among households. */
  readonly share: number;
  /** How likely people there are to use an app, in proportion to other provinces. */
  readonly uses: number;
}

const PROVINCE = purposeHash('province of the household');

/** Provinces of the people of a town; drawn by household, not stored. Contacts ask nobody where they live. */
export class Provinces {
  readonly names: readonly string[];
  /** Of the mean adoption that of each. */
  readonly #uses: readonly number[];
  readonly #households: Households;
  readonly #choice: Choice;
  readonly #seed: number;

  /** RangeError where no province can be drawn. */
  constructor(provinces: readonly Province[], households: Households, seed: number) {
    this.names = provinces.map(({ name }) => name);
    const mean = meanOf(provinces);
    // Where nobody uses an app anywhere, nobody does here.
    this.#uses = provinces.map(({ uses }) => (mean === 0 ? 0 : uses / mean));
    this.#choice = new Choice(provinces.map(({ share }) => share));
    this.#households = households;
    this.#seed = seed;
  }

  /** Index in `names`, the same for all of a household. */
  of(agent: number): number {
    if (this.names.length === 1) return 0;
    return this.#choice.at(drawUniform(this.#seed, PROVINCE, this.#households.firstOf(agent)));
  }

  /** Of somebody, in proportion to the mean over all households. */
  usesOf(agent: number): number {
    return this.#uses[this.of(agent)]!;
  }

  /** How many live in each. */
  people(): readonly number[] {
    const { agents } = this.#households;
    if (this.names.length === 1) return [agents];
    const counts = this.names.map(() => 0);
    for (let first = 0; first < agents; first += this.#households.sizeOf(first))
      counts[this.of(first)]! += this.#households.sizeOf(first);
    return counts;
  }
}

function meanOf(provinces: readonly Province[]): number {
  const all = provinces.reduce((sum, { share }) => sum + share, 0);
  return provinces.reduce((sum, { share, uses }) => sum + (share / all) * uses, 0);
}

/** What is counted of a day in each province, by where people live; `calls` are those to the health service. */
export const provinceCounts = ['infections', 'uploads', 'warned', 'calls'] as const;
export type ProvinceCount = (typeof provinceCounts)[number];

/** Of a province: counts of the days from 1 on, in order. */
export type ProvinceSeries = Readonly<Record<ProvinceCount, readonly number[]>>;

/** Counts of days as they come, one after the other. */
export class ProvinceTally {
  readonly #provinces: Provinces;
  readonly #series: readonly Record<ProvinceCount, number[]>[];

  constructor(provinces: Provinces) {
    this.#provinces = provinces;
    this.#series = provinces.names.map(() => ({ infections: [], uploads: [], warned: [], calls: [] }));
  }

  /** Who it happened to on the next day. */
  add(who: Readonly<Record<ProvinceCount, readonly number[]>>): void {
    for (const name of provinceCounts) {
      for (const series of this.#series) series[name].push(0);
      for (const agent of who[name]) {
        const counts = this.#series[this.#provinces.of(agent)]![name];
        counts[counts.length - 1]!++;
      }
    }
  }

  /** In the order of the provinces. */
  get series(): readonly ProvinceSeries[] {
    return this.#series;
  }
}
