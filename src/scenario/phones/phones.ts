/**
 * Phones of a town that are run for real: src/device with its memory, over HTTP, against a real backend whose clock is moved. What
 * a phone hears, when it looks and when its user uploads is the simulation's; identifiers, passwords and TANs, uploads, key files,
 * dummies, matching and warnings are those of the app and its server (systems.ts).
 */
import { type Entropy, keyedEntropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import { utcDayOf } from '../../core/time.ts';
import type { Db, UnixSeconds } from '../../core/units.ts';
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
import type { ScenarioServer } from '../server.ts';
import { Identifiers } from './identifiers.ts';
import type { Uploader } from './system.ts';
import type { Served } from './systems.ts';
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
  | { readonly followUp: Phone }
  | { readonly test: Phone; readonly code: string }
  | { readonly reported: string }
  | { readonly batch: true }
);

/** Day 0 of a simulation. Any midnight will do. */
export const BEGIN: UnixSeconds = 1_600_041_600;
const HOURS_A_DAY = 24;
const SECONDS_AN_HOUR = 3600;

const timeOf = (hours: Hours): UnixSeconds => BEGIN + hours * SECONDS_AN_HOUR;

/** Radios report signal strength in one byte. */
const MOST_ATTENUATION: Db = POWER + 127;

/**
 * Attenuations of the sightings of a scan of which the simulation knows the mean and the lowest, whole dB: that one, and as many
 * others as it takes for the mean.
 */
export function sightingsOf(typical: Db, lowest: Db): readonly Db[] {
  if (typical >= MOST_ATTENUATION) return [MOST_ATTENUATION];
  if (lowest >= typical) return [typical];
  const others = Math.ceil((typical - lowest) / (MOST_ATTENUATION - typical));
  return [lowest, ...Array.from({ length: others }, () => Math.round(typical + (typical - lowest) / others))];
}

/** What phones of a town are given. */
export interface TownPhonesParts {
  readonly simulation: Simulation;
  readonly server: ScenarioServer;
  readonly http: PhonePorts['http'];
  readonly seed: number;
  readonly served: Pick<Served, 'app' | 'system'>;
}

export class TownPhones {
  readonly #simulation: Simulation;
  readonly #server: ScenarioServer;
  readonly #traffic: CountedTraffic;
  readonly #identifiers: Identifiers;
  readonly #phones: ReadonlyMap<number, Phone>;
  readonly #seed: number;
  readonly #served: TownPhonesParts['served'];
  /** Phones for uploads alone, until the day after. */
  #waiting: readonly Phone[] = [];
  /** Tests of which the laboratory will report. */
  #results: readonly (Event & { readonly reported: string })[] = [];
  readonly #warnedAt = new Map<number, Hours>();
  #counts = { looks: 0, looksFailed: 0, keyFiles: 0, realUploads: 0 };

  /** The phones of these agents, who have the app. */
  constructor(agents: readonly number[], { simulation, server, http, seed, served }: TownPhonesParts) {
    this.#simulation = simulation;
    this.#server = server;
    this.#traffic = new CountedTraffic(http, served.system.dummyHeader);
    this.#seed = seed;
    this.#served = served;
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
    const warnings: Warning[] = [];
    for (const event of this.#eventsOf(day, uploads)) {
      if ('upload' in event) await this.#upload(event.upload);
      else if ('followUp' in event) await this.#followUp(event.followUp, event.at);
      else if ('test' in event) await this.#scan(event.test, event.code, event.at);
      else if ('reported' in event) await this.#served.system.laboratory!.report(event.reported, this.#server);
      else if ('batch' in event) await this.#server.moveTo(timeOf(event.at));
      else if (await this.#look(event.phone, event.look)) warnings.push({ agent: event.phone.agent, at: event.at });
    }
    return warnings;
  }

  /** Settings that phones get from now on. */
  async configure(settings: Served['settings']): Promise<void> {
    for (const document of this.#served.system.documents(settings)) await this.#server.configure(document);
  }

  #eventsOf(day: number, uploads: readonly Upload[]): readonly Event[] {
    const { batchHours } = this.#served.system;
    const batches = Array.from({ length: HOURS_A_DAY / batchHours }, (_, k): Event => {
      return { at: day * HOURS_A_DAY + k * batchHours, batch: true };
    });
    const looks = [...this.#phones.values()].flatMap((phone) =>
      this.#simulation.looksOf(phone.agent).map((look): Event => ({ at: look.at, phone, look })),
    );
    const followUps = this.#waiting.flatMap((phone): Event | [] => {
      const first = this.#simulation.looksOf(phone.agent).find(({ isOffline }) => !isOffline);
      return first ? { at: first.at, followUp: phone } : [];
    });
    this.#waiting = [];
    const uploading = uploads.map((upload): Event => ({ at: upload.at, upload }));
    const all = [...batches, ...this.#testsOf(day), ...uploading, ...looks, ...followUps];
    return all.toSorted((one, other) => one.at - other.at);
  }

  /** Of those with a real phone: that a sample is taken, and what laboratories report on this day. */
  #testsOf(day: number): readonly Event[] {
    const { laboratory } = this.#served.system;
    if (!laboratory) return [];
    const tests = this.#simulation.tests.flatMap(({ agent, at, result }) => {
      const phone = this.#phones.get(agent);
      if (!phone) return [];
      const code = laboratory.newCode(phone.entropy);
      return { sample: { at, test: phone, code }, result: { at: result, reported: code } };
    });
    const results = [...this.#results, ...tests.map(({ result }) => result)];
    const isToday = ({ at }: Event): boolean => at < (day + 1) * HOURS_A_DAY;
    this.#results = results.filter((one) => !isToday(one));
    return [...tests.map(({ sample }) => sample), ...results.filter(isToday)];
  }

  #newPhone(agent: number): Phone {
    const entropy = keyedEntropy(this.#seed, 'real phone', agent);
    const { app } = this.#served;
    const profile = newProfile({ app, platform: 'android', build: 1, province: 'MI', background: 'ideal' }, entropy);
    return { agent, profile, entropy, memory: { ...newMemory(), keys: [this.#identifiers.keyOf(agent, 0)] } };
  }

  /** It sends with the key of the day, and hears who else does. */
  #hear(phone: Phone, day: number): void {
    const { memory, agent } = phone;
    const received = this.#simulation.heardBy(agent).flatMap(({ sender, slices }) =>
      slices.flatMap(({ time, seconds, low, min }) => {
        const at = BEGIN + time!;
        const frame = this.#identifiers.frameOf(sender, at);
        return sightingsOf(low, min!).map((attenuation): ReceivedFrame => {
          return { time: at, frame, rssi: POWER - attenuation, sinceScan: seconds };
        });
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

  /** Its owner scans the code of a test. */
  async #scan(phone: Phone, code: string, at: Hours): Promise<void> {
    phone.memory = await this.#served.system.laboratory!.scan(code, this.#uploaderOf(phone, timeOf(at)));
  }

  /** Who has no real phone has one for this alone. */
  async #upload({ agent, at, onset }: Upload): Promise<void> {
    const own = this.#phones.get(agent);
    const phone = own ?? this.#newUploader(agent, Math.floor(at / HOURS_A_DAY));
    const now = timeOf(at);
    await this.#server.moveTo(now);
    const uploaded = await this.#served.system.upload(this.#uploaderOf(phone, now), utcDayOf(BEGIN) + onset);
    if (uploaded.refusal !== undefined) throw new EnlabError('E-SERVER', `an upload was refused: ${uploaded.refusal}`);
    phone.memory = uploaded.memory;
    this.#counts.realUploads++;
    if (!own && this.#served.system.followsUp) this.#waiting = [...this.#waiting, phone];
  }

  /** What real phones do when they look, and all that this one does. */
  async #followUp({ profile, memory, entropy }: Phone, at: Hours): Promise<void> {
    const ports = portsAt({ entropy, http: this.#traffic.http }, timeOf(at));
    await systemOf(profile).run(memory, { ...this.#options(profile), hold: 'it is a phone for an upload' }, ports);
  }

  #uploaderOf({ profile, memory, entropy }: Phone, now: UnixSeconds): Uploader {
    const ports = portsAt({ entropy, http: this.#traffic.http }, now);
    return { memory, entropy, app: systemOf(profile), options: this.#options(profile), ports, server: this.#server };
  }

  #options(profile: PhoneProfile): SyncOptions {
    const { servers, publicKeys } = this.#server;
    return { servers, publicKeys, profile };
  }

  #newUploader(agent: number, day: number): Phone {
    const phone = this.#newPhone(agent);
    const first = Math.max(0, day - KEPT_DAYS);
    const keys = Array.from({ length: day - first + 1 }, (_, k) => this.#identifiers.keyOf(agent, first + k));
    return { ...phone, memory: { ...phone.memory, keys } };
  }
}
