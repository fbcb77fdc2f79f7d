/**
 * What somebody learns who watches the line of one phone for a month: when it sends how much to whom, and how much comes
 * back. Phones live through simulated days against a real server; some fall ill and share their keys, some meet them and
 * are warned, and to some nothing happens. A watcher who may learn from one half of them is judged on the other.
 */
import { type Entropy, keyedEntropy, uniformFrom } from '../core/entropy.ts';
import type { HttpClient } from '../core/httpClient.ts';
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds } from '../core/units.ts';
import { broadcast, hear, type ReceivedFrame, withDailyKeys } from '../device/broadcasting.ts';
import { nextOpportunity, type PhoneFault, type TrafficName, WAKING_SECONDS } from '../device/cover.ts';
import { liveUntil } from '../device/live.ts';
import { newMemory, type PhoneMemory } from '../device/memory.ts';
import { type PhonePorts, portsAt } from '../device/ports.ts';
import { type AppName, newProfile } from '../device/profile.ts';
import type { Servers } from '../device/servers.ts';
import type { SyncOptions } from '../device/system.ts';
import { systemOf } from '../device/systems.ts';
import { replyBytes, requestBytes } from '../protocol/wire/sizes.ts';
import type { Seen } from './watcher.ts';

export const groups = ['nothing', 'ill', 'notified'] as const;
export type Group = (typeof groups)[number];

export interface SequenceOptions {
  readonly app: AppName;
  readonly traffic: TrafficName;
  readonly fault?: PhoneFault | undefined;
  /** Of each group. */
  readonly phones: number;
  readonly days: number;
  /** By the clock of the server, which is virtual. */
  readonly begin: UnixSeconds;
}

/** How a health system helps somebody who is ill. */
export interface Illness {
  /** A new one: of a test, or of the app. */
  readonly code: () => string;
  /** Allows the upload of a code: an operator who is on the telephone, or a laboratory. */
  readonly release: (code: string) => Promise<void>;
  /** register: the code is registered when the test is made, and released a day later. */
  readonly way: 'at once' | 'register';
}

export interface SequencePorts {
  readonly servers: Servers;
  readonly entropy: Entropy;
  readonly http: HttpClient;
  readonly moveTo: (time: UnixSeconds) => Promise<void>;
  readonly illness: Illness;
}

/** A phone with its user. */
interface Person {
  readonly group: Group;
  readonly options: SyncOptions;
  readonly seen: Seen[];
  readonly ports: Omit<PhonePorts, 'clock'>;
  memory: PhoneMemory;
  /** Phones forget it after two weeks. */
  wasWarned: boolean;
  /** When the app is opened next. */
  opens: UnixSeconds;
  /** When somebody who is ill does something about it, at the next opening. */
  readonly ill: UnixSeconds;
  /** Of a code that is registered: when its result is known; Infinity: it is. */
  state: { readonly code: string; readonly due: UnixSeconds } | 'done' | null;
}

const STEP: Seconds = 3600;
/** Of the openings of the app, in waking time: once a day. */
const OPENING_MEAN = WAKING_SECONDS;
const UNTIL_RESULT: Seconds = SECONDS_PER_DAY;
/** Requests under way at once. */
const CONNECTIONS = 16;
/** Phones fall ill in the middle of the month, so that whatever follows is still seen. */
const FIRST_ILL = 0.2;
const LAST_ILL = 0.75;

/** What was seen of each phone, by group; of the notified those only who were. */
export async function watch(
  options: SequenceOptions,
  ports: SequencePorts,
): Promise<Readonly<Record<Group, readonly (readonly Seen[])[]>>> {
  const { phones, days, begin } = options;
  // Each has random numbers of its own, so that who is asked first changes nothing.
  const seed = new DataView(Uint8Array.from(ports.entropy(4)).buffer).getUint32(0);
  const people = groups.flatMap((group) =>
    Array.from({ length: phones }, (_, k) =>
      personOf(group, options, { ...ports, entropy: keyedEntropy(seed, group, k) }),
    ),
  );
  const ofGroup = (group: Group): readonly Person[] => people.filter((one) => one.group === group);
  for (let from = begin; from < begin + days * SECONDS_PER_DAY; from += STEP) {
    const to = from + STEP;
    for (const [k, patient] of ofGroup('ill').entries()) {
      patient.memory = withDailyKeys(patient.memory, { from, to }, ports.entropy);
      // They met the day before.
      const time = patient.ill - SECONDS_PER_DAY;
      if (time >= from && time < to) meet(patient, ofGroup('notified')[k]!, time, ports.entropy);
    }
    await ports.moveTo(to);
    for (const patient of ofGroup('ill')) await withResult(patient, to, ports);
    await inParallel(people, (person) => liveOn(person, { from, to }, ports));
  }
  return {
    nothing: ofGroup('nothing').map(({ seen }) => seen),
    ill: ofGroup('ill').flatMap(({ seen, state }) => (state === 'done' ? [seen] : [])),
    notified: ofGroup('notified').flatMap(({ seen, wasWarned }) => (wasWarned ? [seen] : [])),
  };
}

/** The laboratory says what it has found. */
async function withResult(patient: Person, now: UnixSeconds, { illness }: SequencePorts): Promise<void> {
  const { state } = patient;
  if (state === null || state === 'done' || state.due > now) return;
  await illness.release(state.code);
  patient.state = { code: state.code, due: Number.POSITIVE_INFINITY };
}

function personOf(
  group: Group,
  { app, traffic, fault, begin, days }: SequenceOptions,
  { servers, entropy, http }: SequencePorts,
): Person {
  const schedule = app === 'immuni' ? 'immuni' : 'cwa';
  const profile = newProfile(
    { app, traffic, schedule, platform: 'android', build: 1, province: 'MI', background: 'ideal' },
    entropy,
  );
  const seen: Seen[] = [];
  const share = FIRST_ILL + uniformFrom(entropy) * (LAST_ILL - FIRST_ILL);
  return {
    group,
    options: { servers, profile, fault },
    seen,
    ports: { entropy, http, httpAt: (time) => watched(http, time, seen) },
    memory: newMemory(),
    wasWarned: false,
    opens: nextOpportunity(begin, OPENING_MEAN, entropy),
    ill: begin + share * days * SECONDS_PER_DAY,
    state: null,
  };
}

/** Sizes as on the line, but for what encryption adds to all alike; it hides the path. */
const watched =
  (http: HttpClient, time: UnixSeconds, seen: Seen[]): HttpClient =>
  async (url, request) => {
    const { pathname } = new URL(url);
    const reply = await http(url, request);
    const sent = requestBytes({ ...request, path: pathname });
    seen.push({ time, isUpload: request.method === 'POST', sent, received: replyBytes(reply) });
    return reply;
  };

const POWER = -20;
const MEETING: Seconds = 1800;
const SCAN: Seconds = 300;
const ATTENUATION = 45;

function meet(patient: Person, other: Person, begin: UnixSeconds, entropy: Entropy): void {
  const frames: ReceivedFrame[] = [];
  for (let time = begin; time <= begin + MEETING; time += SCAN) {
    const { memory, frame } = broadcast(patient.memory, time, POWER, entropy);
    patient.memory = memory;
    frames.push({ time, frame, rssi: POWER - ATTENUATION });
  }
  other.memory = hear(other.memory, frames);
}

async function liveOn(
  person: Person,
  { from, to }: { readonly from: UnixSeconds; readonly to: UnixSeconds },
  ports: SequencePorts,
): Promise<void> {
  const { options } = person;
  let time = from;
  while (person.opens <= to) {
    const { opens } = person;
    person.memory = await liveUntil(person.memory, { from: time, to: opens }, options, person.ports);
    await open(person, opens, ports);
    person.opens = nextOpportunity(opens, OPENING_MEAN, person.ports.entropy);
    time = opens;
  }
  person.memory = await liveUntil(person.memory, { from: time, to }, options, person.ports);
  person.wasWarned ||= person.memory.notification !== null;
}

/** The user opens the app, and does what is to be done. */
async function open(person: Person, time: UnixSeconds, { illness }: SequencePorts): Promise<void> {
  const { options, group, ill, state } = person;
  const system = systemOf(options.profile);
  const ports = portsAt(person.ports, time);
  ({ memory: person.memory } = await system.sync(person.memory, options, ports));
  if (group !== 'ill' || time < ill || state === 'done') return;
  if (state === null && illness.way === 'register') {
    const code = illness.code();
    person.memory = await system.register(person.memory, code, options, ports);
    person.state = { code, due: time + UNTIL_RESULT };
    return;
  }
  if (state !== null) return upload(person, ports);
  const code = illness.code();
  await illness.release(code);
  return upload(person, ports, code);
}

/** With a registered code as soon as the phone knows the result. */
async function upload(person: Person, ports: PhonePorts, code?: string): Promise<void> {
  const { options, memory } = person;
  const system = systemOf(options.profile);
  if (code === undefined && system.testState(memory) !== 'positive') return;
  const uploaded = await system.upload(memory, { ...options, code, symptoms: 'unknown' }, ports);
  person.memory = uploaded.memory;
  if (uploaded.refusal === undefined) person.state = 'done';
}

async function inParallel(people: readonly Person[], work: (person: Person) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let k = next++; k < people.length; k = next++) await work(people[k]!);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}
