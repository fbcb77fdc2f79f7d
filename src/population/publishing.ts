/** Which keys of an upload a server publishes, and from when on: what its app, its embargo and its least level let through. */
import type { Deliveries, Hours } from './delivery.ts';
import { DAYS_BACK, type Upload } from './finding.ts';

/** Who sees to it that nobody finds a key whose identifiers phones would still accept. */
export const embargoes = ['phone', 'server'] as const;
export type Embargo = (typeof embargoes)[number];

/** Which keys of an upload are published, and what is said of them. */
export interface KeyParameters {
  /** From so many days before the first symptoms on. */
  readonly beforeOnset: number;
  /** Transmission risk level of the key of so many days after the first symptoms, 1..8; absent: keys have none. */
  readonly levelOf?: (daysAfterOnset: number) => number;
  /** Keys of lower levels are not published. */
  readonly leastLevel?: number;
  /** phone (default): a key that comes too soon is never found; server: it is published when it may be. */
  readonly embargo?: Embargo;
  /** Whether the app sends the key of the day of the upload on the day after, when it first reaches the server. */
  readonly followUp?: boolean;
}

/** Keys of the days [from, to] that are published together. */
export interface Publication {
  readonly from: number;
  readonly to: number;
  readonly uploaded: Hours;
  /** When the server may publish them. */
  readonly ready: Hours;
}

/** After the end of its day a key is in use by nobody whose clock is right (embargo: 12 intervals). */
const EMBARGO: Hours = 2;
const HOURS_A_DAY = 24;

/** In order of time; days of which nothing is published are in none. */
export function publicationsOf(
  { agent, at, onset }: Upload,
  keys: KeyParameters,
  deliveries: Deliveries,
): readonly Publication[] {
  const today = Math.floor(at / HOURS_A_DAY);
  const first = Math.max(1, onset - keys.beforeOnset, today - DAYS_BACK);
  const yesterdayIsOver = today * HOURS_A_DAY + EMBARGO;
  const isEarly = deliveries.publishedAt(at) < yesterdayIsOver;
  const known: Publication = { from: first, to: isEarly ? today - 2 : today - 1, uploaded: at, ready: at };
  const all = [known];
  if (isEarly && keys.embargo === 'server')
    all.push({ from: Math.max(first, today - 1), to: today - 1, uploaded: at, ready: yesterdayIsOver });
  const next = keys.followUp ? deliveries.onlineOn(agent, today + 1) : undefined;
  if (next !== undefined)
    all.push({
      from: Math.max(first, today),
      to: today,
      uploaded: next,
      ready: Math.max(next, yesterdayIsOver + HOURS_A_DAY),
    });
  return all.map((one) => levelled(one, onset, keys)).filter(({ from, to }) => from <= to);
}

/** Levels rise to a peak and fall, so that the days with enough are in a row. */
function levelled(publication: Publication, onset: number, { levelOf, leastLevel = 0 }: KeyParameters): Publication {
  if (!levelOf) return publication;
  let { from, to } = publication;
  while (from <= to && levelOf(from - onset) < leastLevel) from++;
  while (to >= from && levelOf(to - onset) < leastLevel) to--;
  return { ...publication, from, to };
}
