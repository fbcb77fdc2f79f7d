/**
 * Search for parameters of ENv2 daily summaries (model env2): 3 thresholds, 4 weights and a trigger. There are far too
 * many settings to count, so this is a local search from random starts, without a certificate: one coordinate after the
 * other takes its best value while the others stay, each value with the best trigger for it, until none improves.
 * Report type and infectiousness weigh 1 wherever the framework does not make them 0.
 */
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { keyed, type Stream } from '../src/core/random.ts';
import type { Db, Seconds } from '../src/core/units.ts';
import { byDay } from '../src/risk/days.ts';
import { env2 } from '../src/risk/models/env2.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { RuleCounts } from './counts.ts';
import { accumulate, minutesBelowEach } from './dailyScores.ts';
import { confusion } from './estimates.ts';
import type { Objective } from './objectives.ts';
import type { Sample } from './sample.ts';
import { argmax, feasible, type Limits, valueOf } from './search.ts';

/** Values that the search tries. */
export interface Env2Grid {
  /** Ascending, at least 3. */
  readonly thresholds: readonly Db[];
  /** 0..2.5. */
  readonly weights: readonly number[];
  /** Triggers are triggerStep x 1, 2, .. triggers; s. */
  readonly triggerStep: Seconds;
  readonly triggers: number;
}

/** Whole dB 30..90, weights in twentieths, whole minutes up to two hours. */
export const ENV2_GRID: Env2Grid = {
  thresholds: Array.from({ length: 61 }, (_, k) => 30 + k),
  weights: Array.from({ length: 51 }, (_, k) => k / 20),
  triggerStep: 60,
  triggers: 120,
};

export interface Env2Options {
  readonly restarts: number;
  readonly seed: number;
  readonly grid?: Env2Grid;
  readonly limits?: Limits;
}

type Weights = readonly [number, number, number, number];

export interface Env2Rule {
  /** dB: upper ends of immediate, near and medium. */
  readonly thresholds: readonly [Db, Db, Db];
  /** Weights of immediate, near, medium and other. */
  readonly weights: Weights;
  /** Sum of a day's weighted seconds that alerts. */
  readonly trigger: Seconds;
}

export interface Env2Fit {
  readonly best: Env2Rule;
  /** Of the decisions of the model itself. */
  readonly value: number;
  readonly restarts: number;
  /** Restarts that ended at the best value: few of many means that there may be better ones. */
  readonly reached: number;
  /** Settings whose value was computed, the triggers included. */
  readonly evaluations: number;
}

/** Best of the restarts; never a proven optimum. Throws E-CONSTRAINTS where none keeps within the limits. */
export function searchEnv2(sample: Sample, reading: Reading, target: Objective, options: Env2Options): Env2Fit {
  const { restarts, seed, grid = ENV2_GRID, limits = {} } = options;
  const search = new LocalSearch(new DailySeconds(sample, reading, grid), grid, target, limits);
  const ends = Array.from({ length: restarts }, (_, restart) => search.climb(keyed(seed, 'env2-search', restart)));
  const best = ends.reduce((winner, end) => (end.value > winner.value + EQUAL ? end : winner));
  if (best.value === Number.NEGATIVE_INFINITY)
    throw new EnlabError('E-CONSTRAINTS', `no setting of ENv2 found in ${restarts} restarts keeps within the limits`);
  const rule: Env2Rule = {
    thresholds: best.at.map((index) => grid.thresholds[index]!) as unknown as Env2Rule['thresholds'],
    weights: best.weights,
    trigger: best.trigger,
  };
  return {
    best: rule,
    value: modelValue(sample, reading, target, rule),
    restarts,
    reached: ends.filter(({ value }) => value > best.value - EQUAL).length,
    evaluations: search.evaluations,
  };
}

/** Parameters of the model env2. */
export const env2Parameters = ({ thresholds, weights, trigger }: Env2Rule) => ({
  thresholds,
  boundary: 'closed' as const,
  weights,
  reportTypeWeights: { confirmedTest: 1, clinicalDiagnosis: 1, selfReport: 1, recursive: 1 },
  infectiousnessWeights: { standard: 1, high: 1 },
  minimumWindowScore: 0,
  threshold: trigger,
  operator: '>=' as const,
});

/** The model adds up in another order than the search: where a score equals the trigger, its rounding decides. */
function modelValue(sample: Sample, reading: Reading, target: Objective, rule: Env2Rule): number {
  const parameters = env2Parameters(rule);
  const alerts = Uint8Array.from(sample.subjects, ({ exposures }) =>
    env2.assess(exposures, parameters, reading).alert ? 1 : 0,
  );
  const { tp, fp, fn, tn } = confusion(sample, alerts);
  return target.value(tp, fp, tp + fn, fp + tn);
}

/** Values closer than this are equal. */
const EQUAL = 1e-12;

/** Thresholds by their index in the grid. */
interface Setting {
  readonly at: readonly [number, number, number];
  readonly weights: Weights;
}

interface Found extends Setting {
  readonly trigger: Seconds;
  readonly value: number;
}

class LocalSearch {
  readonly #days: DailySeconds;
  readonly #grid: Env2Grid;
  readonly #target: Objective;
  readonly #limits: Limits;
  readonly #triggers: Int32Array;
  evaluations = 0;

  constructor(days: DailySeconds, grid: Env2Grid, target: Objective, limits: Limits) {
    this.#days = days;
    this.#grid = grid;
    this.#target = target;
    this.#limits = limits;
    this.#triggers = Int32Array.from({ length: grid.triggers }, (_, k) => k);
  }

  /** A local optimum: no change of one coordinate, with any trigger, is better. */
  climb(stream: Stream): Found {
    let best = this.#withTrigger(this.#random(stream));
    for (;;) {
      const before = best.value;
      for (const coordinate of COORDINATES)
        for (const setting of neighbours(best, coordinate, this.#grid)) {
          const found = this.#withTrigger(setting);
          if (found.value > best.value + EQUAL) best = found;
        }
      if (best.value === before) return best;
    }
  }

  #random(stream: Stream): Setting {
    const { thresholds, weights } = this.#grid;
    const chosen = new Set<number>();
    while (chosen.size < 3) chosen.add(stream.below(thresholds.length));
    const [first, second, third] = [...chosen].toSorted((a, b) => a - b) as [number, number, number];
    const weight = (): number => weights[stream.below(weights.length)]!;
    return { at: [first, second, third], weights: [weight(), weight(), weight(), weight()] };
  }

  /** The setting with its best trigger; -Infinity where none keeps within the limits. */
  #withTrigger(setting: Setting): Found {
    const counts = this.#days.count(setting);
    this.evaluations += this.#triggers.length;
    const allowed = feasible(counts, this.#triggers, this.#limits);
    if (allowed.length === 0) return { ...setting, trigger: 0, value: Number.NEGATIVE_INFINITY };
    const k = argmax(counts, allowed, this.#target);
    return { ...setting, trigger: (k + 1) * this.#grid.triggerStep, value: valueOf(counts, k, this.#target) };
  }
}

const COORDINATES = [
  ['at', 0],
  ['at', 1],
  ['at', 2],
  ['weights', 0],
  ['weights', 1],
  ['weights', 2],
  ['weights', 3],
] as const;

/** All settings that differ in one coordinate only, thresholds kept in order. */
function neighbours(
  { at, weights }: Setting,
  [what, k]: (typeof COORDINATES)[number],
  grid: Env2Grid,
): readonly Setting[] {
  if (what === 'weights')
    return grid.weights.map((weight) => ({ at, weights: weights.with(k, weight) as unknown as Weights }));
  const [least, most] = [(at[k - 1] ?? -1) + 1, (at[k + 1] ?? grid.thresholds.length) - 1];
  return Array.from({ length: most - least + 1 }, (_, step) => ({
    at: at.with(k, least + step) as unknown as Setting['at'],
    weights,
  }));
}

/** Seconds of every subject's days at or below every threshold of a grid, as columns. */
class DailySeconds {
  readonly #sample: Sample;
  readonly #grid: Env2Grid;
  /** Days of subject k: start[k]..start[k + 1]. */
  readonly #start: Int32Array;
  /** One column a threshold, and all seconds as the last. */
  readonly #columns: readonly Float64Array[];
  readonly #totals: readonly [number, number];

  constructor(sample: Sample, reading: Reading, grid: Env2Grid) {
    this.#sample = sample;
    this.#grid = grid;
    const edges = [...grid.thresholds, Number.POSITIVE_INFINITY];
    const start = [0];
    const days: (readonly Exposure[])[] = [];
    for (const { exposures } of sample.subjects) {
      for (const day of byDay(exposures)) days.push(day.exposures.filter(weighs));
      start.push(days.length);
    }
    this.#start = Int32Array.from(start);
    this.#columns = edges.map(() => new Float64Array(days.length));
    for (const [day, exposures] of days.entries()) {
      const minutes = minutesBelowEach(exposures, edges, true, reading);
      for (const [k, column] of this.#columns.entries()) column[day] = minutes[k]! * 60;
    }
    const total = (positive: number): number =>
      sample.weight.reduce((sum, weight, k) => (sample.positive[k] === positive ? sum + weight : sum), 0);
    this.#totals = [total(1), total(0)];
  }

  /** Silent subjects of a setting under every trigger. */
  count({ at, weights: [immediate, near, medium, other] }: Setting): RuleCounts {
    const { triggerStep, triggers } = this.#grid;
    const [first, second, third] = at.map((index) => this.#columns[index]!) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const all = this.#columns.at(-1)!;
    const fn = new Float64Array(triggers);
    const tn = new Float64Array(triggers);
    const { positive, weight } = this.#sample;
    const start = this.#start;
    // The sum over buckets of weight x (seconds up to this threshold - seconds up to the one before), by threshold.
    const [w1, w2, w3] = [immediate - near, near - medium, medium - other];
    for (let subject = 0; subject < positive.length; subject++) {
      let highest = 0;
      const end = start[subject + 1]!;
      for (let day = start[subject]!; day < end; day++) {
        const score = w1 * first[day]! + w2 * second[day]! + w3 * third[day]! + other * all[day]!;
        if (score > highest) highest = score;
      }
      const reached = Math.floor(highest / triggerStep + ROUNDING);
      if (reached < triggers) (positive[subject] === 1 ? fn : tn)[reached]! += weight[subject]!;
    }
    const [positives, negatives] = this.#totals;
    return { fn: accumulate(fn, triggers), tn: accumulate(tn, triggers), positives, negatives };
  }
}

/** A score this close below a trigger reaches it, in steps. */
const ROUNDING = 1e-9;

/** Revoked keys and infectiousness "none" weigh 0 whatever the parameters are. */
const weighs = ({ reportType, infectiousness }: Exposure): boolean => reportType !== 5 && infectiousness !== 0;
