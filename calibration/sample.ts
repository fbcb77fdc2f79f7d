/** Subjects with known truth as columns: what counts, bootstraps and intervals work on. */
import type { Subject } from './subjects.ts';

export interface Sample {
  readonly subjects: readonly Subject[];
  /** 1 = truly positive. */
  readonly positive: Uint8Array;
  readonly weight: Float64Array;
  /** Index of the subject's cluster (contract.md 2: users, rows where there are none). */
  readonly cluster: Int32Array;
  /** Clusters by stratum (scenario, small ones together): every bootstrap draws as many from each as there are. */
  readonly strata: readonly Int32Array[];
  /** Scenarios that were too small to be strata of their own. */
  readonly pooledScenarios: number;
  /** Subjects counted without weights. */
  readonly positives: number;
  readonly negatives: number;
  /** Left out because their truth is unknown. */
  readonly unknown: number;
  /** True where every cluster is one subject: rows are independent, so the intervals with a formula hold. */
  readonly independent: boolean;
}

export function sampleOf(all: readonly Subject[]): Sample {
  const subjects = all.filter((subject) => subject.truth !== null);
  const positive = Uint8Array.from(subjects, (subject) => (subject.truth ? 1 : 0));
  const clusters = new Map<string, number>();
  const strata = new Map<string, number[]>();
  const cluster = Int32Array.from(subjects, (subject) => {
    let index = clusters.get(subject.cluster);
    if (index === undefined) {
      clusters.set(subject.cluster, (index = clusters.size));
      const stratum = strata.get(subject.scenario);
      if (stratum) stratum.push(index);
      else strata.set(subject.scenario, [index]);
    }
    return index;
  });
  const positives = positive.reduce((sum, one) => sum + one, 0);
  return {
    subjects,
    positive,
    weight: Float64Array.from(subjects, (subject) => subject.weight),
    cluster,
    ...strataFrom([...strata.keys()].toSorted().map((name) => strata.get(name)!)),
    positives,
    negatives: subjects.length - positives,
    unknown: all.length - subjects.length,
    independent: clusters.size === subjects.length,
  };
}

/**
 * A stratum of m clusters shows (m - 1) / m of the variance between them: of a single one nothing varies at all, and an
 * interval has no width (Rao & Wu 1988). With five it is 80 %.
 */
const SMALLEST_STRATUM = 5;

/** Scenarios with fewer clusters are drawn together; where they are too few even so, with the smallest of the others. */
function strataFrom(scenarios: readonly (readonly number[])[]): Pick<Sample, 'strata' | 'pooledScenarios'> {
  const small = scenarios.filter(({ length }) => length < SMALLEST_STRATUM);
  const large = scenarios.filter(({ length }) => length >= SMALLEST_STRATUM);
  const pool = small.flat();
  const [smallest] = large.toSorted((a, b) => a.length - b.length);
  const isJoined = pool.length > 0 && pool.length < SMALLEST_STRATUM && smallest !== undefined;
  const strata = isJoined
    ? large.map((own) => (own === smallest ? [...own, ...pool] : own))
    : [...large, ...(pool.length > 0 ? [pool] : [])];
  return {
    strata: strata.map((own) => Int32Array.from(own)),
    pooledScenarios: isJoined || small.length > 1 ? small.length : 0,
  };
}

/** True where a subject stands for several exposures: at the level of exposures there are more rows. */
export const isGrouped = ({ subjects }: Sample): boolean => subjects.some(({ exposures }) => exposures.length > 1);

/** The part of a sample that a test on subjects selects, with clusters and strata of its own. */
export const subsample = (sample: Sample, keep: (subject: Subject, index: number) => boolean): Sample =>
  sampleOf(sample.subjects.filter(keep));

/** True where counts are sums of weights: a formula would take them for numbers of people, so only the bootstrap holds. */
export const isWeighted = ({ weight }: Sample): boolean => weight.some((value) => value !== 1);
