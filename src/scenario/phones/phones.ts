/**
 * Phones of a town that are run for real: src/device with its memory, over HTTP, against a real backend whose clock is moved. What
 * a phone hears, when it looks and when its user uploads is the simulation's; identifiers, passwords, uploads, batches, dummies,
 * matching and warnings are those of the app and its server.
 */
import { type Entropy, keyedEntropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { hear, type ReceivedFrame } from '../../device/broadcasting.ts';
import { POWER } from '../../device/meeting.ts';
import { KEPT_DAYS, newMemory, type PhoneMemory } from '../../device/memory.ts';
import { type PhonePorts, portsAt } from '../../device/ports.ts';
import { networkOf, newProfile, type PhoneProfile } from '../../device/profile.ts';
import type { SyncOptions } from '../../device/system.ts';
import { systemOf } from '../../device/systems.ts';
import type { Hours, Look } from '../../population/delivery.ts';
import type { Upload, Warning } from '../../population/finding.ts';
import type { Simulation } from '../../population/simulation.ts';
import { newOtp } from '../../protocol/wire/immuni/otp.ts';
import type { StoryServer } from '../story/server.ts';
import { Identifiers } from './identifiers.ts';
import { CountedTraffic, type Traffic } from './traffic.ts';

/** What became of the real phones of a run; names are those of figures (figures.ts). */
export interface PhoneCounts extends Traffic {
  readonly phones: number;
  /** Phones that warned; those that should by the simulation; those that did, and at that time. */
  readonly phonesWarned: number;
  readonly phonesExpected: number;
  readonly phonesAgreed: number;
  readonly looks: number;
  readonly looksFailed: number;
  readonly keyFiles: number;
  readonly realUploads: number;
}

/** Somebody with the app. */
interface Phone {
  readonly agent: number;
  readonly profile: PhoneProfile;
  readonly entropy: Entropy;
  memory: PhoneMemory;
}

type Event = { readonly at: Hours } & (
  | { readonly upload: Upload }
  | { readonly phone: Phone; readonly look: Look }
  | { readonly batch: true }
);

/** Day 0 of a simulation. Any midnight will do. */
export const BEGIN: UnixSeconds = 1_600_041_600;
const HOURS_A_DAY = 24;
const SECONDS_AN_HOUR = 3600;
/** Immuni publishes as often; between, the clock of the server stands. */
export const BATCH_HOURS: Hours = 0.5;

const timeOf = (hours: Hours): UnixSeconds => BEGIN + hours * SECONDS_AN_HOUR;

/** Signal strength of one byte, as radios report it. */
const rssiOf = (attenuation: number): number => Math.max(-127, POWER - attenuation);

/** What phones of a town are given. */
export interface TownPhonesParts {
  readonly simulation: Simulation;
  readonly server: StoryServer;
  readonly http: PhonePorts['http'];
  readonly seed: number;
}

export class TownPhones {
  readonly #simulation: Simulation;
  readonly #server: StoryServer;
  readonly #traffic: CountedTraffic;
  readonly #identifiers: Identifiers;
  readonly #phones: ReadonlyMap<number, Phone>;
  readonly #seed: number;
  readonly #warnedAt = new Map<number, Hours>();
  #counts = { looks: 0, looksFailed: 0, keyFiles: 0, realUploads: 0 };

  /** The phones of these agents, who have the app. */
  constructor(agents: readonly number[], { simulation, server, http, seed }: TownPhonesParts) {
    this.#simulation = simulation;
    this.#server = server;
    this.#traffic = new CountedTraffic(http);
    this.#seed = seed;
    this.#identifiers = new Identifiers(seed, BEGIN);
    this.#phones = new Map(agents.map((agent) => [agent, this.#newPhone(agent)]));
  }

  isReal(agent: number): boolean {
    return this.#phones.has(agent);
  }

  get counts(): PhoneCounts {
    const { expected } = this.#simulation.warnings;
    return {
      phones: this.#phones.size,
      phonesWarned: this.#warnedAt.size,
      phonesExpected: expected.size,
      phonesAgreed: [...expected].filter(([agent, at]) => this.#warnedAt.get(agent) === at).length,
      ...this.#counts,
      ...this.#traffic.counts,
    };
  }

  /** All of a day, in order of time: batches, uploads, looks. Warnings that came on it. */
  async live(day: number, uploads: readonly Upload[]): Promise<readonly Warning[]> {
    this.#identifiers.turnTo(day);
    for (const phone of this.#phones.values()) this.#hear(phone, day);
    const batches = Array.from({ length: HOURS_A_DAY / BATCH_HOURS }, (_, k): Event => {
      return { at: day * HOURS_A_DAY + k * BATCH_HOURS, batch: true };
    });
    const looks = [...this.#phones.values()].flatMap((phone) =>
      this.#simulation.looksOf(phone.agent).map((look): Event => ({ at: look.at, phone, look })),
    );
    const events = [...batches, ...uploads.map((upload): Event => ({ at: upload.at, upload })), ...looks];
    const warnings: Warning[] = [];
    for (const event of events.toSorted((one, other) => one.at - other.at)) {
      if ('upload' in event) await this.#upload(event.upload);
      else if ('batch' in event) await this.#server.moveTo(timeOf(event.at));
      else if (await this.#look(event.phone, event.look)) warnings.push({ agent: event.phone.agent, at: event.at });
    }
    return warnings;
  }

  /** Settings that phones get from now on. */
  configure(settings: Parameters<StoryServer['configure']>[0]): Promise<void> {
    return this.#server.configure(settings);
  }

  #newPhone(agent: number): Phone {
    const entropy = keyedEntropy(this.#seed, 'real phone', agent);
    const profile = newProfile({ platform: 'android', build: 1, province: 'MI', background: 'ideal' }, entropy);
    return { agent, profile, entropy, memory: newMemory() };
  }

  /** It sends with the key of the day, and hears who else does. */
  #hear(phone: Phone, day: number): void {
    const { memory, agent } = phone;
    const received = this.#simulation.heardBy(agent).flatMap(({ sender, slices }) =>
      slices.map(({ time, low }): ReceivedFrame => {
        const at = BEGIN + time!;
        return { time: at, frame: this.#identifiers.frameOf(sender, at), rssi: rssiOf(low) };
      }),
    );
    const withKey = { ...memory, keys: [...memory.keys, this.#identifiers.keyOf(agent, day)] };
    phone.memory = hear(withKey, received);
  }

  /** Whether it warned now. */
  async #look(phone: Phone, { at, isOffline, mayDetect }: Look): Promise<boolean> {
    const { profile, memory, entropy, agent } = phone;
    const on = { ...profile.on, network: !isOffline };
    const ports = portsAt({ entropy, http: networkOf({ on }, this.#traffic.http) }, timeOf(at));
    const hold = mayDetect ? {} : { hold: 'the framework allows no more detections' };
    this.#counts.looks++;
    try {
      const ran = await systemOf(profile).run(memory, { ...this.#options(profile), ...hold }, ports);
      phone.memory = ran.memory;
      this.#counts.keyFiles += ran.files.length;
    } catch (error) {
      if (!(error instanceof EnlabError && isOffline)) throw error;
      this.#counts.looksFailed++;
      return false;
    }
    if (phone.memory.notification === null || this.#warnedAt.has(agent)) return false;
    this.#warnedAt.set(agent, at);
    return true;
  }

  /** An operator authorises a password on the telephone, and the app sends its keys. Others have a phone for this alone. */
  async #upload({ agent, at, onset }: Upload): Promise<void> {
    const phone = this.#phones.get(agent) ?? this.#newUploader(agent, Math.floor(at / HOURS_A_DAY));
    const { profile, memory, entropy } = phone;
    const now = timeOf(at);
    const code = newOtp(entropy);
    await this.#server.moveTo(now);
    await this.#server.authorise(code, now, Math.floor(at / HOURS_A_DAY) - onset);
    const ports = portsAt({ entropy, http: this.#traffic.http }, now);
    const options = { ...this.#options(profile), code, symptoms: 'unknown' } as const;
    const uploaded = await systemOf(profile).upload(memory, options, ports);
    if (uploaded.refusal !== undefined) throw new EnlabError('E-SERVER', `an upload was refused: ${uploaded.refusal}`);
    phone.memory = uploaded.memory;
    this.#counts.realUploads++;
  }

  #options(profile: PhoneProfile): SyncOptions {
    const { servers, publicKeys } = this.#server;
    return { servers, publicKeys, profile };
  }

  #newUploader(agent: number, day: number): Phone {
    const phone = this.#newPhone(agent);
    const first = Math.max(1, day - KEPT_DAYS);
    const keys = Array.from({ length: day - first + 1 }, (_, k) => this.#identifiers.keyOf(agent, first + k));
    return { ...phone, memory: { ...phone.memory, keys } };
  }
}
