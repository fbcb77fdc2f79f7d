/** What a story may say: phones with names, a backend of a system, and what happens one after the other. */
import { z } from 'zod';
import { analyticsModes } from '../../backend/immuni/analytics/rights.ts';
import { behaviours } from '../../backend/rules.ts';
import { systemNames } from '../../backend/systems.ts';
import { parseIsoTime } from '../../core/time.ts';
import type { Seconds } from '../../core/units.ts';
import { appNames, switches } from '../../device/profile.ts';
import { reportTypes } from '../../protocol/gaen/keys.ts';

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
const names = z.union([name, z.array(name).min(1)]);
/** Facts of others stand under these. */
const actorName = name.refine((own) => own !== 'server' && own !== 'attacker', {
  error: 'server and attacker are no phones: they have facts of their own',
});
const pair = z.tuple([name, name]);
const daysAgo = z.int().min(0).max(60);

const actor = z.strictObject({
  app: z.enum(appNames).optional().describe('default: that of the system'),
  clock: span.optional().describe('how far the clock of the phone is ahead, or with a minus behind'),
  off: z.array(z.enum(switches)).optional().describe('what its user has switched off'),
  framework: z
    .strictObject({
      embargo: z
        .boolean()
        .optional()
        .describe('whether keys that were published while they were in use are ignored; default: true'),
      steadyClock: z
        .boolean()
        .optional()
        .describe('whether it notices that its clock was set, and goes by a clock that nobody can set; default: false'),
      addressLagSeconds: z
        .number()
        .min(0)
        .max(599)
        .optional()
        .describe('from a new identifier to the new Bluetooth address; default: 0, both at once'),
    })
    .optional()
    .describe('what its framework does otherwise than the deployed ones'),
});

/** A day at most: what lasts longer is several steps. */
const minutes = z.number().min(1).max(1440);
/** dB. */
const attenuation = z.number().min(0).max(100);
const when = { at: span.optional().describe('since the begin of the story') };

/** Frames of one phone at another. */
const carried = z.strictObject({
  ...when,
  attack: z.enum(['relay', 'replay', 'bitflip']),
  from: name,
  to: name,
  after: span.default(0).describe('replay: from hearing to sending again'),
  minutes,
  attenuation,
});
/** By somebody who needs no phone: each has the parameters of its kind only, so that what has no effect is refused. */
const otherAttacks = {
  published: z
    .strictObject({ ...when, attack: z.literal('published'), to: name, minutes, attenuation })
    .describe(
      'sends what the owners of published keys sent, or would send, at the time that the clock of the phone shows',
    ),
  flood: z
    .strictObject({
      ...when,
      attack: z.literal('flood'),
      to: name,
      minutes,
      attenuation,
      identifiers: z.int().min(1).max(10_000).describe('random ones in each scan'),
    })
    .describe('fills the memory of a phone'),
  track: z
    .strictObject({ ...when, attack: z.literal('track'), from: names, minutes })
    .describe('listens to phones all the time, and links what they send'),
  link: z
    .strictObject({ ...when, attack: z.literal('link') })
    .describe('downloads what is published, and looks which keys are provably of one person'),
  guess: z
    .strictObject({
      ...when,
      attack: z.literal('guess'),
      perSecond: z.number().min(0.01).max(100).describe('guesses, in the 150 s for which a one-time password is good'),
    })
    .describe('tries one-time passwords (Immuni)'),
  pollute: z
    .strictObject({
      ...when,
      attack: z.literal('pollute'),
      reports: z.int().min(1).max(1000).describe('invented operational info'),
      platform: z.enum(['ios', 'android']).default('ios'),
      device: z.enum(['none', 'genuine']).default('none').describe('genuine: one phone proves to be one; none: forged'),
    })
    .describe('sends operational info of nobody (Immuni)'),
} as const;
const attacks = { relay: carried, replay: carried, bitflip: carried, ...otherAttacks } as const;
type AttackName = keyof typeof attacks;
const attackNames = Object.keys(attacks) as readonly AttackName[];
/** Finds the kind, or complains of it. */
const anyAttack = z.looseObject({ attack: z.enum(attackNames) });

/** Steps by the word that says what happens; each may say when. */
const steps = {
  meet: { meet: pair, minutes: z.number().min(0.1).max(1440), attenuation: z.number().min(0).max(100) },
  test: { test: name },
  result: { result: name, is: z.enum(['positive', 'negative', 'invalid']).default('positive') },
  teletan: { teletan: name },
  authorise: { authorise: name, symptoms: daysAgo.default(2) },
  upload: {
    upload: name,
    symptoms: z.union([daysAgo, z.enum(['none', 'unknown'])]).default('unknown'),
    changed: z
      .strictObject({
        rollingPeriod: z.int().min(1).max(144).optional().describe('intervals of ten minutes'),
        report: z.enum(reportTypes).optional().describe('report type, which only the Corona-Warn-App sends'),
      })
      .optional()
      .describe('what a client that is not the app says of its keys'),
  },
  sync: { sync: names },
  live: { live: names },
  clock: { clock: name, ahead: span.describe('from now on, of the time of the story; with a minus behind') },
  switch: { switch: name, off: z.array(z.enum(switches)).default([]), on: z.array(z.enum(switches)).default([]) },
  publish: { publish: z.literal(true) },
  wait: { wait: span },
  check: { check: z.string(), because: z.string().optional() },
} as const;
/** The word that says what happens in a step. */
export type Verb = keyof typeof steps | 'attack';
/** In the order of the documentation. */
export const verbs = ['attack', ...Object.keys(steps)] as readonly Verb[];

/** Steps and attacks that only one system knows. */
export const systemOf: Readonly<Partial<Record<Verb | AttackName, (typeof systemNames)[number]>>> = {
  test: 'cwa',
  result: 'cwa',
  teletan: 'cwa',
  authorise: 'immuni',
  guess: 'immuni',
  pollute: 'immuni',
};

/** One schema a verb, so that a mistake is told about the step that it is in. */
const stepSchemas = {
  meet: z.strictObject({ ...when, ...steps.meet }),
  test: z.strictObject({ ...when, ...steps.test }),
  result: z.strictObject({ ...when, ...steps.result }),
  teletan: z.strictObject({ ...when, ...steps.teletan }),
  authorise: z.strictObject({ ...when, ...steps.authorise }),
  upload: z.strictObject({ ...when, ...steps.upload }),
  sync: z.strictObject({ ...when, ...steps.sync }),
  live: z.strictObject({ ...when, ...steps.live }),
  clock: z.strictObject({ ...when, ...steps.clock }),
  switch: z.strictObject({ ...when, ...steps.switch }),
  publish: z.strictObject({ ...when, ...steps.publish }),
  wait: z.strictObject({ ...when, ...steps.wait }),
  check: z.strictObject({ ...when, ...steps.check }),
} as const;
/** Of each step, and of each attack: for editors. */
export const everyStepSchema: readonly z.ZodObject[] = [
  ...Object.values(stepSchemas),
  carried,
  ...Object.values(otherAttacks),
];

/** Of a step, by its verb and, of an attack, by its kind. */
export function schemaOf(verb: Verb, raw: object): z.ZodObject {
  if (verb !== 'attack') return stepSchemas[verb];
  const { data } = anyAttack.safeParse(raw);
  return data ? attacks[data.attack] : anyAttack;
}

type StepOf<V extends keyof typeof steps> = { readonly verb: V } & z.infer<(typeof stepSchemas)[V]>;
/** An attack with its kind. */
export type Attack = { readonly verb: 'attack' } & z.infer<(typeof attacks)[AttackName]>;
/** A step with its verb. */
export type Step = { readonly [V in keyof typeof steps]: StepOf<V> }[keyof typeof steps] | Attack;

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
      embargo: z.boolean().optional().describe('Immuni: whether keys that are still in use wait; default: true'),
      analytics: z.enum(analyticsModes).optional().describe('Immuni: who may send operational info; open: everybody'),
    })
    .default({})
    .describe('what the backend does otherwise'),
  scans: z
    .literal('every 5 minutes')
    .optional()
    .describe('phones listen at these times since the begin; absent: from the begin of each meeting on'),
  actors: z.record(actorName, actor.nullable()),
  timeline: z.array(z.record(z.string(), z.unknown())).min(1),
  checks: z
    .array(z.union([z.string(), z.strictObject({ check: z.string(), because: z.string().optional() })]))
    .default([]),
});
