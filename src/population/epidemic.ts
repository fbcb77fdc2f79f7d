/**
 * An epidemic day by day: who is infectious meets others, and doses decide (simulation spec 3). Every draw is keyed by whom and
 * when, so that the order of people, and what else is simulated, change nothing.
 */
import { begun, drawUniform, type KeyBegin, purposeHash } from '../core/random.ts';
import type { Metres, Minutes } from '../core/units.ts';
import { type ContactLayer, type ContactList, type ContactSource, contactLayers, type Wanted } from './contacts.ts';
import type { Courses } from './course.ts';
import { type EncounterParameters, type EncounterSource, Encounters } from './encounters.ts';
import { doseOf, infectionBy, infectiousness, type Transmission } from './transmission.ts';

/** What decides whether a contact infects. */
export interface EpidemicParameters {
  readonly encounters: Readonly<Record<ContactLayer, EncounterParameters>>;
  readonly transmission: Transmission;
  /** Days after infection from which on nobody infects any more. */
  readonly infectiousDays: number;
}

const INFECTS = purposeHash('infects');
const SEEDS = purposeHash('first infections');
const NEVER = -1;
/** More than a layer has for anybody, but that of a file, above which nothing is. */
const SLOTS = 256;
/** Infected from elsewhere. */
export const OUTSIDE = 0xffffffff;

/** Asked in both orders, with one answer. */
export type Meets = (one: number, other: number, layer: ContactLayer, day: number) => boolean;

/** What an epidemic needs of its town. */
export interface EpidemicParts {
  readonly graph: ContactSource;
  readonly courses: Courses;
  readonly parameters: EpidemicParameters;
  readonly seed: number;
  /** Absent: drawn by the parameters. */
  readonly encounters?: EncounterSource;
  /** Whether two who would meet on a day do; absent: they do. */
  readonly meet?: Meets;
}

/** Who is infected, by whom and when. Six bytes an agent, and a list of those who infect now. */
export class Epidemic {
  /** Day of infection, or -1. */
  readonly infectedOn: Int16Array;
  /** Who infected; of those from elsewhere `OUTSIDE`. */
  readonly infectedBy: Uint32Array;
  /** In the order of days of infection; and of each twice the day of onset, and one where there are no symptoms. */
  #infectious: number[] = [];
  #onsets: number[] = [];
  /** By twice the days since the onset, less one where there are no symptoms. */
  readonly #chances = new Map<number, Chances>();
  readonly #encounters: EncounterSource;
  readonly #graph: ContactSource;
  readonly #courses: Courses;
  readonly #meet: Meets;
  readonly #parameters: EpidemicParameters;
  readonly #seed: number;
  #day = 0;

  constructor(agents: number, { graph, courses, parameters, seed, encounters, meet = () => true }: EpidemicParts) {
    this.infectedOn = new Int16Array(agents).fill(NEVER);
    this.infectedBy = new Uint32Array(agents).fill(OUTSIDE);
    this.#graph = graph;
    this.#courses = courses;
    this.#meet = meet;
    this.#parameters = parameters;
    this.#encounters = encounters ?? new Encounters(parameters.encounters, seed);
    this.#seed = seed;
  }

  /** Infects so many of those who are not yet, drawn at random; all of them where there are no more; who they are. */
  begin(count: number): readonly number[] {
    const agents = this.infectedOn.length;
    const before = this.#infectious.length;
    const most = Math.min(agents, before + count);
    for (let draw = 0; this.#infectious.length < most; draw++) {
      const agent = Math.floor(drawUniform(this.#seed, SEEDS, draw) * agents);
      if (this.infectedOn[agent] === NEVER) this.#infect(agent, OUTSIDE);
    }
    return this.#infectious.slice(before);
  }

  get day(): number {
    return this.#day;
  }

  /** The next day; who is newly infected. */
  next(): readonly number[] {
    this.#day++;
    const ofDay = begun(this.#seed, INFECTS, this.#day);
    this.#forget();
    const before = this.#infectious.length;
    const contacts = this.#graph.list();
    for (let k = 0; k < before; k++) {
      const agent = this.#infectious[k]!;
      const draws = new Draws(ofDay.with(agent), this.#chancesAt(2 * this.#day - this.#onsets[k]!));
      this.#graph.contactsOf(agent, this.#day, contacts, draws);
      for (let row = 0; row < contacts.length; row++) {
        const other = contacts.other[row]!;
        if (!this.#isOpen(other, agent) || !this.#transmits(agent, contacts, row, draws)) continue;
        // Asked last: few contacts are left.
        if (this.#meet(agent, other, contactLayers[contacts.layer[row]!]!, this.#day)) this.#infect(other, agent);
      }
    }
    return this.#infectious.slice(before);
  }

  /** Those who infect nobody any more. */
  #forget(): void {
    const { infectiousDays } = this.#parameters;
    const first = this.#infectious.findIndex((agent) => this.#day - this.infectedOn[agent]! <= infectiousDays);
    const over = first < 0 ? this.#infectious.length : first;
    this.#infectious = this.#infectious.slice(over);
    this.#onsets = this.#onsets.slice(over);
  }

  /** Of several who infect somebody on one day the one with the lowest number counts, in whatever order they come. */
  #isOpen(agent: number, by: number): boolean {
    const on = this.infectedOn[agent];
    return on === NEVER || (on === this.#day && by < this.infectedBy[agent]!);
  }

  #infect(agent: number, by: number): void {
    if (this.infectedOn[agent] === NEVER) {
      this.#infectious.push(agent);
      const onset = this.#day + this.#courses.incubationOf(agent);
      this.#onsets.push(2 * onset + (this.#courses.hasSymptoms(agent) ? 0 : 1));
    }
    this.infectedOn[agent] = this.#day;
    this.infectedBy[agent] = by;
  }

  /** The same for all whose onset is as long ago. */
  #chancesAt(time: number): Chances {
    const known = this.#chances.get(time);
    if (known) return known;
    const { transmission } = this.#parameters;
    const share = infectiousness(Math.ceil(time / 2), time % 2 === 0, transmission);
    const most = contactLayers.map((_, layer) => this.#infectionAt(this.#encounters.mostMinutes(layer), 1, share));
    const chances = { share, most: Float64Array.from(most) };
    this.#chances.set(time, chances);
    return chances;
  }

  /** Of a contact that may infect. */
  #transmits(agent: number, contacts: ContactList, row: number, draws: Draws): boolean {
    const layer = contacts.layer[row]!;
    const other = contacts.other[row]!;
    const index = contacts.index[row]!;
    const drawn = draws.of(layer, contacts.slot[row]!);
    const { share } = draws.chances;
    const minutes = this.#encounters.minutesOf(this.#day, agent, other, layer, index);
    if (drawn >= this.#infectionAt(minutes, 1, share)) return false;
    const metres = this.#encounters.metresOf(this.#day, agent, other, layer, index);
    return drawn < this.#infectionAt(minutes, metres, share);
  }

  #infectionAt(minutes: Minutes, metres: Metres, share: number): number {
    return infectionBy(doseOf(minutes, metres, share, this.#parameters.transmission));
  }
}

/** Infectiousness, and the highest chance to infect by layer. */
interface Chances {
  readonly share: number;
  readonly most: Float64Array;
}

/**
 * Of the contacts of one agent on a day. The draw comes first: most are above what the longest contact at 1 m could do, and many
 * of the others above what one of its length could, so that whose contact it is, its length, and then its distance, need not be
 * known.
 */
class Draws implements Wanted {
  readonly chances: Chances;
  readonly #begin: KeyBegin;

  constructor(begin: KeyBegin, chances: Chances) {
    this.#begin = begin;
    this.chances = chances;
  }

  of(layer: number, slot: number): number {
    return this.#begin.uniform(layer * SLOTS + slot);
  }

  next(layer: number, from: number, to: number): number {
    const most = this.chances.most[layer]!;
    let slot = from;
    while (slot < to && this.of(layer, slot) >= most) slot++;
    return slot;
  }
}
