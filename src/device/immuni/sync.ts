/** What a phone does in the background: settings, new batches, matching, and a notification if the risk is high. */

import { EnlabError } from '../../core/errors.ts';
import type { Exposure } from '../../core/exposure.ts';
import { defined } from '../../core/object.ts';
import { keysBatch, keysIndex } from '../../protocol/wire/immuni/keys.ts';
import { settings } from '../../protocol/wire/immuni/settings.ts';
import { immuni as immuniSettings } from '../../risk/config/immuni.ts';
import { settingsFrom, type WholeSettings } from '../../risk/config/immuniSettings.ts';
import type { Trail } from '../../risk/model.ts';
import { immuni } from '../../risk/models/immuni.ts';
import { detect } from '../detection.ts';
import { admitted, FRAMEWORK_READING, type Judge, withFound } from '../found.ts';
import { forgotten, type PhoneMemory } from '../memory.ts';
import type { PhonePorts } from '../ports.ts';
import { whyNoDetection } from '../profile.ts';
import { ask } from '../servers.ts';
import type { SyncOptions } from '../system.ts';
import { reportOperation } from './analytics.ts';

export interface ImmuniSynced {
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

/**
 * Catches up with the server. A batch that does not verify is left out, and asked for again the next time. Throws
 * E-SERVER where the server does not answer as it should; the memory of the caller is then as it was.
 */
export async function sync(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<ImmuniSynced> {
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
    const file = admitted(memory.history, answer.body, options);
    if (typeof file === 'string') {
      refused.push({ batch, reason: file });
      break;
    }
    memory = { ...memory, history: file.history, immuni: { ...memory.immuni, lastBatch: batch } };
    const { keys, window } = file.read;
    const time = clock.now();
    const published = { publishedAt: window?.end ?? time, now: time, embargo: options.embargo };
    const detected = await detect(keys.table, memory.heard, published);
    found.push(...detected.map(({ exposure }) => exposure));
    batches.push(batch);
  }
  const now = clock.now();
  const shown = profile.on.notifications;
  memory = withFound({ ...memory, lastSync: now }, found, judgeOf(parameters), { now, shown });
  const { analyticsFailure, ...rest } = await withOperation(before, memory, { options, served }, ports);
  return defined({ ...rest, batches, refused, held, analyticsFailure, settings: served });
}

/** Operational info goes after a detection. That it does not get through changes nothing of what was found. */
async function withOperation(
  { notification: known }: PhoneMemory,
  memory: PhoneMemory,
  { options, served }: { options: SyncOptions; served: WholeSettings },
  ports: PhonePorts,
): Promise<Pick<ImmuniSynced, 'memory' | 'analyticsFailure'>> {
  const { servers, profile } = options;
  if (servers.analytics === undefined) return { memory };
  const { notification, immuni: remembered } = memory;
  const warned = notification !== null && notification.time !== known?.time ? notification.lastExposure : null;
  const way = profile.traffic === 'deployed' ? 'deployed' : options.fault === 'no-analytics-dummy' ? 'bare' : 'covered';
  const operation = { url: servers.analytics, profile, settings: served, warned, way } as const;
  const { memory: analytics, failure } = await reportOperation(remembered.analytics, operation, ports);
  return defined({ memory: { ...memory, immuni: { ...remembered, analytics } }, analyticsFailure: failure });
}

/** Throws E-SERVER. */
export async function servedSettings({ servers, profile }: SyncOptions, { http }: PhonePorts): Promise<WholeSettings> {
  const { platform, build } = profile;
  const answer = await ask(http, servers.get, settings, { query: { platform, build: String(build) } });
  if (answer.status !== 200)
    throw new EnlabError('E-SERVER', `settings for ${platform} build ${build} were refused with ${answer.status}`);
  return settingsFrom(answer.body, `settings of ${servers.get}`);
}

/** In ascending order, from the oldest that is still there. */
async function newBatches({ immuni: { lastBatch } }: PhoneMemory, { servers }: SyncOptions, { http }: PhonePorts) {
  const answer = await ask(http, servers.get, keysIndex, {});
  if (answer.status === 404) return [];
  if (answer.status !== 200) throw new EnlabError('E-SERVER', `the index was refused with ${answer.status}`);
  const { oldest, newest } = answer.body;
  const first = Math.max(oldest, lastBatch + 1);
  return Array.from({ length: Math.max(0, Math.min(newest - first + 1, MOST_BATCHES)) }, (_, k) => first + k);
}

/** 14 days of a batch every half hour; what an index claims beyond is asked for the next time. */
const MOST_BATCHES = 14 * 48;

/** An alert is one exposure's: the one with the highest score decides (risk-models.md 1.3). */
const judgeOf = (parameters: Parameters): Judge => ({
  thresholds: parameters.attenuationThresholds,
  scoreOf: (exposure) => immuni.assess([exposure], parameters, FRAMEWORK_READING).score,
  warn(_memory, fresh) {
    const enough = fresh.filter((exposure) => immuni.assess([exposure], parameters, FRAMEWORK_READING).alert);
    if (enough.length === 0) return undefined;
    const reason: Trail = [];
    const { score, threshold, operator } = immuni.assess(enough, parameters, FRAMEWORK_READING, reason);
    const lastExposure = enough.reduce((last, { day }) => Math.max(last, day!), 0);
    return { lastExposure, score, threshold, operator, action: 'stay-home-call-doctor', reason };
  },
});
