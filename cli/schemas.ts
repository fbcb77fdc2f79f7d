/** JSON results of the commands about keys and identifiers (contract.md 4). tools/schemas.ts writes them to schemas/. */
import { z } from 'zod';
import { envelope } from '../src/core/envelope.ts';
import { actions } from '../src/device/memory.ts';
import { reportTypes } from '../src/protocol/gaen/keys.ts';
import { simulateSchema } from '../src/scenario/result.ts';

const hex = z.string().regex(/^[0-9a-f]*$/);
/** ENIntervalNumber. */
const interval = z.int().min(0).max(0xffff_ffff);

export const identifiersSchema = z.strictObject({
  ...envelope('identifiers'),
  data: z.strictObject({ n: z.int() }),
  tek: hex,
  /** Made by a simulation. */
  simulated: z.boolean(),
  rollingStartIntervalNumber: interval,
  rpik: hex,
  aemk: hex,
  /** Before encryption. */
  metadata: hex,
  identifiers: z.array(z.strictObject({ interval, time: z.string(), rpi: hex, aem: hex, frame: hex })),
});
export type IdentifiersResult = z.infer<typeof identifiersSchema>;

/** A code that somebody typed. */
const checkedCode = z.strictObject({
  given: z.string(),
  valid: z.boolean(),
  /** Cleaned; as it goes over the wire where it is valid. */
  code: z.string(),
  display: z.string().optional(),
  token: z.string().optional(),
  reason: z.string().optional(),
  /** Of the wrong symbol, from 1. */
  position: z.int().optional(),
  /** The check character that fits the other symbols. */
  expected: z.string().optional(),
});

const newCode = z.strictObject({
  /** As it goes over the wire. */
  code: z.string(),
  /** In groups, as people read it. */
  display: z.string(),
  /** SHA-256 in hex, what the app sends in place of a one-time password. */
  token: z.string().optional(),
});

const codeCheck = <Name extends string>(name: Name) =>
  z.strictObject({
    ...envelope(name),
    data: z.strictObject({ n: z.int(), valid: z.int(), invalid: z.int() }),
    codes: z.array(checkedCode),
  });

const codeNew = <Name extends string>(name: Name) =>
  z.strictObject({ ...envelope(name), data: z.strictObject({ n: z.int() }), codes: z.array(newCode) });

export const otpCheckSchema = codeCheck('otp.check');
export const otpNewSchema = codeNew('otp.new');
export const teleTanCheckSchema = codeCheck('teletan.check');
export const teleTanNewSchema = codeNew('teletan.new');
export type CodeCheckResult = z.infer<typeof otpCheckSchema> | z.infer<typeof teleTanCheckSchema>;
export type CodeNewResult = z.infer<typeof otpNewSchema> | z.infer<typeof teleTanNewSchema>;

const count = z.int().min(0);

export const matchSchema = z.strictObject({
  ...envelope('match'),
  data: z.strictObject({
    /** Base names and SHA-256 of everything that was read, key files first. */
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
    keyFiles: count,
    /** Rows of the traces, and those of them that were rejected ("enlab trace inspect" says why). */
    rows: count,
    rejected: count,
    sightings: count,
    /** Records that are no sighting of an identifier. */
    withoutIdentifier: count,
    /** Sightings that belong to one of the keys. */
    matched: count,
    /** Key files without a window: no embargo can be applied to their keys. */
    undatedKeyFiles: count,
    /** Keys that were dropped while the files were read ("enlab backend inspect" says why). */
    rejectedKeys: count,
  }),
  /** Keys of all files, those that are rejected below included. */
  keys: count,
  /** False where no public key was given. */
  verified: z.boolean(),
  matches: z.array(
    z.strictObject({
      /** Base64. */
      key: z.string(),
      /** "2020-07-30", UTC day of the sightings. */
      day: z.string(),
      sightings: count,
      receiver: z.string(),
      first: z.string(),
      last: z.string(),
      /** dB over the sightings whose RSSI and metadata are known; null where there are none. */
      attenuation: z.strictObject({ n: count, min: z.number(), mean: z.number() }).nullable(),
      transmissionRiskLevel: z.int().nullable(),
      reportType: z.enum(reportTypes).nullable(),
      daysSinceOnsetOfSymptoms: z.int().nullable(),
    }),
  ),
  /** Keys: revoked, embargo, repeated, otherPeriod; sightings of their identifiers: afterPeriod, outsideTolerance. */
  rejected: z.strictObject({
    revoked: count,
    embargo: count,
    repeated: count,
    otherPeriod: count,
    afterPeriod: count,
    outsideTolerance: count,
  }),
});
export type MatchResult = z.infer<typeof matchSchema>;

/** What an operator asks of a backend: figures by name. */
const figures = <Name extends string>(name: Name) =>
  z.strictObject({
    ...envelope(name),
    data: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  });

export const backendStatusSchema = figures('backend.status');
export const backendPublishSchema = figures('backend.publish');
export const backendClockSchema = figures('backend.clock');
export const backendBackupSchema = figures('backend.backup');
export const backendConfigureSchema = figures('backend.configure');
export const backendPurgeSchema = figures('backend.purge');
export const backendReportTestSchema = figures('backend.report-test');
export const backendIssueTeletanSchema = figures('backend.issue-teletan');
export const backendAuthoriseOtpSchema = figures('backend.authorise-otp');

const words = z.string();
export const backendConformSchema = z.strictObject({
  ...envelope('backend.conform'),
  options: z.strictObject({ system: words }),
  counts: z.record(z.enum(['follows', 'as deployed', 'as documented', 'differs', 'not tested']), z.int()),
  data: z.array(z.strictObject({ service: words, what: words, outcome: words, detail: words })),
});
const estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export const backendLeakTestSchema = z.strictObject({
  ...envelope('backend.leak-test'),
  options: z.strictObject({ system: words, requests: z.int(), connections: z.int(), threshold: z.number() }),
  /** Null: the server does not count them. */
  missedDeadlines: z.int().nullable(),
  data: z.array(
    z.strictObject({
      call: words,
      measure: z.enum(['latency', 'size', 'headers']),
      n: z.int(),
      auc: estimate,
      ks: z.number(),
      p: z.number(),
      /** Medians: seconds, bytes; of headers the number of a kind. */
      genuine: z.number(),
      dummy: z.number(),
      leaks: z.boolean(),
    }),
  ),
});
export const backendLeakSequenceSchema = z.strictObject({
  ...envelope('backend.leak-sequence'),
  options: z.strictObject({
    system: words,
    threshold: z.number(),
    phones: z.int(),
    days: z.int(),
    traffic: words,
    fault: words.nullable(),
  }),
  data: z.array(
    z.strictObject({
      /** "is ill", "was warned". */
      question: words,
      n: z.int(),
      auc: estimate,
      /** Figures that told best in each half. */
      by: z.array(words),
      leaks: z.boolean(),
    }),
  ),
});
export type BackendLeakSequenceResult = z.infer<typeof backendLeakSequenceSchema>;
export const backendCrashTestSchema = z.strictObject({
  ...envelope('backend.crash-test'),
  seed: z.int(),
  options: z.strictObject({ system: words, rounds: z.int() }),
  data: z.array(
    z.strictObject({
      round: z.int(),
      kind: words,
      acknowledged: count,
      published: count,
      lost: count,
      twice: count,
      problem: z.string(),
    }),
  ),
});
export const backendRetentionSchema = z.strictObject({
  ...envelope('backend.retention'),
  data: z.strictObject({ n: z.int() }),
  rows: z.array(z.strictObject({ datum: words, where: words, form: words, documented: words, deployed: words })),
});
export type BackendRetentionResult = z.infer<typeof backendRetentionSchema>;

export const deviceStatusSchema = z.strictObject({
  ...envelope('device.status'),
  data: z.strictObject({ n: z.int() }),
  /** Time on the phone. */
  clock: words,
  app: words,
  platform: words,
  /** What its user has left on: bluetooth, permission, notifications. */
  on: z.array(words),
  /** Of its own. */
  keys: count,
  sightings: count,
  lastSync: words.nullable(),
  /** Of the Corona-Warn-App, where one is registered. */
  test: z
    .strictObject({ registered: words, state: words, submitted: words.nullable(), followUp: words.nullable() })
    .nullable(),
  background: words,
  /** Background runs of the last 14 days. */
  runs: z.array(
    z.strictObject({
      due: words,
      time: words,
      /** Seconds. */
      late: z.number(),
      outcome: z.enum(['done', 'held', 'failed']),
      why: words.nullable(),
      batches: count,
    }),
  ),
  exposures: z.array(
    z.strictObject({
      day: words,
      minutes: z.number(),
      /** dB, mean. */
      attenuation: z.number(),
      /** Seconds below, between and above the two thresholds of the configuration. */
      attenuationDurations: z.array(z.number()).length(3),
      transmissionLevel: z.number().nullable(),
      score: z.number(),
      found: words,
    }),
  ),
  notification: z
    .strictObject({
      time: words,
      /** False: the user has switched notifications off. */
      shown: z.boolean(),
      lastExposure: words,
      score: z.number(),
      threshold: z.number(),
      operator: words,
      /** What the user is asked to do. */
      action: z.enum(actions),
      reason: z.array(z.strictObject({ what: words, value: z.union([z.number(), words]), because: words })),
    })
    .nullable(),
});
export type DeviceStatusResult = z.infer<typeof deviceStatusSchema>;

const place = z.strictObject({ file: z.string(), line: z.int().optional(), column: z.int().optional() });

export const scenarioRunSchema = z.strictObject({
  ...envelope('scenario.run'),
  counts: z.strictObject({ passed: z.int(), failed: z.int(), error: z.int(), interrupted: z.int() }),
  data: z.array(
    z.strictObject({
      file: z.string(),
      title: z.string(),
      outcome: z.enum(['passed', 'failed', 'error', 'interrupted']),
      seed: z.int().optional(),
      problems: z.array(z.strictObject({ message: z.string(), found: z.string().optional(), place })),
      /** Figures that are not those of the baseline. */
      differences: z.array(z.strictObject({ name: z.string(), was: z.string(), is: z.string() })),
      arms: simulateSchema.shape.arms,
      checks: simulateSchema.shape.checks,
    }),
  ),
});
export type ScenarioRunResult = z.infer<typeof scenarioRunSchema>;
