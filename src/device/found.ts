/** What a phone makes of a key file: whether it is one to look at, and what is kept of the exposures in it. */
import { EnlabError } from '../core/errors.ts';
import { type Exposure, minutesOf } from '../core/exposure.ts';
import type { Db, Seconds, UnixSeconds } from '../core/units.ts';
import { admit, type ExportHistory } from '../protocol/export/batchSet.ts';
import { type KeyExport, readExport } from '../protocol/export/reader.ts';
import type { VerificationKey } from '../protocol/export/signature.ts';
import { defaultReading, meanAttenuation, minutesBelow, type Reading, totalMinutes } from '../risk/reading.ts';
import { exposureWindows } from './detection.ts';
import type { FoundExposure, Notification, PhoneMemory } from './memory.ts';

/** As the framework reports durations and attenuations to the app. */
export const FRAMEWORK_READING: Reading = { ...defaultReading, reduce: 'env1' };

export interface Admitted {
  readonly read: KeyExport;
  readonly history: ExportHistory;
}

/**
 * A file to look at, or why it is none. Without keys no signature is checked. Series: files that follow each other, where
 * a server has several of one region.
 */
export function admitted(
  history: ExportHistory,
  zip: Uint8Array,
  {
    publicKeys,
    series = '',
  }: { readonly publicKeys?: readonly VerificationKey[] | undefined; readonly series?: string },
): Admitted | string {
  try {
    const read = readExport(zip, publicKeys ? { publicKeys } : {});
    const admission = admit(history, { ...read, region: `${read.region ?? ''}${series}` });
    if (admission.verdict === 'older' || admission.verdict === 'changed') return `the file is ${admission.verdict}`;
    return { read, history: admission.history };
  } catch (error) {
    if (error instanceof EnlabError) return error.message;
    throw error;
  }
}

/** How an app judges what its phone has found. */
export interface Judge {
  /** Of the attenuation durations, which the configuration names. */
  readonly thresholds?: readonly [Db, Db] | undefined;
  /** While a warning stands no other is shown: it is brought up to date. */
  readonly warnsOnce?: true;
  scoreOf(exposure: Exposure): number;
  /** Whether the user is to be warned now; `memory` holds all that was found, `fresh` what this run has found. */
  warn(
    memory: PhoneMemory,
    fresh: readonly Exposure[],
  ): Pick<Notification, 'lastExposure' | 'score' | 'threshold' | 'operator' | 'action' | 'reason'> | undefined;
}

/**
 * The memory with what one run has found, in the order of days: which file an exposure came from, and so which of them
 * may be one person, is not kept.
 */
export function withFound(
  memory: PhoneMemory,
  found: readonly Exposure[],
  judge: Judge,
  { now, shown }: { readonly now: UnixSeconds; readonly shown: boolean },
): PhoneMemory {
  if (found.length === 0) return memory;
  const inOrder = found.toSorted((a, b) => a.day! - b.day! || minutesOf(a) - minutesOf(b));
  const kept: PhoneMemory = {
    ...memory,
    exposures: [...memory.exposures, ...inOrder.map((exposure) => foundExposure(exposure, judge, now))],
    windows: [...memory.windows, ...exposureWindows(inOrder)],
  };
  const warning = judge.warn(kept, inOrder);
  if (!warning) return kept;
  const known = judge.warnsOnce && memory.notification;
  return { ...kept, notification: { ...(known || { time: now, shown }), ...warning } };
}

const foundExposure = (exposure: Exposure, judge: Judge, found: UnixSeconds): FoundExposure => ({
  ...summaryOf(exposure, judge.thresholds),
  score: judge.scoreOf(exposure),
  found,
});

/** What the first version of the framework tells of an exposure. */
export type ExposureReport = Omit<FoundExposure, 'score' | 'found'>;

/** With durations below, between and above two attenuations. */
export const summaryOf = (exposure: Exposure, thresholds?: readonly [Db, Db]): ExposureReport => ({
  day: exposure.day!,
  minutes: totalMinutes(exposure, FRAMEWORK_READING),
  attenuation: Math.round(meanAttenuation(exposure, FRAMEWORK_READING)),
  attenuationDurations: durationsOf(exposure, thresholds),
  transmissionLevel: exposure.transmissionLevel ?? null,
});

/** Each in whole steps of five minutes, begun ones whole, thirty at most (Apple, ENExposureInfo). */
function durationsOf(exposure: Exposure, [low, high]: readonly [Db, Db] = APPLE_THRESHOLDS) {
  const below = minutesBelow(exposure, low, true, FRAMEWORK_READING);
  const within = minutesBelow(exposure, high, true, FRAMEWORK_READING);
  return [stepped(below), stepped(within - below), stepped(minutesOf(exposure) - within)] as const;
}

/** Of the framework, where a configuration names none. */
const APPLE_THRESHOLDS = [50, 70] as const;

const stepped = (minutes: number): Seconds => Math.min(1800, Math.ceil(minutes / 5) * 300);
