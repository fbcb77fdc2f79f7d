/** What a story may say: phones with names, a backend of a system, and what happens one after the other. */
import { z } from 'zod';
import { behaviours } from '../../backend/rules.ts';
import { systemNames } from '../../backend/systems.ts';
import { parseIsoTime } from '../../core/time.ts';
import type { Seconds } from '../../core/units.ts';
import { appNames, switches } from '../../device/profile.ts';

const UNITS: Readonly<Record<string, Seconds>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** "+90min", "-2h", "1d": seconds. */
const span = z.string().transform((text, context): Seconds => {
  const [, sign, amount, unit] = /^([+-]?)(\d+(?:\.\d+)?)\s?(s|min|h|d)$/.exec(text) ?? [];
  if (amount !== undefined) return (sign === '-' ? -1 : 1) * Number(amount) * UNITS[unit!]!;
  context.addIssue({ code: 'custom', message: 'it must be an amount of time such as +90s, +30min, +2h or +14d' });
  return z.NEVER;
});
const instant = z.string().transform((text, context) => {
  const time = parseIsoTime(text);
  if (time !== null) return time;
  context.addIssue({ code: 'custom', message: 'it must be a time such as 2020-06-22T12:00Z' });
  return z.NEVER;
});

const name = z.string().regex(/^[a-z][a-z0-9-]*$/i, 'a name has letters, digits and hyphens');
const pair = z.tuple([name, name]);
const daysAgo = z.int().min(0).max(60);

const actor = z.strictObject({
  app: z.enum(appNames).optional().describe('default: that of the system'),
  clock: span.optional().describe('how far the clock of the phone is ahead, or with a minus behind'),
  off: z.array(z.enum(switches)).optional().describe('what its user has switched off'),
});

/** Steps by the word that says what happens; each may say when. */
const steps = {
  meet: { meet: pair, minutes: z.number().min(0.1).max(1440), attenuation: z.number().min(0).max(100) },
  attack: {
    attack: z.enum(['relay', 'replay', 'bitflip']),
    from: name,
    to: name,
    after: span.default(0).describe('replay: from hearing to sending again'),
    minutes: z.number().min(1).max(1440),
    attenuation: z.number().min(0).max(100),
  },
  test: { test: name },
  result: { result: name, is: z.enum(['positive', 'negative', 'invalid']).default('positive') },
  teletan: { teletan: name },
  authorise: { authorise: name, symptoms: daysAgo.default(2) },
  upload: { upload: name, symptoms: z.union([daysAgo, z.enum(['none', 'unknown'])]).default('unknown') },
  sync: { sync: z.union([name, z.array(name).min(1)]) },
  live: { live: z.union([name, z.array(name).min(1)]) },
  switch: { switch: name, off: z.array(z.enum(switches)).default([]), on: z.array(z.enum(switches)).default([]) },
  publish: { publish: z.literal(true) },
  wait: { wait: span },
  check: { check: z.string(), because: z.string().optional() },
} as const;
/** The word that says what happens in a step. */
export type Verb = keyof typeof steps;
/** In the order of the documentation. */
export const verbs = Object.keys(steps) as readonly Verb[];

const when = { at: span.optional().describe('since the begin of the story') };
/** One schema a verb, so that a mistake is told about the step that it is in. */
export const stepSchemas = {
  meet: z.strictObject({ ...when, ...steps.meet }),
  attack: z.strictObject({ ...when, ...steps.attack }),
  test: z.strictObject({ ...when, ...steps.test }),
  result: z.strictObject({ ...when, ...steps.result }),
  teletan: z.strictObject({ ...when, ...steps.teletan }),
  authorise: z.strictObject({ ...when, ...steps.authorise }),
  upload: z.strictObject({ ...when, ...steps.upload }),
  sync: z.strictObject({ ...when, ...steps.sync }),
  live: z.strictObject({ ...when, ...steps.live }),
  switch: z.strictObject({ ...when, ...steps.switch }),
  publish: z.strictObject({ ...when, ...steps.publish }),
  wait: z.strictObject({ ...when, ...steps.wait }),
  check: z.strictObject({ ...when, ...steps.check }),
} as const;
type StepOf<V extends Verb> = { readonly verb: V } & z.infer<(typeof stepSchemas)[V]>;
/** A step with its verb. */
export type Step = { readonly [V in Verb]: StepOf<V> }[Verb];

/** The file. */
export const storySchema = z.strictObject({
  title: z.string().min(1),
  tags: z.array(z.string()).default([]),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  system: z.enum(systemNames),
  begin: instant.default(parseIsoTime('2020-09-14T08:00Z')!),
  behaviour: z.enum(behaviours).default('documented').describe('of the backend: as documented, or as deployed'),
  preset: z.string().optional().describe('parameter set that the backend serves to apps'),
  config: z.string().optional().describe('or a file with a configuration'),
  server: z
    .strictObject({
      leastKeys: z.int().min(0).optional(),
      keyMultiplier: z.int().min(1).optional(),
      tansPerToken: z.int().min(1).optional(),
    })
    .default({})
    .describe('what the backend does otherwise'),
  scans: z
    .literal('every 5 minutes')
    .optional()
    .describe('phones listen at these times since the begin; absent: from the begin of each meeting on'),
  actors: z.record(name, actor.nullable()),
  timeline: z.array(z.record(z.string(), z.unknown())).min(1),
  checks: z
    .array(z.union([z.string(), z.strictObject({ check: z.string(), because: z.string().optional() })]))
    .default([]),
});
