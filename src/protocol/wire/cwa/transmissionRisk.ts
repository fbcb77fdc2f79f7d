/**
 * The level that the app gives each key (cwa-app-android, TransmissionRiskVectorDeterminator and its tests): one of 15
 * numbers by the age of the key, chosen by what the user says of symptoms.
 */
import type { UtcDay } from '../../../core/units.ts';

/** By days after the first symptoms, from `FIRST`. Others have the lowest level. */
const BY_ONSET = [2, 4, 6, 7, 8, 8, 8, 6, 5, 3, 2, 2] as const;
const FIRST = -5;
const LOWEST = 1;

/** 1..8, for a key of so many days after the first symptoms. */
export const levelByOnset = (days: number): number => BY_ONSET[days - FIRST] ?? LOWEST;

/** Lower levels are not distributed (backend spec B4). */
export const LEAST_LEVEL = 3;

/** By days before the upload. */
const UNKNOWN = [5, 6, 7, 7, 7, 6, 4, 3, 2] as const;
const NO_SYMPTOMS = [4, 4, 3, 2] as const;

/** What the user says: the day of the first symptoms, that there were none, or nothing. */
export type Symptoms = UtcDay | 'none' | 'unknown';

export function levelOf(day: UtcDay, symptoms: Symptoms, today: UtcDay): number {
  if (typeof symptoms === 'number') return levelByOnset(day - symptoms);
  return (symptoms === 'none' ? NO_SYMPTOMS : UNKNOWN)[today - day] ?? LOWEST;
}
