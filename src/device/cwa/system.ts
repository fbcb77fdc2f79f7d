/** The Corona-Warn-App on a phone: packages, tests, submissions, and the traffic that covers them. */
import { toBase64 } from '../../core/bytes.ts';
import { EnlabError } from '../../core/errors.ts';
import type { Exposure } from '../../core/exposure.ts';
import { defined } from '../../core/object.ts';
import { utcDayOf } from '../../core/time.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import type { KeyExport } from '../../protocol/export/reader.ts';
import { nextOpportunity } from '../cover.ts';
import { detect } from '../detection.ts';
import { admitted, withFound } from '../found.ts';
import { forgotten, type PhoneMemory } from '../memory.ts';
import type { PhonePorts } from '../ports.ts';
import { whyNoDetection } from '../profile.ts';
import type { PhoneSystem, Synced, SyncOptions, UploadOptions } from '../system.ts';
import { judgeFor } from './configuration.ts';
import { askFlow, dummyFlow, keysBefore, keysOf, registerFlow, submitFlow } from './flows.ts';
import type { CwaMemory, FollowUpState, RegisteredTest } from './memory.ts';
import { newPackages } from './packages.ts';

/** Between two runs; results are asked for twice as often (DIAGNOSIS_TEST_RESULT_RETRIEVAL of cwa-app-android: 12 a day). */
const PERIOD: Seconds = 4 * 3600;
const POLLING: Seconds = 2 * 3600;
/** Of the opportunities of covered traffic, in waking time: as often as results are asked for. */
const COVER_MEAN: Seconds = POLLING;
/** How long the framework gives keys out after the user has agreed (seed 004, Figure 5). */
const CONSENT_DAYS = 1;

const callPorts = ({ servers }: SyncOptions, { clock, entropy, http }: PhonePorts) => ({
  servers,
  entropy,
  http,
  now: clock.now(),
});

const withCwa = (memory: PhoneMemory, cwa: Partial<CwaMemory>): PhoneMemory => ({
  ...memory,
  cwa: { ...memory.cwa, ...cwa },
});

const isCovered = ({ profile }: SyncOptions): boolean => profile.traffic === 'covered';

/** What the user does at once takes the place of the next opportunity. */
function takingNext({ cwa: { coverDue } }: PhoneMemory, options: SyncOptions, { entropy }: PhonePorts) {
  if (coverDue === null || !isCovered(options)) return {};
  return { coverDue: nextOpportunity(coverDue, COVER_MEAN, entropy) };
}

/** Settings, packages, exposures, a notification. */
async function look(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Synced> {
  const { clock } = ports;
  const { profile, hold, publicKeys } = options;
  const judge = await judgeFor(options, ports);
  const held = whyNoDetection(profile) ?? hold;
  let memory = forgotten(before, clock.now());
  const files: string[] = [];
  const refused: { file: string; reason: string }[] = [];
  const found: Exposure[] = [];
  for (const one of held === undefined ? await newPackages(memory.cwa.packages, options, ports) : []) {
    const zip = await one.load();
    // It went between the two requests.
    if (zip === undefined) continue;
    const file = admitted(memory.history, zip, { publicKeys, series: one.series });
    if (typeof file === 'string') {
      refused.push({ file: `package ${one.name}`, reason: file });
      break;
    }
    const fresh = await newIn(file.read, memory, { now: clock.now(), embargo: options.embargo });
    found.push(...fresh.map(({ exposure }) => judge.encoded(exposure)));
    const { packages, matched } = memory.cwa;
    const added = fresh.map(({ keyData, exposure }) => ({ key: toBase64(keyData), day: exposure.day! }));
    memory = withCwa(
      { ...memory, history: file.history },
      { packages: [...packages, one.name], matched: [...matched, ...added] },
    );
    files.push(`package ${one.name}`);
  }
  const now = clock.now();
  memory = withFound({ ...memory, lastSync: now }, found, judge, { now, shown: profile.on.notifications });
  // Covered traffic asks at its opportunities: more downloads than usual would tell that there is a test.
  const period = memory.cwa.test?.state === 'pending' && !isCovered(options) ? POLLING : PERIOD;
  return defined({ memory, files, refused, held, remarks: [], period });
}

/** Without what was found before: the keys of an hour come again in the package of the day. */
async function newIn(
  { keys, window }: KeyExport,
  { heard, cwa }: PhoneMemory,
  when: { readonly now: UnixSeconds; readonly embargo: boolean | undefined },
) {
  const known = new Set(cwa.matched.map(({ key }) => key));
  const detected = await detect(keys.table, heard, { publishedAt: window?.end ?? when.now, ...when });
  return detected.filter(({ keyData }) => !known.has(toBase64(keyData)));
}

/** What is to be done about the test, which the phone does without its user; undefined: nothing. */
function duty({ cwa: { test } }: PhoneMemory, { clock }: PhonePorts): 'ask' | 'follow up' | undefined {
  if (test?.state === 'pending') return 'ask';
  const submitted = test?.submitted;
  const isDue = submitted?.followUp === 'due' && utcDayOf(clock.now()) > utcDayOf(submitted.time);
  return isDue ? 'follow up' : undefined;
}

interface Fulfilled {
  readonly test: RegisteredTest;
  /** Why it is still to be done. */
  readonly trouble?: string;
}

/** Does what is to be done. Throws E-SERVER. */
const fulfil = async (memory: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Fulfilled> =>
  duty(memory, ports) === 'ask'
    ? { test: await askFlow(memory.cwa.test!, callPorts(options, ports)) }
    : followedUp(memory, options, ports);

/** The key of the day of the first submission, which was in use then (seed 004, Figure 5). */
async function followedUp({ keys, cwa }: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Fulfilled> {
  const test = cwa.test!;
  const submitted = test.submitted!;
  const day = utcDayOf(submitted.time);
  const ended = (followUp: FollowUpState): Fulfilled => ({
    test: { ...test, tan: null, submitted: { ...submitted, followUp } },
  });
  const own = keysOf(keys, day);
  if (utcDayOf(ports.clock.now()) > day + CONSENT_DAYS || own.length === 0) {
    // An opportunity at which nothing is sent would be a gap.
    if (isCovered(options)) await dummyFlow(callPorts(options, ports));
    return ended('late');
  }
  const outcome = await submitFlow(test, { keys: own, symptoms: submitted.symptoms }, callPorts(options, ports));
  if (outcome.what === 'not taken') return { test: { ...test, tan: outcome.tan }, trouble: outcome.why };
  return ended(outcome.what === 'sent' ? 'done' : 'refused');
}

const FOLLOW_UP: Readonly<Record<FollowUpState, string | undefined>> = {
  due: undefined,
  done: 'the key of the day of the upload was sent',
  refused: 'the key of the day of the upload was not sent: the server gives no second TAN for the test',
  late: 'the key of the day of the upload was not sent: the consent had run out',
};

/** Of the test. */
function news({ cwa: { test: before } }: PhoneMemory, { cwa: { test: after } }: PhoneMemory): readonly string[] {
  if (!after) return [];
  const followUp = after.submitted?.followUp;
  return [
    ...(after.state === before?.state ? [] : [`the result of the test is ${after.state}`]),
    ...(followUp === undefined || followUp === before?.submitted?.followUp ? [] : [FOLLOW_UP[followUp]]),
  ].filter((text) => text !== undefined);
}

/** With what is to be done about the test, or the reason why it was not; `more` is remembered where it was. */
async function dutiful(
  synced: Synced,
  options: SyncOptions,
  { ports, more = {} }: { readonly ports: PhonePorts; readonly more?: Partial<CwaMemory> },
): Promise<Synced> {
  try {
    const { test, trouble } = await fulfil(synced.memory, options, ports);
    const remarks = trouble === undefined ? synced.remarks : [...synced.remarks, trouble];
    return { ...synced, memory: withCwa(synced.memory, { test, ...more }), remarks };
  } catch (error) {
    if (!(error instanceof EnlabError)) throw error;
    return { ...synced, remarks: [...synced.remarks, error.message] };
  }
}

export const cwaSystem: PhoneSystem = {
  async register(before, code, options, ports) {
    const test = await registerFlow(code, callPorts(options, ports));
    return withCwa(before, { test, ...takingNext(before, options, ports) });
  },

  testState: ({ cwa: { test } }) => test?.state ?? null,
  news,

  async sync(before, options, ports) {
    const synced = await look(before, options, ports);
    if (duty(synced.memory, ports) !== 'ask') return synced;
    return dutiful(synced, options, { ports, more: takingNext(synced.memory, options, ports) });
  },

  async run(before, options, ports) {
    const looked = await look(before, options, ports);
    const { memory } = looked;
    const due = memory.cwa.coverDue ?? nextOpportunity(ports.clock.now(), COVER_MEAN, ports.entropy);
    const synced = isCovered(options) ? { ...looked, memory: withCwa(memory, { coverDue: due }) } : looked;
    const todo = duty(synced.memory, ports);
    const isUncovered = !isCovered(options) || (todo === 'follow up' && options.fault === 'no-follow-up-dummy');
    if (todo === undefined || !isUncovered) return synced;
    return dutiful(synced, options, { ports });
  },

  async upload(before, options, ports) {
    const test = assertSubmittable(before, options);
    const now = ports.clock.now();
    const keys = keysBefore(forgotten(before, now).keys, utcDayOf(now));
    if (keys.length === 0)
      return { memory: before, keys: 0, refusal: 'there is no key of a whole day yet: the key of today goes tomorrow' };
    const { symptoms } = options;
    const outcome = await submitFlow(test, { keys, symptoms }, callPorts(options, ports));
    const taken = takingNext(before, options, ports);
    if (outcome.what !== 'sent') {
      const { tan, why } = outcome;
      return { memory: withCwa(before, { ...taken, test: { ...test, tan } }), keys: 0, refusal: why };
    }
    const submitted = { time: now, symptoms, followUp: 'due' as const };
    return { memory: withCwa(before, { ...taken, test: { ...test, tan: null, submitted } }), keys: keys.length };
  },

  coverDue: ({ cwa: { coverDue } }, options) => (isCovered(options) ? coverDue : null),

  async cover(before, options, ports) {
    const next = { coverDue: nextOpportunity(ports.clock.now(), COVER_MEAN, ports.entropy) };
    const todo = duty(before, ports);
    try {
      if (todo !== undefined) return withCwa(before, { test: (await fulfil(before, options, ports)).test, ...next });
      await dummyFlow(callPorts(options, ports));
    } catch (error) {
      // It is given up until the next opportunity.
      if (!(error instanceof EnlabError)) throw error;
    }
    return withCwa(before, next);
  },
};

function assertSubmittable({ cwa: { test } }: PhoneMemory, { code }: UploadOptions): RegisteredTest {
  if (code !== undefined)
    throw new EnlabError('E-USAGE', 'the Corona-Warn-App sends without a code', {
      hint: 'pass the code to "enlab device register" first',
    });
  if (!test)
    throw new EnlabError('E-USAGE', 'no test is registered on this phone', {
      hint: 'enlab device register CODE, with the code of the test or a teleTAN',
    });
  if (test.state !== 'positive')
    throw new EnlabError('E-USAGE', `the result of the test is ${test.state}`, {
      hint: 'only a positive test can be shared; "enlab device sync" asks for the result',
    });
  return test;
}
