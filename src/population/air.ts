/**
 * Lazy radio: what one phone heard of another in a meeting is computed when somebody asks, which is when one of the two uploads
 * (simulation spec 2). The same question has the same answer.
 */
import { begun, type KeyBegin, purposeHash } from '../core/random.ts';
import type { Db } from '../core/units.ts';
import { HeardScans, hear, type RadioLevel } from '../propagation/hearing.ts';
import { type Carriage, carriages, meanAttenuation, type PropagationModel } from '../propagation/model.ts';
import { normalAt } from '../propagation/quantiles.ts';
import type { ScanSchedule } from '../propagation/schedule.ts';
import { type ContactLayer, contactLayers } from './contacts.ts';
import { Choice } from './draws.ts';
import type { Encounter, Meeting } from './encounters.ts';
import type { Phones } from './phones.ts';

/** What the radio of a run is made of: places by layer, when phones listen, in what detail, and how phones are carried. */
export interface AirParameters {
  /** Of the places where people of a layer meet. */
  readonly models: Readonly<Record<ContactLayer, PropagationModel>>;
  readonly schedule: ScanSchedule;
  readonly level: RadioLevel;
  /** Weights of how phones are carried, drawn for each person and day. */
  readonly carriage: Readonly<Record<Carriage, number>>;
  /** Weights of 0, 1, .. bodies in the way, by layer, drawn for each meeting. */
  readonly bodies: Readonly<Record<ContactLayer, readonly number[]>>;
}

const SHADOWING = purposeHash('shadowing');
const BODIES = purposeHash('bodies in the way');
const CARRIAGE = purposeHash('carriage');
const TIMES = purposeHash('scan times');
const NOISE = purposeHash('scan noise');

/** Begins of keys. */
type Keys = Readonly<Record<'shadowing' | 'bodies' | 'carriage' | 'times' | 'noise', KeyBegin>>;

/** The radio between any two phones of a town. Holds one list of scans, which each question fills anew. */
export class Air {
  readonly #parameters: AirParameters;
  readonly #phones: Phones;
  readonly #carriage: Choice;
  /** By index of `contactLayers`. */
  readonly #bodies: readonly Choice[];
  readonly #keys: Keys;
  #day = Number.NaN;
  #ofDay: Keys;
  readonly #heard = new HeardScans();

  constructor(parameters: AirParameters, phones: Phones, seed: number) {
    this.#parameters = parameters;
    this.#phones = phones;
    this.#carriage = new Choice(carriages.map((one) => parameters.carriage[one]));
    this.#bodies = contactLayers.map((layer) => new Choice(parameters.bodies[layer]));
    this.#keys = {
      shadowing: begun(seed, SHADOWING),
      bodies: begun(seed, BODIES),
      carriage: begun(seed, CARRIAGE),
      times: begun(seed, TIMES),
      noise: begun(seed, NOISE),
    };
    this.#ofDay = this.#keys;
  }

  /**
   * What the second agent of the meeting heard of the first. The rows are good until the next question. None where the first
   * phone does not advertise; whether the two have the app is for others to ask.
   */
  heardOf(meeting: Meeting, encounter: Encounter): HeardScans {
    const { day, agents, layer, index } = meeting;
    const [sender, receiver] = agents;
    const { models, schedule, level } = this.#parameters;
    const model = models[contactLayers[layer]!];
    this.#heard.length = 0;
    this.#turnTo(day);
    const { tx, advertises } = this.#phones.modelOf(sender);
    if (!advertises) return this.#heard;
    const offsets = tx + this.#phones.modelOf(receiver).rx;
    const mean = this.#meanOf(meeting, encounter, offsets);
    const draws = {
      times: this.#ofDay.times.with(sender).with(receiver).with(layer).with(index).stream(),
      noise: this.#ofDay.noise.with(sender).with(receiver).with(layer).with(index).stream(),
    };
    hear({ seconds: encounter.minutes * 60, mean }, { schedule, model, level }, draws, this.#heard);
    return this.#heard;
  }

  /** What was measured has distance, place, posture and bodies in it already, but not the phones that are simulated. */
  #meanOf(meeting: Meeting, { metres, attenuation }: Encounter, offsets: Db): Db {
    if (attenuation !== undefined) return attenuation + offsets;
    const { agents, layer } = meeting;
    const model = this.#parameters.models[contactLayers[layer]!];
    const [one, other] = agents;
    const path = {
      distance: metres,
      bodies: this.#bodiesIn(meeting),
      carriage: [this.#carriageOf(one), this.#carriageOf(other)],
      offsets,
    } as const;
    return meanAttenuation(path, model) + model.shadowing * this.#shadowingOf(meeting);
  }

  /** Standard deviations, the same in both directions. */
  #shadowingOf(meeting: Meeting): number {
    return normalAt(drawOf(this.#ofDay.shadowing, meeting));
  }

  /** The same in both directions. */
  #bodiesIn(meeting: Meeting): number {
    return this.#bodies[meeting.layer]!.at(drawOf(this.#ofDay.bodies, meeting));
  }

  #carriageOf(agent: number): Carriage {
    return carriages[this.#carriage.at(this.#ofDay.carriage.uniform(agent))]!;
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#ofDay = {
      shadowing: this.#keys.shadowing.with(day),
      bodies: this.#keys.bodies.with(day),
      carriage: this.#keys.carriage.with(day),
      times: this.#keys.times.with(day),
      noise: this.#keys.noise.with(day),
    };
  }
}

/** The same from both sides. */
const drawOf = (begin: KeyBegin, { agents: [one, other], layer, index }: Meeting): number =>
  begin.uniform4(Math.min(one, other), Math.max(one, other), layer, index);
