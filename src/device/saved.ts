/** A phone as text: what it keeps, its clock, and where its servers are. */
import { z } from 'zod';
import { toBase64 } from '../core/bytes.ts';
import { EnlabError } from '../core/errors.ts';
import type { UnixSeconds } from '../core/units.ts';
import { backgroundNames, scheduleNames } from './background.ts';
import { trafficNames } from './cover.ts';
import { followUpStates, testStates } from './cwa/memory.ts';
import { beaconAt, nothingHeard, withBeacons } from './heard.ts';
import { actions, type PhoneMemory } from './memory.ts';
import { appNames, type PhoneProfile, switches } from './profile.ts';

export interface SavedPhone {
  /** Time on the phone; null: that of the machine. */
  readonly clock: UnixSeconds | null;
  readonly profile: PhoneProfile;
  readonly memory: PhoneMemory;
}

/** Of the text. */
const VERSION = 6;

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const number = z.number();
const step = z.object({ what: z.string(), value: z.union([number, z.string()]), because: z.string() });

const memory = z.strictObject({
  keys: z.array(z.strictObject({ keyData: bytes, rollingStartIntervalNumber: number, rollingPeriod: number })),
  heard: z
    .array(
      z.strictObject({
        time: number,
        identifier: bytes,
        encryptedMetadata: bytes,
        rssi: number.nullable(),
        sinceScan: number.optional(),
      }),
    )
    .transform((beacons) => withBeacons(nothingHeard, beacons)),
  history: z.record(z.string(), z.strictObject({ end: number, hashes: z.record(z.string(), z.string()) })),
  lastSync: number.nullable(),
  exposures: z.array(
    z.strictObject({
      day: number,
      minutes: number,
      attenuation: number,
      attenuationDurations: z.tuple([number, number, number]),
      transmissionLevel: number.nullable(),
      score: number,
      found: number,
    }),
  ),
  windows: z.array(
    z.strictObject({
      type: z.literal('window'),
      day: number,
      reportType: number,
      infectiousness: number,
      scans: z.array(z.strictObject({ seconds: number, typical: number, min: number })),
    }),
  ),
  notification: z
    .strictObject({
      time: number,
      shown: z.boolean(),
      lastExposure: number,
      score: number,
      threshold: number,
      operator: z.string(),
      action: z.enum(actions),
      reason: z.array(step),
    })
    .nullable(),
  immuni: z.strictObject({
    lastBatch: number,
    analytics: z.strictObject({
      token: z.strictObject({ text: z.string(), month: number, isGood: z.boolean() }).nullable(),
      window: z.strictObject({ month: number, begin: number, isOver: z.boolean() }).nullable(),
      warnedMonth: number.nullable(),
      owed: number.nullable(),
      dummyDue: number.nullable(),
    }),
    dummies: z.strictObject({ due: number.nullable() }),
  }),
  cwa: z.strictObject({
    test: z
      .strictObject({
        token: z.string(),
        registered: number,
        state: z.enum(testStates),
        asked: number,
        submitted: z
          .strictObject({
            time: number,
            symptoms: z.union([number, z.enum(['none', 'unknown'])]),
            followUp: z.enum(followUpStates),
          })
          .nullable(),
        tan: z.string().nullable(),
      })
      .nullable(),
    packages: z.array(z.string()),
    matched: z.array(z.strictObject({ key: z.string(), day: number })),
    coverDue: number.nullable(),
  }),
  background: z.strictObject({
    due: number.nullable(),
    next: number.nullable(),
    period: number,
    failures: number,
    runs: z.array(
      z.strictObject({
        due: number,
        time: number,
        outcome: z.enum(['done', 'held', 'failed']),
        why: z.string().nullable(),
        batches: number,
      }),
    ),
  }),
});
const profile = z.strictObject({
  app: z.enum(appNames),
  platform: z.enum(['ios', 'android']),
  build: number,
  background: z.enum(backgroundNames),
  schedule: z.enum(scheduleNames),
  traffic: z.enum(trafficNames),
  detectionsADay: number,
  province: z.string(),
  hardware: bytes,
  on: z.record(z.enum(switches), z.boolean()),
});
const form = z.strictObject({ version: z.literal(VERSION), clock: number.nullable(), profile, memory });

export function phoneText({
  clock,
  profile: { hardware, ...settings },
  memory: { keys, heard, ...rest },
}: SavedPhone): string {
  const text = {
    keys: keys.map((key) => ({ ...key, keyData: toBase64(key.keyData) })),
    heard: Array.from({ length: heard.length }, (_, row) => {
      const { identifier, encryptedMetadata, ...beacon } = beaconAt(heard, row);
      return { ...beacon, identifier: toBase64(identifier), encryptedMetadata: toBase64(encryptedMetadata) };
    }),
  };
  const profiled = { ...settings, hardware: toBase64(hardware) };
  return JSON.stringify({ version: VERSION, clock, profile: profiled, memory: { ...rest, ...text } });
}

/** Throws E-STORE for a phone of another version. */
export function readPhone(text: string, file: string): SavedPhone {
  const { success, data } = form.safeParse(JSON.parse(text));
  if (success) return data;
  throw new EnlabError('E-STORE', 'this phone was made by another version of enlab', {
    place: { file },
    hint: 'erase it and make a new one',
  });
}
