/**
 * When a system lets an app work in the background. No vendor publishes figures: the shapes are those of the sources, the
 * numbers are assumptions, to be replaced by measured ones.
 */
import { type Entropy, exponentialFrom, uniformFrom } from '../core/entropy.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';

export const backgroundNames = ['ideal', 'ios', 'android-killed'] as const;
export type BackgroundName = (typeof backgroundNames)[number];

const HOUR: Seconds = 3600;
const DAY: Seconds = 86_400;
/** Until then a phone that lies beside a bed often gets no time. */
const MORNING: Seconds = 6 * HOUR;
const NIGHT_SKIPPED = 0.5;
/** Phones whose maker ends apps to save power: how often a run comes late, and by how much on average and at most. */
const KILLED = 0.3;
const KILLED_MEAN: Seconds = 12 * HOUR;
const KILLED_MOST: Seconds = 3 * DAY;

/** When a run that may begin at `earliest` begins. */
export const wakeUp: Readonly<Record<BackgroundName, (earliest: UnixSeconds, entropy: Entropy) => UnixSeconds>> = {
  ideal: (earliest) => earliest,
  /** An app names the earliest time only, and nights may be skipped (seed 004, background tasks). */
  ios(earliest, entropy) {
    const delayed = earliest + uniformFrom(entropy) * HOUR;
    const isNight = delayed % DAY < MORNING;
    if (!isNight || uniformFrom(entropy) >= NIGHT_SKIPPED) return delayed;
    return delayed - (delayed % DAY) + MORNING + uniformFrom(entropy) * HOUR;
  },
  /** Hours to days late (seed 001 quotes Immuni's developers; cwa-app-android has many such reports). */
  'android-killed'(earliest, entropy) {
    const delayed = earliest + uniformFrom(entropy) * (HOUR / 4);
    if (uniformFrom(entropy) >= KILLED) return delayed;
    return delayed + Math.min(KILLED_MOST, exponentialFrom(entropy, KILLED_MEAN));
  },
};

/** First wait after a failure, of Android's WorkManager; it doubles with each, up to the period. */
const FIRST_RETRY: Seconds = 30;
const MOST_DOUBLINGS = 20;

/** Wait after the n-th failure in a row, half to one and a half times, so that phones do not come back together. */
export const retryWait = (failures: number, period: Seconds, entropy: Entropy): Seconds =>
  Math.min(period, FIRST_RETRY * (1 << Math.min(MOST_DOUBLINGS, failures - 1))) * (0.5 + uniformFrom(entropy));

export const scheduleNames = ['immuni', 'cwa'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

/** Until an app asks to be run again, after a run at `now`; period: as the settings say, or a day of the protocol. */
export const nextWait: Readonly<
  Record<ScheduleName, (now: UnixSeconds, period: Seconds, entropy: Entropy) => Seconds>
> = {
  immuni: (_now, period) => period,
  /** To the next whole period, and up to an hour, so that phones do not all come at once (Corona-Warn-App). */
  cwa: (now, period, entropy) => period - (now % period) + uniformFrom(entropy) * HOUR,
};

export interface Run {
  /** When it could have begun. */
  readonly due: UnixSeconds;
  readonly time: UnixSeconds;
  /** done: everything looked at; held: the system or the user did not let it look; failed: no server answered. */
  readonly outcome: 'done' | 'held' | 'failed';
  /** What kept it from its work, or from a part of it. */
  readonly why: string | null;
  /** How many batches the framework was given. */
  readonly batches: number;
}

export interface BackgroundMemory {
  /** Earliest begin of the next run; null: none was planned yet. */
  readonly due: UnixSeconds | null;
  /** When it begins. */
  readonly next: UnixSeconds | null;
  /** Between two runs, as the settings said last. */
  readonly period: Seconds;
  /** In a row. */
  readonly failures: number;
  /** Of the last 14 days. */
  readonly runs: readonly Run[];
}

/** No app runs more often, whatever settings say. */
export const SHORTEST_PERIOD: Seconds = 60;

/** Of production, until settings have come (seed 002, 2: about every four hours). */
const PERIOD: Seconds = 4 * HOUR;

export const newBackground = (): BackgroundMemory => ({ due: null, next: null, period: PERIOD, failures: 0, runs: [] });

/**
 * Calls of the framework a UTC day. Android: Google's documentation of provideDiagnosisKeys. iOS: Apple
 * limits them too, but the number is not verified; the same is taken unless a phone is made with another.
 */
export const DETECTIONS_A_DAY = 20;
