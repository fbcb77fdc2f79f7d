/** A story from its first step to its last: real apps on phones in memory, against a real backend over HTTP. */
import { keyedEntropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import { defined } from '../../core/object.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import { withDailyKeys } from '../../device/broadcasting.ts';
import { liveUntil } from '../../device/live.ts';
import { meeting, type Near, SCAN_INTERVAL } from '../../device/meeting.ts';
import type { PhoneMemory } from '../../device/memory.ts';
import { type PhonePorts, portsAt } from '../../device/ports.ts';
import { isInTheAir, networkOf } from '../../device/profile.ts';
import type { SyncOptions } from '../../device/system.ts';
import { systemOf } from '../../device/systems.ts';
import { newTestCode, testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { newOtp } from '../../protocol/wire/immuni/otp.ts';
import { type CheckResult, evaluateCheck, type Facts } from '../checks.ts';
import type { Figures } from '../figures.ts';
import type { Check } from '../resolve.ts';
import { ScenarioServer, type ServerPorts } from '../server.ts';
import { type Actor, factsOf, nearOf, newActor, setClock, switchOn } from './actor.ts';
import { Attacker, carry } from './attacker.ts';
import type { OutsiderPorts } from './published.ts';
import { actorsOf, type Placed, type Story } from './resolve.ts';
import type { Attack, Step } from './schema.ts';

/** What came of a story. */
export interface Played {
  readonly facts: Facts;
  /** Those of the timeline, then those at the end, with what each was about. */
  readonly checks: readonly { readonly check: Check; readonly result: CheckResult }[];
  /** What phones were refused, and why. */
  readonly remarks: readonly string[];
}

/** Throws E-SERVER where a step of an operator is refused, at its place; what phones are refused is counted. */
export async function playStory(
  story: Story,
  ports: Omit<ServerPorts, 'entropy'>,
  signal: AbortSignal,
): Promise<Played> {
  const server = await ScenarioServer.open(story, {
    ...ports,
    entropy: keyedEntropy(story.seed, 'backend of a story'),
  });
  try {
    return await new Play(story, server, ports).run(signal);
  } finally {
    await server.close();
  }
}

class Play {
  readonly #story: Story;
  readonly #server: ScenarioServer;
  readonly #http: ServerPorts['http'];
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #attacker: Attacker;
  readonly #remarks: string[] = [];
  #now: UnixSeconds;

  constructor(story: Story, server: ScenarioServer, { http }: Pick<ServerPorts, 'http'>) {
    this.#story = story;
    this.#server = server;
    this.#http = http;
    this.#now = story.begin;
    this.#attacker = new Attacker(story);
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
        return this.#attack(actors, step);
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
      case 'clock':
        return setClock(actor!, step.ahead);
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

  readonly #near = (actor: Actor): Near => nearOf(actor, { now: this.#now, begin: this.#story.begin });

  /** What anybody has who is no phone. */
  readonly #outside = (): OutsiderPorts => ({ servers: this.#server.servers, http: this.#http, now: this.#now });

  #meet([one, other]: readonly [Actor, Actor], { minutes, attenuation }: Extract<Step, { verb: 'meet' }>): void {
    if (!isInTheAir(one.profile) || !isInTheAir(other.profile)) return;
    const firstScan = this.#story.scans === undefined ? 0 : untilScan(this.#now - this.#story.begin);
    const { memories } = meeting(
      [this.#near(one), this.#near(other)],
      { minutes, attenuation, firstScan },
      one.entropy,
    );
    [one.memory, other.memory] = memories;
  }

  /** `actors`: those that the step names, first `from`, then `to`. */
  async #attack(actors: readonly Actor[], step: Attack): Promise<void> {
    const [actor, other] = actors;
    switch (step.attack) {
      case 'relay':
      case 'replay':
      case 'bitflip':
        [actor!.memory, other!.memory] = carry([this.#near(actor!), this.#near(other!)], step, actor!.entropy);
        return;
      case 'published':
        actor!.memory = await this.#attacker.impersonate(this.#near(actor!), step, this.#outside());
        return;
      case 'flood':
        actor!.memory = this.#attacker.flood(this.#near(actor!), step);
        return;
      case 'track':
        return this.#each(actors, async (one) => this.#track(one, step));
      case 'link':
        return this.#attacker.link(this.#outside());
      case 'guess':
        return this.#attacker.guess(step, (await this.#server.counts())['passwords'] ?? 0, this.#outside());
      case 'pollute':
        return this.#attacker.pollute(step, this.#outside());
    }
  }

  #track(actor: Actor, { minutes }: Pick<Extract<Attack, { attack: 'track' }>, 'minutes'>): void {
    if (!isInTheAir(actor.profile)) return;
    const { addressLagSeconds: addressLag = 0 } = actor.framework;
    actor.memory = this.#attacker.track(this.#near(actor), { minutes, addressLag });
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

  async #upload(actor: Actor, { symptoms, changed }: Extract<Step, { verb: 'upload' }>): Promise<void> {
    const day = Math.floor(this.#timeOf(actor) / 86_400);
    const since = typeof symptoms === 'number' ? day - symptoms : symptoms;
    // The Corona-Warn-App has registered it.
    const code = this.#story.system === 'immuni' ? actor.code : undefined;
    const options = { ...this.#options(actor), code, symptoms: since };
    await this.#trying(actor, async () => {
      const sending = changed ? withChangedKeys(actor.memory, changed) : actor.memory;
      const { memory, keys, refusal } = await systemOf(actor.profile).upload(sending, options, this.#ports(actor));
      actor.memory = { ...memory, keys: actor.memory.keys };
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

  readonly #options = ({ profile, framework: { embargo } }: Actor): SyncOptions => ({
    servers: this.#server.servers,
    publicKeys: this.#server.publicKeys,
    profile,
    ...defined({ embargo }),
  });

  readonly #ports = (actor: Actor): PhonePorts =>
    portsAt({ entropy: actor.entropy, http: networkOf(actor.profile, this.#http) }, this.#timeOf(actor));

  async #facts(): Promise<Facts> {
    const server = await this.#server.counts();
    const named = [...this.#actors].map(([name, actor]) => [name, factsOf(actor, this.#story.begin)] as const);
    const attacker = isAttacked(this.#story) ? [['attacker', this.#attacker.facts()] as const] : [];
    const all: readonly (readonly [string, Figures])[] = [...named, ['server', server], ...attacker];
    return Object.fromEntries(all.map(([name, figures]) => [name, { figures: [figures], daily: [{}] }]));
  }
}

/** From so many seconds after the begin to the next multiple of the interval. */
const untilScan = (seconds: Seconds): Seconds => Math.ceil(seconds / SCAN_INTERVAL) * SCAN_INTERVAL - seconds;

function codeOf({ code }: Actor, what: string): string {
  if (code !== undefined) return code;
  throw new EnlabError('E-FILE-INVALID', `there is no ${what} yet`, { hint: `write a step "${what}" before` });
}

const checkOf = ({ check, because }: Extract<Step, { verb: 'check' }>, { place }: Placed): Check => ({
  text: check,
  ...(because !== undefined && { because }),
  place,
});

/** What a client sends that is not the app. */
const withChangedKeys = (
  memory: PhoneMemory,
  { rollingPeriod, report }: NonNullable<Extract<Step, { verb: 'upload' }>['changed']>,
): PhoneMemory => ({
  ...memory,
  keys: memory.keys.map((key) => ({ ...key, ...defined({ rollingPeriod, reportType: report }) })),
});

/** Whoever only carries frames learns nothing that could be asked for. */
const isAttacked = ({ timeline }: Story): boolean =>
  timeline.some(({ step }) => step.verb === 'attack' && !('from' in step && 'to' in step));
