/**
 * Device-exact matching: what a phone does with the keys it downloads. Each key is expanded to its 144 identifiers,
 * those are looked up among the stored ones, and what is found goes through the exact rules.
 */
import { INTERVALS_PER_DAY } from '../intervals.ts';
import type { Expander, KeyColumns } from './expander.ts';
import { findPlace, type IdentifierIndex, indexIdentifiers, isSameAt, sift } from './identifierIndex.ts';
import { type Matches, MatchList } from './matches.ts';
import { noRejections, type Rejections } from './rules.ts';
import type { Sightings } from './sightings.ts';

/** Sightings made ready to be searched; arrays only, so that workers get them as they are. */
export interface StoredSightings {
  readonly index: IdentifierIndex;
  readonly intervals: Uint32Array;
}

export interface MatchResult {
  readonly matches: Matches;
  readonly rejected: Rejections;
}

/** `shared`: in memory that workers see too. */
export const storeSightings = ({ identifiers, intervals }: Sightings, options?: { shared?: boolean }) => ({
  index: indexIdentifiers(identifiers, options),
  intervals,
});

/** Words of an identifier. */
const STRIDE = 4;

/**
 * Matches of the keys in `rows` (`keysTakingPart` of rules.ts) with all sightings. The matches are in canonical order
 * when `rows` ascends. Rejections count sightings only.
 */
export function matchRows(
  keys: KeyColumns,
  rows: Uint32Array,
  { index, intervals }: StoredSightings,
  tolerance: number,
  expander: Expander,
): MatchResult {
  const found = new MatchList();
  const rejected = noRejections();
  const words = new Uint32Array(expander.identifiers.buffer);
  const candidates = new Uint8Array(INTERVALS_PER_DAY);
  /** The second, exact pass over the sightings of one identifier. */
  const judge = (row: number, k: number, place: number): void => {
    const interval = keys.rollingStart[row]! + k;
    for (let at = place; isSameAt(index, at, words, k * STRIDE); at++) {
      const sighting = index.order[at]!;
      if (k >= keys.rollingPeriod[row]!) rejected.afterPeriod++;
      else if (Math.abs(intervals[sighting]! - interval) > tolerance) rejected.outsideTolerance++;
      else found.add(row, sighting, interval);
    }
  };
  expander.expand(keys, rows, (row) => {
    const count = sift(index, words, candidates);
    for (let c = 0; c < count; c++) {
      const place = findPlace(index, words, candidates[c]! * STRIDE);
      if (place >= 0) judge(row, candidates[c]!, place);
    }
  });
  return { matches: found.sorted(), rejected };
}
