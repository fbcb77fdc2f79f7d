/** How long two people who meet are together, and how near: a function of (seed, day, pair), the same from both sides. */
import { begun, type KeyBegin, purposeHash } from '../core/random.ts';
import { type Db, type Metres, type Minutes, SECONDS_PER_DAY, type Seconds } from '../core/units.ts';
import { type ContactLayer, contactLayers } from './contacts.ts';
import { lognormalAt, type Spread } from './draws.ts';

/** Of a layer of contacts. */
export interface EncounterParameters {
  readonly minutes: Spread;
  /** Longer ones are cut. */
  readonly mostMinutes: Minutes;
  readonly metres: Spread;
}

/** A contact of two people on a day: `layer` and `index` tell several between the same two apart. */
export interface Meeting {
  readonly day: number;
  readonly agents: readonly [number, number];
  readonly layer: number;
  readonly index: number;
}

/** How long, how near and when; distance stays the same in it. */
export interface Encounter {
  readonly minutes: Minutes;
  readonly metres: Metres;
  /** After midnight; it ends on the same day. */
  readonly begin: Seconds;
  /** Where it was measured; absent: what the place makes of the distance. */
  readonly attenuation?: Db;
}

/** How long and how near people who meet are: drawn (`Encounters`), or read from a file (`NetworkEncounters`). */
export interface EncounterSource {
  /** No contact of a layer is longer. */
  mostMinutes(layer: number): Minutes;
  minutesOf(day: number, one: number, other: number, layer: number, index: number): Minutes;
  metresOf(day: number, one: number, other: number, layer: number, index: number): Metres;
  of(meeting: Meeting): Encounter;
}

const MINUTES = purposeHash('minutes of an encounter');
const METRES = purposeHash('metres of an encounter');
const BEGIN = purposeHash('begin of an encounter');
const MINUTES_A_DAY: Minutes = 1440;

/**
 * Encounters of a town. What is drawn is a function of (seed, day, pair, layer, index), so that both sides see the same; days
 * may be asked for in any order, and one after the other is fastest.
 */
export class Encounters implements EncounterSource {
  /** By index of `contactLayers`. */
  readonly #parameters: readonly EncounterParameters[];
  #day = Number.NaN;
  /** Begins of keys, of all days and of one. */
  readonly #ofAll: readonly [minutes: KeyBegin, metres: KeyBegin, begin: KeyBegin];
  #minutes: KeyBegin;
  #metres: KeyBegin;
  #begin: KeyBegin;

  constructor(parameters: Readonly<Record<ContactLayer, EncounterParameters>>, seed: number) {
    this.#parameters = contactLayers.map((layer) => parameters[layer]);
    this.#ofAll = [begun(seed, MINUTES), begun(seed, METRES), begun(seed, BEGIN)];
    [this.#minutes, this.#metres, this.#begin] = this.#ofAll;
  }

  mostMinutes(layer: number): Minutes {
    return Math.min(this.#parameters[layer]!.mostMinutes, MINUTES_A_DAY);
  }

  minutesOf(day: number, one: number, other: number, layer: number, index: number): Minutes {
    this.#turnTo(day);
    const drawn = this.#minutes.uniform4(Math.min(one, other), Math.max(one, other), layer, index);
    return Math.min(this.mostMinutes(layer), lognormalAt(drawn, this.#parameters[layer]!.minutes));
  }

  metresOf(day: number, one: number, other: number, layer: number, index: number): Metres {
    this.#turnTo(day);
    const drawn = this.#metres.uniform4(Math.min(one, other), Math.max(one, other), layer, index);
    return lognormalAt(drawn, this.#parameters[layer]!.metres);
  }

  of({ day, agents: [one, other], layer, index }: Meeting): Encounter {
    const minutes = this.minutesOf(day, one, other, layer, index);
    const drawn = this.#begin.uniform4(Math.min(one, other), Math.max(one, other), layer, index);
    return {
      minutes,
      metres: this.metresOf(day, one, other, layer, index),
      begin: drawn * (SECONDS_PER_DAY - minutes * 60),
    };
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    const [minutes, metres, begin] = this.#ofAll;
    this.#minutes = minutes.with(day);
    this.#metres = metres.with(day);
    this.#begin = begin.with(day);
  }
}
