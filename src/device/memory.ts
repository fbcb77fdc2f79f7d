/** What a phone keeps: its keys, what it heard, what it has downloaded, what it found. Nothing else, and for 14 days. */
import type { ExposureWindow } from '../core/records.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import { type Db, type Minutes, SECONDS_PER_DAY, type Seconds, type UnixSeconds, type UtcDay } from '../core/units.ts';
import type { ExportHistory } from '../protocol/export/batchSet.ts';
import { INTERVALS_PER_DAY } from '../protocol/gaen/intervals.ts';
import type { TemporaryExposureKey } from '../protocol/gaen/keys.ts';
import type { Step } from '../risk/model.ts';
import { type BackgroundMemory, newBackground } from './background.ts';
import { type CwaMemory, cwaForgotten, newCwaMemory } from './cwa/memory.ts';
import { type Heard, heardSince, nothingHeard } from './heard.ts';
import { type ImmuniMemory, newImmuniMemory } from './immuni/memory.ts';

/** Days for which keys, sightings and exposures are kept (seed 002: 14 days on the phone). */
export const KEPT_DAYS = 14;

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

/** The advice after a risky exposure: to stay at home and call the family doctor. */
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
  readonly heard: Heard;
  /** So that a server cannot go back in time. */
  readonly history: ExportHistory;
  readonly lastSync: UnixSeconds | null;
  readonly exposures: readonly FoundExposure[];
  /** The same as the second version of the framework reports it: at most half an hour each, without time of day. */
  readonly windows: readonly ExposureWindow[];
  readonly notification: Notification | null;
  /** What the app of Immuni remembers beside. */
  readonly immuni: ImmuniMemory;
  /** What the Corona-Warn-App does. */
  readonly cwa: CwaMemory;
  readonly background: BackgroundMemory;
}

export const newMemory = (): PhoneMemory => ({
  keys: [],
  heard: nothingHeard,
  history: {},
  lastSync: null,
  exposures: [],
  windows: [],
  notification: null,
  immuni: newImmuniMemory(),
  cwa: newCwaMemory(),
  background: newBackground(),
});

/** Without everything that is more than 14 days old. */
export function forgotten(memory: PhoneMemory, now: UnixSeconds): PhoneMemory {
  const first = utcDayOf(now) - KEPT_DAYS;
  const { keys, heard, exposures, windows, notification, cwa, background } = memory;
  return {
    ...memory,
    keys: keys.filter(({ rollingStartIntervalNumber: start }) => Math.floor(start / INTERVALS_PER_DAY) >= first),
    heard: heardSince(heard, first * SECONDS_PER_DAY),
    exposures: exposures.filter(({ day }) => day >= first),
    windows: windows.filter(({ day }) => day >= first),
    cwa: cwaForgotten(cwa, first, isoDay(first)),
    background: { ...background, runs: background.runs.filter(({ time }) => utcDayOf(time) >= first) },
    notification: notification && notification.lastExposure >= first ? notification : null,
  };
}
