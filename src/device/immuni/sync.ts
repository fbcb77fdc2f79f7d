/** What a phone does in the background: settings, new batches, matching, and a notification if the risk is high. */

import { EnlabError } from '../../core/errors.ts';
import { type Exposure, minutesOf } from '../../core/exposure.ts';
import { defined } from '../../core/object.ts';
import type { Db, Seconds, UnixSeconds } from '../../core/units.ts';
import { admit } from '../../protocol/export/batchSet.ts';
import { readExport } from '../../protocol/export/reader.ts';
import type { VerificationKey } from '../../protocol/export/signature.ts';
import { keysBatch, keysIndex } from '../../protocol/wire/immuni/keys.ts';
import { settings } from '../../protocol/wire/immuni/settings.ts';
import { immuni as immuniSettings } from '../../risk/config/immuni.ts';
import { settingsFrom, type WholeSettings } from '../../risk/config/immuniSettings.ts';
import type { Trail } from '../../risk/model.ts';
import { immuni } from '../../risk/models/immuni.ts';
import { defaultReading, meanAttenuation, minutesBelow, type Reading, totalMinutes } from '../../risk/reading.ts';
import { detect, exposureWindows } from '../detection.ts';
import { type FoundExposure, forgotten, type Notification, type PhoneMemory } from '../memory.ts';
import type { PhonePorts } from '../ports.ts';
import { type PhoneProfile, whyNoDetection } from '../profile.ts';
import { reportOperation } from './analytics.ts';
import { ask, type ImmuniServers } from './servers.ts';

export interface SyncOptions {
  readonly servers: ImmuniServers;
  readonly profile: PhoneProfile;
  /** Why the framework may not be called this time; absent: it may. */
  readonly hold?: string;
  /** Files must verify with one of them; absent: no signature is checked. */
  readonly publicKeys?: readonly VerificationKey[];
}

export interface Synced {
  readonly memory: PhoneMemory;
  /** Numbers of the batches that were looked at, and those that were refused, with the reason. */
  readonly batches: readonly number[];
  readonly refused: readonly { readonly batch: number; readonly reason: string }[];
  /** Why no batch was looked at, though there may be some. */
  readonly held?: string;
  /** Why operational info did not get through. */
  readonly analyticsFailure?: string;
  readonly settings: WholeSettings;
}

type Parameters = ReturnType<typeof immuniSettings.decode>;

/** As the framework reports durations and attenuations to the app. */
const READING: Reading = { ...defaultReading, reduce: 'env1' };

/**
 * Catches up with the server. A batch that does not verify is left out, and asked for again the next time. Throws
 * E-SERVER where the server does not answer as it should; the memory of the caller is then as it was.
 */
export async function sync(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Synced> {
  const { clock, http } = ports;
  const served = await servedSettings(options, ports);
  const parameters = immuniSettings.decode(served);
  const { profile, hold } = options;
  const held = whyNoDetection(profile) ?? hold;
  let memory = forgotten(before, clock.now());
  const batches: number[] = [];
  const refused: { batch: number; reason: string }[] = [];
  const found: Exposure[] = [];
  for (const batch of held === undefined ? await newBatches(memory, options, ports) : []) {
    const answer = await ask(http, options.servers.get, keysBatch, { parameters: { index: String(batch) } });
    // It went between the two requests.
    if (answer.status !== 200) continue;
    const file = admitted(memory, answer.body, options);
    if (typeof file === 'string') {
      refused.push({ batch, reason: file });
      break;
    }
    memory = { ...memory, history: file.history, lastBatch: batch };
    const { keys, window } = file.read;
    const now = clock.now();
    found.push(...(await detect(keys.table, memory.heard, { publishedAt: window?.end ?? now, now })));
    batches.push(batch);
  }
  memory = withFound({ ...memory, lastSync: clock.now() }, found, parameters, profile);
  const { analyticsFailure, ...rest } = await withOperation(before, memory, { options, served }, ports);
  return defined({ ...rest, batches, refused, held, analyticsFailure, settings: served });
}

/** Operational info goes after a detection. That it does not get through changes nothing of what was found. */
async function withOperation(
  { notification: known }: PhoneMemory,
  memory: PhoneMemory,
  { options: { servers, profile }, served }: { options: SyncOptions; served: WholeSettings },
  ports: PhonePorts,
): Promise<Pick<Synced, 'memory' | 'analyticsFailure'>> {
  if (servers.analytics === undefined) return { memory };
  const { notification, immuni: remembered } = memory;
  const warned = notification !== null && notification.time !== known?.time ? notification.lastExposure : null;
  const operation = { url: servers.analytics, profile, settings: served, warned };
  const { memory: analytics, failure } = await reportOperation(remembered.analytics, operation, ports);
  return defined({ memory: { ...memory, immuni: { ...remembered, analytics } }, analyticsFailure: failure });
}

async function servedSettings({ servers, profile }: SyncOptions, { http }: PhonePorts): Promise<WholeSettings> {
  const { platform, build } = profile;
  const answer = await ask(http, servers.get, settings, { query: { platform, build: String(build) } });
  if (answer.status !== 200)
    throw new EnlabError('E-SERVER', `settings for ${platform} build ${build} were refused with ${answer.status}`);
  return settingsFrom(answer.body, `settings of ${servers.get}`);
}

/** In ascending order, from the oldest that is still there. */
async function newBatches({ lastBatch }: PhoneMemory, { servers }: SyncOptions, { http }: PhonePorts) {
  const answer = await ask(http, servers.get, keysIndex, {});
  if (answer.status === 404) return [];
  if (answer.status !== 200) throw new EnlabError('E-SERVER', `the index was refused with ${answer.status}`);
  const { oldest, newest } = answer.body;
  const first = Math.max(oldest, lastBatch + 1);
  return Array.from({ length: Math.max(0, Math.min(newest - first + 1, MOST_BATCHES)) }, (_, k) => first + k);
}

/** 14 days of a batch every half hour; what an index claims beyond is asked for the next time. */
const MOST_BATCHES = 14 * 48;

/** A file to look at, or why it is none. */
function admitted({ history }: PhoneMemory, zip: Uint8Array, { publicKeys }: SyncOptions) {
  try {
    const read = readExport(zip, publicKeys ? { publicKeys } : {});
    const admission = admit(history, read);
    if (admission.verdict === 'older' || admission.verdict === 'changed') return `the file is ${admission.verdict}`;
    return { read, history: admission.history };
  } catch (error) {
    if (error instanceof EnlabError) return error.message;
    throw error;
  }
}

/**
 * The memory with what one run has found, in the order of days: which batch an exposure came from, and so which of them
 * may be one person, is not kept.
 */
function withFound(
  memory: PhoneMemory,
  found: readonly Exposure[],
  parameters: Parameters,
  { on: { notifications: shown } }: PhoneProfile,
): PhoneMemory {
  if (found.length === 0) return memory;
  const now = memory.lastSync!;
  const inOrder = found.toSorted((a, b) => a.day! - b.day! || minutesOf(a) - minutesOf(b));
  return {
    ...memory,
    exposures: [...memory.exposures, ...inOrder.map((exposure) => foundExposure(exposure, parameters, now))],
    windows: [...memory.windows, ...exposureWindows(inOrder)],
    notification: notificationOf(inOrder, parameters, { now, shown }) ?? memory.notification,
  };
}

const foundExposure = (exposure: Exposure, parameters: Parameters, now: UnixSeconds): FoundExposure => ({
  day: exposure.day!,
  minutes: totalMinutes(exposure, READING),
  attenuation: Math.round(meanAttenuation(exposure, READING)),
  attenuationDurations: durationsOf(exposure, parameters.attenuationThresholds),
  transmissionLevel: exposure.transmissionLevel ?? null,
  score: immuni.assess([exposure], parameters, READING).score,
  found: now,
});

/** Each in whole steps of five minutes, begun ones whole, thirty at most (Apple, ENExposureInfo). */
function durationsOf(exposure: Exposure, thresholds: readonly [Db, Db] = APPLE_THRESHOLDS) {
  const [low, high] = thresholds;
  const below = minutesBelow(exposure, low, true, READING);
  const within = minutesBelow(exposure, high, true, READING);
  const all = minutesOf(exposure);
  return [stepped(below), stepped(within - below), stepped(all - within)] as const;
}

/** Of the framework, where a configuration names none. */
const APPLE_THRESHOLDS = [50, 70] as const;

const stepped = (minutes: number): Seconds => Math.min(1800, Math.ceil(minutes / 5) * 300);

/** The exposure with the highest score decides (risk-models.md 1.3). */
function notificationOf(
  found: readonly Exposure[],
  parameters: Parameters,
  { now, shown }: Pick<Notification, 'shown'> & { readonly now: UnixSeconds },
): Notification | undefined {
  const enough = found.filter((exposure) => immuni.assess([exposure], parameters, READING).alert);
  if (enough.length === 0) return undefined;
  const reason: Trail = [];
  const { score, threshold, operator } = immuni.assess(enough, parameters, READING, reason);
  const lastExposure = enough.reduce((last, { day }) => Math.max(last, day!), 0);
  return { time: now, shown, lastExposure, score, threshold, operator, action: 'stay-home-call-doctor', reason };
}
