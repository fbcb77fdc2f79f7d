/** What a phone keeps: its keys, what it heard, what it has downloaded, what it found. Nothing else, and for 14 days. */
import { utcDayOf } from '../core/time.ts';
import type { Db, Dbm, Minutes, Seconds, UnixSeconds, UtcDay } from '../core/units.ts';
import type { ExportHistory } from '../protocol/export/batchSet.ts';
import { INTERVALS_PER_DAY } from '../protocol/gaen/intervals.ts';
import type { TemporaryExposureKey } from '../protocol/gaen/keys.ts';
import type { Step } from '../risk/model.ts';
import { type BackgroundMemory, newBackground } from './background.ts';
import { type AnalyticsMemory, newAnalytics } from './immuni/analytics.ts';

/** Days for which keys, sightings and exposures are kept (seed 002: 14 days on the phone). */
export const KEPT_DAYS = 14;

/** One beacon as it was heard; the key that it belongs to is not known yet. */
export interface HeardBeacon {
  readonly time: UnixSeconds;
  /** RPI, 16 bytes. */
  readonly identifier: Uint8Array;
  /** AEM, 4 bytes. */
  readonly encryptedMetadata: Uint8Array;
  readonly rssi: Dbm | null;
}

/** Time near somebody who was ill, on one day. Nothing says who it was, nor whether two days were the same person. */
export interface FoundExposure {
  readonly day: UtcDay;
  readonly minutes: Minutes;
  readonly attenuation: Db;
  /** Below, between and above the two attenuation thresholds of the configuration, in steps of 300 s up to 1,800. */
  readonly attenuationDurations: readonly [Seconds, Seconds, Seconds];
  readonly transmissionLevel: number | null;
  readonly score: number;
  /** When the phone found it. */
  readonly found: UnixSeconds;
}

/** Immuni's advice after a risky exposure: to stay at home and call the family doctor. */
export const actions = ['stay-home-call-doctor'] as const;
export type Action = (typeof actions)[number];

export interface Notification {
  readonly time: UnixSeconds;
  /** False: the user has switched notifications off, and sees it when the app is opened. */
  readonly shown: boolean;
  /** Day of the last exposure that was enough. */
  readonly lastExposure: UtcDay;
  readonly score: number;
  readonly threshold: number;
  readonly operator: string;
  /** What the user is asked to do. */
  readonly action: Action;
  /** Why, from the exposure with the highest score. */
  readonly reason: readonly Step[];
}

export interface PhoneMemory {
  readonly keys: readonly TemporaryExposureKey[];
  readonly heard: readonly HeardBeacon[];
  /** Number of the last batch that was looked at; 0: none. */
  readonly lastBatch: number;
  /** So that a server cannot go back in time. */
  readonly history: ExportHistory;
  readonly lastSync: UnixSeconds | null;
  readonly exposures: readonly FoundExposure[];
  readonly notification: Notification | null;
  readonly analytics: AnalyticsMemory;
  readonly background: BackgroundMemory;
}

export const newMemory = (): PhoneMemory => ({
  keys: [],
  heard: [],
  lastBatch: 0,
  history: {},
  lastSync: null,
  exposures: [],
  notification: null,
  analytics: newAnalytics(),
  background: newBackground(),
});

/** Without everything that is more than 14 days old. */
export function forgotten(memory: PhoneMemory, now: UnixSeconds): PhoneMemory {
  const first = utcDayOf(now) - KEPT_DAYS;
  const { keys, heard, exposures, notification, background } = memory;
  return {
    ...memory,
    keys: keys.filter(({ rollingStartIntervalNumber: start }) => Math.floor(start / INTERVALS_PER_DAY) >= first),
    heard: heard.filter(({ time }) => utcDayOf(time) >= first),
    exposures: exposures.filter(({ day }) => day >= first),
    background: { ...background, runs: background.runs.filter(({ time }) => utcDayOf(time) >= first) },
    notification: notification && notification.lastExposure >= first ? notification : null,
  };
}
