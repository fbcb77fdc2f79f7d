/**
 * What the daily summaries configurations of Apple and Google share (Exposure Notification v2, risk-models.md 1.2). The
 * frameworks hold no alert threshold: the app compares a day's sum itself, so it stands beside their keys, in seconds.
 */
import { z } from 'zod';
import { type env2, infectiousnessOf } from '../models/env2.ts';
import { between, decibels, whole } from '../schemas.ts';
import type { Path } from './path.ts';

export type Env2Parameters = z.infer<typeof env2.parameters>;
type Span = readonly [number, number];

/** Buckets are closed on the right, so the thresholds are their last dB. */
export const thresholds = z
  .tuple([decibels, decibels, decibels])
  .readonly()
  .refine(([first, second, third]) => first < second && second < third, 'must increase');
export const thresholdPaths = (key: string): readonly Path[] => [0, 1, 2].map((k) => [key, k]);

/** Weighted seconds of a day; 900 = 15 min. */
export const alertThresholdSeconds = between(0, 1_000_000);
/** Older days are left out; 0 = none. The env2 model has no such limit. */
export const dayLimit = whole(0, 60).optional();
export const reportType = whole(0, 5).optional();

/** Days relative to the symptom onset. */
const ONSET_DAYS = Array.from({ length: 29 }, (_, k) => k - 14);
export const infectiousness = whole(0, 2);
/** 0 none, 1 standard, 2 high for each day "-14".."14" and for an unknown onset. */
export const infectiousnessMap = z
  .strictObject(
    Object.fromEntries(['unknown', ...ONSET_DAYS.map(String)].map((day) => [day, infectiousness.optional()])),
  )
  .refine((map) => isTwoSpans(map), 'high days and days that are at least standard must each be one span');
type InfectiousnessMap = Readonly<Record<string, number | undefined>>;

export const STANDARD = 1;
/** No day lies within it. */
const NO_DAYS: Span = [14, -14];

/** First and last of ascending days. */
const spanOf = (days: readonly number[]): Span => [days[0] ?? NO_DAYS[0], days.at(-1) ?? NO_DAYS[1]];

function spansOf(map: InfectiousnessMap): { readonly standard: Span; readonly high: Span } {
  const from = (least: number) => ONSET_DAYS.filter((day) => (map[day] ?? 0) >= least);
  return { standard: spanOf(from(STANDARD)), high: spanOf(from(2)) };
}

const within = (day: number, [first, last]: Span): boolean => day >= first && day <= last;

/** The model holds two spans, so a map with holes cannot be read without changing it. */
function isTwoSpans(map: InfectiousnessMap): boolean {
  const { standard, high } = spansOf(map);
  return ONSET_DAYS.every((day) => (map[day] ?? 0) === (within(day, high) ? 2 : within(day, standard) ? STANDARD : 0));
}

/** Parameters without the days count every day as standard. */
export const encodeDays = (own: Env2Parameters): Record<string, number> =>
  Object.fromEntries(
    ONSET_DAYS.map((day) => [String(day), own.infectiousnessDays ? infectiousnessOf(day, own) : STANDARD]),
  );

export function decodeDays(map: InfectiousnessMap | undefined): Pick<Env2Parameters, 'infectiousnessDays'> {
  if (!map || ONSET_DAYS.every((day) => map[day] === STANDARD)) return {};
  return { infectiousnessDays: spansOf(map) };
}

export const closedAndReached = { boundary: 'closed', operator: '>=' } as const;
