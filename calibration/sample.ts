/** Subjects with known truth as columns: what counts, bootstraps and intervals work on. */
import type { Subject } from './subjects.ts';

export interface Sample {
  readonly subjects: readonly Subject[];
  /** 1 = truly positive. */
  readonly positive: Uint8Array;
  readonly weight: Float64Array;
  /** Index of the subject's cluster (contract.md 2: users, rows where there are none). */
  readonly cluster: Int32Array;
  /** Clusters by stratum (scenario): every bootstrap draws as many from each as there are. */
  readonly strata: readonly Int32Array[];
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
    strata: [...strata.keys()].toSorted().map((name) => Int32Array.from(strata.get(name)!)),
    positives,
    negatives: subjects.length - positives,
    unknown: all.length - subjects.length,
    independent: clusters.size === subjects.length,
  };
}

/** True where a subject stands for several exposures: at the level of exposures there are more rows. */
export const isGrouped = ({ subjects }: Sample): boolean => subjects.some(({ exposures }) => exposures.length > 1);

/** The part of a sample that a test on subjects selects, with clusters and strata of its own. */
export const subsample = (sample: Sample, keep: (subject: Subject, index: number) => boolean): Sample =>
  sampleOf(sample.subjects.filter(keep));

/** True where subjects carry different weights: then no formula interval holds, only the bootstrap. */
export const isWeighted = ({ weight }: Sample): boolean => weight.some((value) => value !== weight[0]);
