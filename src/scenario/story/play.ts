/** A story from its first step to its last: real apps on phones in memory, against a real backend over HTTP. */
import { toHex } from '../../core/bytes.ts';
import { type Entropy, keyedEntropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import type { Db, Seconds, UnixSeconds } from '../../core/units.ts';
import { withDailyKeys } from '../../device/broadcasting.ts';
import { rssiAt } from '../../device/heard.ts';
import { liveUntil } from '../../device/live.ts';
import { meeting, POWER, relay, SCAN_INTERVAL } from '../../device/meeting.ts';
import { newMemory, type PhoneMemory } from '../../device/memory.ts';
import { type PhonePorts, portsAt } from '../../device/ports.ts';
import { type AppName, isInTheAir, networkOf, newProfile, type PhoneProfile } from '../../device/profile.ts';
import type { SyncOptions } from '../../device/system.ts';
import { systemOf } from '../../device/systems.ts';
import { testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { newOtp } from '../../protocol/wire/immuni/otp.ts';
import { type CheckResult, evaluateCheck, type Facts } from '../checks.ts';
import type { Figures } from '../figures.ts';
import type { Check } from '../resolve.ts';
import { actorsOf, type Placed, type Story } from './resolve.ts';
import type { Step } from './schema.ts';
import { type ServerPorts, StoryServer } from './server.ts';

/** A phone, its user, and what happened to both. */
interface Actor {
  readonly name: string;
  profile: PhoneProfile;
  memory: PhoneMemory;
  /** How far its clock is ahead. */
  readonly ahead: Seconds;
  readonly entropy: Entropy;
  /** By its own clock, up to which it has lived. */
  lived: UnixSeconds;
  /** Code of a test or of an operator. */
  code: string | undefined;
  files: number;
  refusedFiles: number;
  /** Keys of the last upload, uploads, and what a server or the app refused. */
  uploaded: number;
  uploads: number;
  refusals: number;
}

/** What came of a story. */
export interface Played {
  readonly facts: Facts;
  /** Those of the timeline, then those at the end, with what each was about. */
  readonly checks: readonly { readonly check: Check; readonly result: CheckResult }[];
  /** What phones were refused, and why. */
  readonly remarks: readonly string[];
}

const APPS = { immuni: 'immuni', cwa: 'cwa-v1' } as const satisfies Record<Story['system'], AppName>;

/** Throws E-SERVER where a step of an operator is refused, at its place; what phones are refused is counted. */
export async function playStory(
  story: Story,
  ports: Omit<ServerPorts, 'entropy'>,
  signal: AbortSignal,
): Promise<Played> {
  const server = await StoryServer.open(story, { ...ports, entropy: keyedEntropy(story.seed, 'backend of a story') });
  try {
    return await new Play(story, server, ports).run(signal);
  } finally {
    await server.close();
  }
}

class Play {
  readonly #story: Story;
  readonly #server: StoryServer;
  readonly #http: ServerPorts['http'];
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #remarks: string[] = [];
  #now: UnixSeconds;

  constructor(story: Story, server: StoryServer, { http }: Pick<ServerPorts, 'http'>) {
    this.#story = story;
    this.#server = server;
    this.#http = http;
    this.#now = story.begin;
    this.#actors = new Map(Object.entries(story.actors).map(([name, actor]) => [name, newActor(name, actor, story)]));
  }

  async run(signal: AbortSignal): Promise<Played> {
    const { timeline, checks: last, begin } = this.#story;
    const checks: { check: Check; result: CheckResult }[] = [];
    for (const placed of timeline) {
      signal.throwIfAborted();
      this.#now = begin + placed.at;
      await this.#server.moveTo(this.#now);
      if (placed.step.verb === 'check') checks.push(await this.#check(checkOf(placed.step, placed)));
      else await this.#do(placed);
    }
    for (const check of last) checks.push(await this.#check(check));
    return { facts: await this.#facts(), checks, remarks: this.#remarks };
  }

  async #check(check: Check) {
    return { check, result: evaluateCheck(check, await this.#facts()) };
  }

  async #do({ step, place }: Placed): Promise<void> {
    try {
      await this.#step(step);
    } catch (error) {
      throw error instanceof EnlabError ? error.at(place) : error;
    }
  }

  async #step(step: Step): Promise<void> {
    const actors = actorsOf(step).map((name) => this.#actors.get(name)!);
    const [actor] = actors;
    switch (step.verb) {
      case 'meet':
        return this.#meet(actors as [Actor, Actor], step);
      case 'attack':
        return this.#attack(actors as [Actor, Actor], step);
      case 'test':
        return this.#register(actor!, newTestCode(actor!.entropy));
      case 'teletan':
        return this.#register(actor!, await this.#server.teleTan());
      case 'result':
        return this.#server.report(testKeyOf(codeOf(actor!, 'test'))!, step.is);
      case 'authorise':
        actor!.code ??= newOtp(actor!.entropy);
        return this.#server.authorise(actor!.code, this.#now, step.symptoms);
      case 'upload':
        return this.#upload(actor!, step);
      case 'sync':
        return this.#each(actors, (one) => this.#sync(one));
      case 'live':
        return this.#each(actors, (one) => this.#live(one));
      case 'switch':
        return switchOn(actor!, step);
      case 'publish':
        return this.#server.publish();
      case 'wait':
      case 'check':
        return undefined;
    }
  }

  /** One after the other, in the order of the story. */
  async #each(actors: readonly Actor[], work: (actor: Actor) => Promise<void>): Promise<void> {
    for (const actor of actors) await work(actor);
  }

  readonly #timeOf = ({ ahead }: Actor): UnixSeconds => this.#now + ahead;

  #meet([one, other]: readonly [Actor, Actor], { minutes, attenuation }: Extract<Step, { verb: 'meet' }>): void {
    if (!isInTheAir(one.profile) || !isInTheAir(other.profile)) return;
    const near = [one, other].map((actor) => ({ memory: actor.memory, time: this.#timeOf(actor) }));
    const firstScan = this.#story.scans === undefined ? 0 : untilScan(this.#now - this.#story.begin);
    const { memories } = meeting([near[0]!, near[1]!], { minutes, attenuation, firstScan }, one.entropy);
    [one.memory, other.memory] = memories;
  }

  /** Somebody else carries frames from one phone to another that is not there. */
  #attack(
    [from, to]: readonly [Actor, Actor],
    { attack, after, minutes, attenuation }: Extract<Step, { verb: 'attack' }>,
  ): void {
    const near = [from, to].map((actor) => ({ memory: actor.memory, time: this.#timeOf(actor) }));
    const powerBits = attack === 'bitflip' ? NEARER : 0;
    const memories = relay([near[0]!, near[1]!], { minutes, attenuation, delay: after, powerBits }, from.entropy);
    [from.memory, to.memory] = memories;
  }

  async #register(actor: Actor, code: string): Promise<void> {
    actor.code = code;
    await this.#trying(actor, async () => {
      actor.memory = await systemOf(actor.profile).register(
        actor.memory,
        code,
        this.#options(actor),
        this.#ports(actor),
      );
    });
  }

  async #upload(actor: Actor, { symptoms }: Extract<Step, { verb: 'upload' }>): Promise<void> {
    const day = Math.floor(this.#timeOf(actor) / 86_400);
    const since = typeof symptoms === 'number' ? day - symptoms : symptoms;
    // The Corona-Warn-App has registered it.
    const code = this.#story.system === 'immuni' ? actor.code : undefined;
    const options = { ...this.#options(actor), code, symptoms: since };
    await this.#trying(actor, async () => {
      const { memory, keys, refusal } = await systemOf(actor.profile).upload(actor.memory, options, this.#ports(actor));
      actor.memory = memory;
      actor.uploaded = refusal === undefined ? keys : 0;
      if (refusal === undefined) actor.uploads++;
      else this.#refuse(actor, refusal);
    });
  }

  async #sync(actor: Actor): Promise<void> {
    await this.#trying(actor, async () => {
      const { memory, files, refused } = await systemOf(actor.profile).sync(
        actor.memory,
        this.#options(actor),
        this.#ports(actor),
      );
      actor.memory = memory;
      actor.files += files.length;
      actor.refusedFiles += refused.length;
    });
  }

  /** Background runs since it lived last, with a key for each day in the air. */
  async #live(actor: Actor): Promise<void> {
    const to = this.#timeOf(actor);
    if (isInTheAir(actor.profile)) actor.memory = withDailyKeys(actor.memory, { from: actor.lived, to }, actor.entropy);
    actor.memory = await liveUntil(actor.memory, { from: actor.lived, to }, this.#options(actor), this.#ports(actor));
    actor.lived = to;
  }

  /** What a server or an app refuses is part of the story. */
  async #trying(actor: Actor, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof EnlabError)) throw error;
      this.#refuse(actor, error.message);
    }
  }

  #refuse(actor: Actor, why: string): void {
    actor.refusals++;
    this.#remarks.push(`${actor.name} was refused: ${why}`);
  }

  readonly #options = ({ profile }: Actor): SyncOptions => ({ servers: this.#server.servers, profile });

  readonly #ports = (actor: Actor): PhonePorts =>
    portsAt({ entropy: actor.entropy, http: networkOf(actor.profile, this.#http) }, this.#timeOf(actor));

  async #facts(): Promise<Facts> {
    const server = await this.#server.counts();
    const named = [...this.#actors].map(([name, actor]) => [name, factsOf(actor, this.#story.begin)] as const);
    const all: readonly (readonly [string, Figures])[] = [...named, ['server', server]];
    return Object.fromEntries(all.map(([name, figures]) => [name, { figures: [figures], daily: [{}] }]));
  }
}

function newActor(
  name: string,
  { app, clock = 0, off = [] }: Story['actors'][string],
  { system, begin, seed }: Story,
): Actor {
  const entropy = keyedEntropy(seed, `actor ${name}`);
  const own = app ?? APPS[system];
  const schedule = system === 'immuni' ? 'immuni' : 'cwa';
  const profile = newProfile(
    { app: own, platform: 'android', build: 1, province: 'MI', background: 'ideal', schedule },
    entropy,
  );
  const actor = { name, profile, memory: newMemory(), ahead: clock, entropy, lived: begin + clock, code: undefined };
  const counts = { files: 0, refusedFiles: 0, uploaded: 0, uploads: 0, refusals: 0 };
  const whole = { ...actor, ...counts };
  switchOn(whole, { off, on: [] });
  return whole;
}

function switchOn(actor: Actor, { off, on }: Pick<Extract<Step, { verb: 'switch' }>, 'off' | 'on'>): void {
  const changed = [...off.map((name) => [name, false] as const), ...on.map((name) => [name, true] as const)];
  actor.profile = { ...actor.profile, on: { ...actor.profile.on, ...Object.fromEntries(changed) } };
}

/** From the power of our phones, -20 dBm, to -48 dBm: what is received seems 28 dB nearer. */
const NEARER = (-20 ^ -48) & 0xff;

/** From so many seconds after the begin to the next multiple of the interval. */
const untilScan = (seconds: Seconds): Seconds => Math.ceil(seconds / SCAN_INTERVAL) * SCAN_INTERVAL - seconds;

/** GUID with six hexadecimal digits before it. */
function newTestCode(entropy: Entropy): string {
  const digits = toHex(entropy(19)).toUpperCase();
  const guid = [6, 14, 18, 22, 26].map((from, k, starts) => digits.slice(from, starts[k + 1] ?? 38));
  return [digits.slice(0, 6), ...guid].join('-');
}

function codeOf({ code }: Actor, what: string): string {
  if (code !== undefined) return code;
  throw new EnlabError('E-FILE-INVALID', `there is no ${what} yet`, { hint: `write a step "${what}" before` });
}

const checkOf = ({ check, because }: Extract<Step, { verb: 'check' }>, { place }: Placed): Check => ({
  text: check,
  ...(because !== undefined && { because }),
  place,
});

/** Lowest attenuation of what was heard; null: nothing was. */
function nearestIn(heard: PhoneMemory['heard']): Db | null {
  const known = Array.from({ length: heard.length }, (_, row) => rssiAt(heard, row)).filter((rssi) => rssi !== null);
  return known.length === 0 ? null : POWER - Math.max(...known);
}

/** What checks may ask of somebody. */
function factsOf({ memory, ...actor }: Actor, begin: UnixSeconds): Figures {
  const { notification, exposures, windows, keys, heard, cwa } = memory;
  return {
    notified: notification === null ? 0 : 1,
    shown: notification?.shown ? 1 : 0,
    score: Math.max(0, notification?.score ?? 0, ...exposures.map(({ score }) => score)),
    /** Hours after the begin, by the clock of the phone. */
    notifiedAfter: notification === null ? null : (notification.time - begin) / 3600,
    exposures: exposures.length,
    minutes: exposures.reduce((sum, { minutes }) => sum + minutes, 0),
    windows: windows.length,
    keys: keys.length,
    heard: heard.length,
    nearest: nearestIn(heard),
    uploaded: actor.uploaded,
    uploads: actor.uploads,
    refusals: actor.refusals,
    files: actor.files,
    refusedFiles: actor.refusedFiles,
    followedUp: cwa.test?.submitted?.followUp === 'done' ? 1 : 0,
  };
}
