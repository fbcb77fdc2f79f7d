/**
 * What a scenario file may say: parameters, arms, changes, checks. Every range here is what the simulation can work with, and
 * `describe` is what editors show (schemas/scenario.generated.json).
 */
import { z } from 'zod';
import { contactLayers } from '../population/contacts.ts';
import { embargoes } from '../population/publishing.ts';
import { radioLevels } from '../propagation/hearing.ts';
import { carriages } from '../propagation/model.ts';

/** More than lives in any country that had such an app. */
const MOST_AGENTS = 100_000_000;

/** More would take hours. */
export const MOST_REAL_PHONES = 100_000;

/** Italy has 107. */
const MOST_PROVINCES = 1000;

const share = z.number().min(0).max(1);
const SOME_WEIGHT = 'one of the weights must be above 0';
const hasShare = (all: readonly { readonly share: number }[]): boolean => all.some(({ share: own }) => own > 0);

/** An object with the same under each name. */
const eachOf = <Name extends string, Schema extends z.ZodType>(
  names: readonly Name[],
  schema: Schema,
): z.ZodObject<Record<Name, Schema>, z.core.$strict> =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>);

/** In proportion to others. */
const weight = z.number().min(0).max(1e6);
const weights = z
  .array(weight)
  .min(1)
  .refine((all) => all.some((own) => own > 0), SOME_WEIGHT);
const days = z.int().min(0).max(365);
const db = z.number().min(-100).max(200);
/** Log-normal. */
const spread = (unit: string, most: number) =>
  z
    .strictObject({
      median: z.number().min(0).max(most).describe('half of the values lie below'),
      sigma: z.number().min(0).max(3).describe('standard deviation of the logarithm'),
    })
    .describe(`log-normal, ${unit}`);

const encounter = {
  minutes: spread('minutes a contact lasts', 1440),
  mostMinutes: z.number().gt(0).max(1440).describe('longer contacts are cut, minutes'),
  metres: spread('metres between the two', 100),
};
const ring = {
  neighbours: z.int().min(0).max(50).describe('people on each side of a ring whom somebody knows'),
  chance: share.describe('to meet each of them on a day'),
};

const network = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .max(1000)
      .describe('CSV, relative to the scenario: time, a, b, distance or rssi, seconds or minutes'),
    rowSeconds: z
      .number()
      .gt(0)
      .max(86_400)
      .optional()
      .describe('a row lasts so long where the file does not say it, s'),
    days: z.int().min(1).max(1000).optional().describe('after so many it begins again; absent: after its last row'),
    transmitPower: z.number().min(-127).max(20).optional().describe('attenuation = this - rssi, dBm'),
  })
  .describe('contacts that were observed, in place of group, transport and random; of a scenario, not of an arm');

const place = z.strictObject({
  atOneMetre: db.describe('attenuation at 1 m, phones in hands, dB'),
  exponent: z.number().min(0).max(6).describe('n of 10 n log10(distance)'),
  shadowing: z.number().min(0).max(30).describe('standard deviation between contacts, dB'),
  scanNoise: z.number().min(0).max(30).describe('standard deviation between scans of a contact, dB'),
  advertNoise: z.number().min(0).max(30).describe('standard deviation between advertisements of a scan, dB'),
  body: db.describe('of each body in the way, dB'),
  carriage: eachOf(carriages, db).describe('of a phone carried so, more than in a hand, dB'),
  limit: db.describe('what is weaker is not received, dB'),
});

/** As manifests have it: a rule in words is its name; presets and files are a model with its parameters. */
const resolvedRisk = z.strictObject({
  name: z.string().min(1),
  source: z.strictObject({ model: z.string(), parameters: z.unknown() }).optional(),
});
/** A rule that was looked up: name, and model with parameters where it is not in words. */
export type Risk = z.infer<typeof resolvedRisk>;

/** A preset by name, a file, or a rule in words. */
const risk = z.union([z.string().min(1), resolvedRisk]);

const behaviour = z.strictObject({
  complies: share.describe('share of the warned who stay at home, from the day after on'),
  calls: share.describe('share of the warned who call the health service, on the day on which their phone warns'),
  quarantineDays: days.describe('days at home of the warned'),
  isolationDays: days.describe('days at home of those with a positive result'),
});

const app = z.strictObject({
  risk: risk.describe('what makes the app warn: preset, file, rule in words ("attenuation<=63 minutes>=15")'),
  adoption: share.describe('share with the app of those who may and can use it'),
  youngest: z.int().min(0).max(120).describe('least age, years'),
  supported: share.describe('share of phones whose system has the framework'),
  permitted: share.describe('share of apps that may use Bluetooth and warn'),
  household: share.describe('share of people who do as their household does'),
  uploads: share.describe('share of those with the app and a positive result who upload'),
  keysBeforeOnset: z.int().min(0).max(14).describe('keys are published from so many days before the first symptoms on'),
  levels: z
    .enum(['none', 'cwa'])
    .describe(
      'transmission risk levels of keys: none, or by days since symptoms as the Corona-Warn-App gives them, whose server publishes those from 3 on',
    ),
  followUp: z.boolean().describe('the app sends the key of the day of the upload on the day after'),
  models: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        share: weight,
        rx: db.describe('added to what the phone measures, dB'),
        tx: db.describe('added to what others measure of it, dB'),
        advertises: z.boolean(),
      }),
    )
    .min(1)
    .refine(hasShare, SOME_WEIGHT)
    .describe('phone models: share (weight), rx and tx (dB), advertises; or a device table by name or file'),
});

/** All of them, as a run needs them; in a file any may be missing. */
export const parametersSchema = z
  .strictObject({
    population: z.strictObject({
      agents: z.int().min(2).max(MOST_AGENTS).describe('people'),
      households: weights.max(15).describe('weights of households with 1, 2, .. people'),
      ages: z
        .array(
          z.strictObject({
            from: z.int().min(0).max(120).describe('the youngest, years; the group ends where the next begins'),
            share: weight.describe('weight among people'),
            uses: weight.describe('how likely they use an app, in proportion to other groups'),
          }),
        )
        .min(1)
        .refine((groups) => groups.every(({ from }, k) => k === 0 || from > groups[k - 1]!.from), 'ages must increase')
        .refine(hasShare, SOME_WEIGHT)
        .describe(
          'groups of age: from (youngest, years), share (weight among people), uses (likelihood to use an app)',
        ),
      provinces: z
        .array(
          z.strictObject({
            name: z
              .string()
              .min(1)
              .max(40)
              .describe('as phones report it, such as the two letters of an Italian province'),
            share: weight.describe('weight among households'),
            uses: weight.default(1).describe('how likely people there use an app, in proportion to other provinces'),
          }),
        )
        .min(1)
        .max(MOST_PROVINCES)
        .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two provinces have one name')
        .refine(hasShare, SOME_WEIGHT)
        .describe(
          'where households lie: name, share (weight), uses (factor on adoption there); other contacts cross borders',
        ),
    }),
    contacts: z.strictObject({
      household: z.strictObject(encounter),
      group: z.strictObject({ ...ring, ...encounter }).describe('colleagues, classmates'),
      transport: z.strictObject({ ...ring, ...encounter }).describe('who takes the same bus'),
      random: z.strictObject({ perDay: z.int().min(0).max(100).describe('strangers a day'), ...encounter }),
      network: network.optional(),
    }),
    disease: z.strictObject({
      firstInfected: z.int().min(0).max(MOST_AGENTS).describe('people infected at the begin'),
      perMinute: z
        .number()
        .min(0)
        .max(1)
        .describe('hazard of a minute within 1 m of somebody at their most infectious'),
      infectiousDays: z.int().min(1).max(60).describe('days after infection from which on nobody infects'),
      incubationDays: spread('days from infection to symptoms', 30),
      symptomatic: share.describe('share of the infected who get symptoms'),
      asymptomatic: share.describe('infectiousness of the others, relative to them'),
      peakDays: z.number().min(-14).max(14).describe('of infectiousness, days after the onset of symptoms'),
      spreadDays: z.number().gt(0).max(14).describe('standard deviation of infectiousness around its peak, days'),
    }),
    testing: z.strictObject({
      tested: share.describe('share of those with symptoms who are tested'),
      waitDays: spread('days from the onset of symptoms to the test', 30),
      labHours: spread('hours from the test to its result', 480),
      sensitivity: share.describe('share of tests of infected people that are positive'),
      per1000: z.number().min(0).max(1000).describe('tests a day for each 1,000 people; who finds none waits'),
    }),
    app,
    delivery: z.strictObject({
      operatorHours: spread('hours from the result to the upload', 480),
      embargo: z
        .enum(embargoes)
        .describe(
          'keys that have not been over for two hours: phones ignore them for ever, or the server keeps them back',
        ),
      batchHours: z.number().min(0).max(48).describe('keys are published every so many hours; 0: at once'),
      backgroundHours: z.number().min(0).max(48).describe('phones look for keys every so many hours; 0: at once'),
      offline: z.number().min(0).max(0.9).describe('share of these looks that fail'),
      detections: z.int().min(1).max(24).describe('looks a day that the framework allows'),
    }),
    analytics: z
      .strictObject({
        withExposure: share.describe('after the first warning of a month'),
        withoutExposure: share.describe('once in a month, in a day of its own'),
      })
      .describe('chance that a phone sends operational info; both 0: none does'),
    manual: z
      .strictObject({
        named: eachOf(contactLayers, share).describe('share of the contacts of a layer whom the ill can name'),
        daysBefore: z.int().min(0).max(14).describe('days before the onset from which on contacts are asked for'),
        delayHours: spread('hours from the result to the call', 480),
      })
      .describe('what health offices do beside the app'),
    behaviour,
    radio: z.strictObject({
      level: z.enum(radioLevels).describe('what is drawn: contacts, scans, or every advertisement'),
      schedule: z
        .strictObject({
          window: z.number().gt(0).max(300).describe('a scan listens so long, s'),
          interval: z.number().gt(0).max(3600).describe('from scan to scan, at most, s'),
          jitter: z.number().min(0).max(3600).describe('taken off, drawn anew for each scan, s'),
          advertInterval: z.number().min(0.02).max(10).describe('from advertisement to advertisement, s'),
        })
        .refine(({ interval, jitter }) => jitter < interval, 'jitter must be less than interval')
        .refine(({ window, advertInterval }) => advertInterval <= window, 'advertInterval must be at most window'),
      carriage: eachOf(carriages, weight)
        .refine((all) => Object.values(all).some((own) => own > 0), SOME_WEIGHT)
        .describe('weights of how phones are carried'),
      bodies: eachOf(contactLayers, weights.max(10)).describe('weights of meetings with 0, 1, .. bodies in the way'),
      places: eachOf(contactLayers, place).describe('where people of a layer meet'),
    }),
    truth: z
      .strictObject({
        minutes: z.number().min(0).max(1440),
        metres: z.number().min(0).max(100),
      })
      .describe('contacts this long and this near are true ones: the labels of --trace'),
  })
  .refine(({ population, disease }) => disease.firstInfected <= population.agents, {
    path: ['population', 'agents'],
    message: 'fewer people than disease.firstInfected',
  });
/** All parameters of an arm. */
export type Parameters = z.infer<typeof parametersSchema>;

/** Names of arms: what checks write before a dot. */
export const armName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;

const changeable = z.strictObject({
  app: app.pick({ risk: true, uploads: true }).partial().optional(),
  behaviour: behaviour.partial().optional(),
});

/** What a scenario says beside parameters. */
const frame = {
  title: z.string().min(1),
  /** For --tag. */
  tags: z.array(z.string()).default([]),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  days: z.int().min(1).max(1000).default(60),
  realPhones: z
    .int()
    .min(0)
    .max(MOST_REAL_PHONES)
    .default(0)
    .describe('phones that run the real app against a real server, over HTTP'),
  replicates: z.int().min(1).max(1000).default(1).describe('runs with other draws: seed, seed + 1, ..'),
  arms: z
    .record(
      z.string().regex(armName, 'a name has letters, digits and hyphens'),
      z.record(z.string(), z.unknown()).nullable(),
    )
    .default({})
    .describe('what is compared: a name, and what is different there'),
  changes: z
    .array(
      z.strictObject({
        day: z.int().min(1),
        arms: z.array(z.string()).optional().describe('where; absent: in all'),
        set: changeable,
      }),
    )
    .default([])
    .describe('what changes from the begin of a day on'),
  checks: z
    .array(z.union([z.string(), z.strictObject({ check: z.string(), because: z.string().optional() })]))
    .default([])
    .describe('what must hold: "tuned.infections < no-app.infections"'),
  /** Of a manifest: what made it. */
  made: z.record(z.string(), z.unknown()).optional(),
};
/** What stands in a scenario beside parameters. */
export const frameSchema = z.strictObject(frame);
export type Frame = z.infer<typeof frameSchema>;
/** What may change on a day of a run. */
export type Changeable = z.infer<typeof changeable>;

/** For editors: everything that a file may hold. */
export const scenarioSchema = z.strictObject({ ...frame, ...parametersSchema.shape });
