/** Which keys may match at all, and which of their identifiers count (exposure-notifications-internals). */
import { CLOCK_TOLERANCE_INTERVALS, type ENInterval } from '../intervals.ts';
import { reportTypes } from '../keys.ts';
import type { KeyTable } from '../keyTable.ts';
import { indexIdentifiers, isSameAt } from './identifierIndex.ts';

export interface MatchRules {
  /** Intervals that the clocks of two phones may differ, both ends included: 12 (the default), 6 in microG. */
  readonly tolerance?: number;
  /**
   * Keys count only when start + period + `intervals` is not after the time of publication, one for each row of the
   * table. Absent: off, which lets replays of keys that are still valid succeed (identifiers.md 5, S5).
   */
  readonly embargo?: { readonly intervals: number; readonly publishedAt: Uint32Array };
}

export const toleranceOf = ({ tolerance = CLOCK_TOLERANCE_INTERVALS }: MatchRules): number => tolerance;

/** Why a key takes no part. */
export const keyReasons = ['revoked', 'embargo', 'repeated', 'otherPeriod'] as const;
/** Why a sighting of one of a key's 144 identifiers does not count. */
export const sightingReasons = ['afterPeriod', 'outsideTolerance'] as const;

/** Keys by `keyReasons`, pairs of identifier and sighting by `sightingReasons`. */
export type Rejections = Record<(typeof keyReasons)[number] | (typeof sightingReasons)[number], number>;

export const noRejections = (): Rejections => ({
  revoked: 0,
  embargo: 0,
  repeated: 0,
  otherPeriod: 0,
  afterPeriod: 0,
  outsideTolerance: 0,
});

export function addRejections(sum: Rejections, more: Rejections): void {
  for (const reason of [...keyReasons, ...sightingReasons]) sum[reason] += more[reason];
}

/** Reason of a row, as index in keyReasons plus one; 0: it takes part. */
type Verdicts = Uint8Array;
const verdict = (reason: (typeof keyReasons)[number]): number => keyReasons.indexOf(reason) + 1;
const REVOKED = reportTypes.indexOf('REVOKED');

/**
 * Rows that take part, ascending, and counts of the others.
 *   revoked: a row of the same key says so, wherever it stands: servers publish the withdrawal later;
 *   embargo: published too early;
 *   repeated: the same key, start and period as an earlier row that takes part;
 *   otherPeriod: the same key with another start or period than an earlier row (ExposureMatchingTracer).
 * Rows with the same key data are the same key where their periods overlap: there they have the same identifiers.
 */
export function keysTakingPart(keys: KeyTable, { embargo }: MatchRules) {
  const verdicts: Verdicts = new Uint8Array(keys.length);
  for (let row = 0; row < keys.length; row++) {
    if (keys.reportType[row] === REVOKED) verdicts[row] = verdict('revoked');
    else if (embargo && endOf(keys, row) + embargo.intervals > embargo.publishedAt[row]!)
      verdicts[row] = verdict('embargo');
  }
  for (const group of repeatedKeyData(keys)) judgeTogether(keys, group, verdicts);
  const rejected = noRejections();
  for (const found of verdicts) if (found > 0) rejected[keyReasons[found - 1]!]++;
  const rows = Uint32Array.from(keys.rollingStart.keys()).filter((row) => verdicts[row] === 0);
  return { rows, rejected };
}

/** First interval behind the key. */
const endOf = ({ rollingStart, rollingPeriod }: KeyTable, row: number): ENInterval =>
  rollingStart[row]! + rollingPeriod[row]!;

/** Rows with the same key data, ascending, where there are at least two. */
function* repeatedKeyData({ keyData }: KeyTable): Iterable<Uint32Array> {
  const index = indexIdentifiers(keyData);
  for (let from = 0; from < index.length; ) {
    let to = from + 1;
    const at = index.order[from]! * 4;
    while (isSameAt(index, to, index.words, at)) to++;
    if (to - from > 1) yield index.order.subarray(from, to);
    from = to;
  }
}

function judgeTogether(keys: KeyTable, group: Uint32Array, verdicts: Verdicts): void {
  const { rollingStart, rollingPeriod, reportType } = keys;
  const overlap = (a: number, b: number): boolean =>
    rollingStart[a]! < endOf(keys, b) && rollingStart[b]! < endOf(keys, a);
  const isSame = (a: number, b: number): boolean =>
    rollingStart[a] === rollingStart[b] && rollingPeriod[a] === rollingPeriod[b];
  const revoked = group.filter((row) => reportType[row] === REVOKED);
  /** Rows that take part, none of which overlap. */
  const used: number[] = [];
  for (const row of group) {
    if (revoked.some((other) => overlap(row, other))) verdicts[row] = verdict('revoked');
    if (verdicts[row] !== 0) continue;
    const earlier = used.find((other) => overlap(row, other));
    if (earlier === undefined) used.push(row);
    else verdicts[row] = verdict(isSame(row, earlier) ? 'repeated' : 'otherPeriod');
  }
}
