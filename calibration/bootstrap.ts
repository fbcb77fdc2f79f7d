/**
 * Seeded bootstrap over clusters, stratified by scenario. Subjects that every rule at hand treats alike share a class;
 * a replicate is then the (weighted) number of subjects per class, whatever it is used for afterwards.
 */
import { keyed, type Stream } from '../src/core/random.ts';
import type { Sample } from './sample.ts';

export interface Classing {
  /** Class of every subject of the sample. */
  readonly classOf: Int32Array;
  /** One subject of every class. */
  readonly first: Int32Array;
}

/** Gives the same class number to subjects with the same key. */
export function classing(sample: Sample, key: (subject: number) => number | string): Classing {
  const numbers = new Map<number | string, number>();
  const first: number[] = [];
  const classOf = Int32Array.from(sample.subjects, (_, subject) => {
    const own = key(subject);
    let number = numbers.get(own);
    if (number === undefined) {
      numbers.set(own, (number = numbers.size));
      first.push(subject);
    }
    return number;
  });
  return { classOf, first: Int32Array.from(first) };
}

/** Members of every drawn unit in one list: unit u holds entries start[u]..start[u+1]. */
interface Stratum {
  readonly start: Int32Array;
  readonly classes: Int32Array;
  readonly weights: Float64Array;
  /** Class of every unit where each is one subject of weight 1 and classes are few: what most samples are. */
  readonly single: Uint16Array | null;
}

function strataOf(sample: Sample, { classOf, first }: Classing): readonly Stratum[] {
  const members: number[][] = [];
  for (const [subject, cluster] of sample.cluster.entries()) (members[cluster] ??= []).push(subject);
  return sample.strata.map((clusters) => {
    const subjects = [...clusters].flatMap((cluster) => members[cluster]!);
    let end = 0;
    const starts = [...clusters].map((cluster) => (end += members[cluster]!.length));
    const classes = Int32Array.from(subjects, (subject) => classOf[subject]!);
    const weights = Float64Array.from(subjects, (subject) => sample.weight[subject]!);
    const isSingle =
      subjects.length === clusters.length && first.length <= 0x10000 && weights.every((one) => one === 1);
    return {
      start: Int32Array.from([0, ...starts]),
      classes,
      weights,
      single: isSingle ? Uint16Array.from(classes) : null,
    };
  });
}

/**
 * Calls `visit` with the class counts of each replicate (one buffer, reused). The same seed gives the same draws of
 * clusters whatever the classing, so results of different rules are paired.
 */
export function bootstrap(
  sample: Sample,
  classes: Classing,
  { replicates, seed }: { readonly replicates: number; readonly seed: number },
  visit: (counts: Float64Array, replicate: number) => void,
): void {
  const strata = strataOf(sample, classes);
  const counts = new Float64Array(classes.first.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    counts.fill(0);
    const stream = keyed(seed, 'bootstrap', replicate);
    for (const stratum of strata) {
      if (stratum.single) drawSingles(stream, stratum.single, counts);
      else drawUnits(stream, stratum, counts);
    }
    visit(counts, replicate);
  }
}

// Two small loops: this is where a fit spends its time, and the plain one runs three times as fast.
function drawSingles(stream: Stream, classes: Uint16Array, counts: Float64Array): void {
  const units = classes.length;
  for (let draw = 0; draw < units; draw++) counts[classes[stream.below(units)]!]! += 1;
}

function drawUnits(stream: Stream, { start, classes, weights }: Stratum, counts: Float64Array): void {
  const units = start.length - 1;
  for (let draw = 0; draw < units; draw++) {
    const unit = stream.below(units);
    for (let k = start[unit]!; k < start[unit + 1]!; k++) counts[classes[k]!]! += weights[k]!;
  }
}
