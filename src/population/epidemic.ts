/**
 * An epidemic day by day: who is infectious meets others, and doses decide (simulation spec 3). Every draw is keyed by whom and
 * when, so that the order of people, and what else is simulated, change nothing.
 */
import { drawUniform, KeyBegin, purposeHash } from '../core/random.ts';
import type { Metres, Minutes } from '../core/units.ts';
import { type ContactLayer, type ContactList, type ContactSource, contactLayers } from './contacts.ts';
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
  #infectious: number[] = [];
  /** Of the agent whose contacts are looked at: infectiousness, and the highest chance to infect by layer. */
  #agent = NEVER;
  #share = 0;
  readonly #most = new Float64Array(contactLayers.length);
  #infects = new KeyBegin(0, 0);
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
    this.#infects = new KeyBegin(this.#seed, INFECTS, this.#day);
    const { infectiousDays } = this.#parameters;
    this.#infectious = this.#infectious.filter((agent) => this.#day - this.infectedOn[agent]! <= infectiousDays);
    const before = this.#infectious.length;
    const contacts = this.#graph.list();
    for (let k = 0; k < before; k++) {
      const agent = this.#infectious[k]!;
      this.#beginWith(agent);
      this.#graph.contactsOf(agent, this.#day, contacts, this.#mayInfect);
      for (let row = 0; row < contacts.length; row++) {
        const other = contacts.other[row]!;
        if (!this.#isOpen(other, agent)) continue;
        if (!this.#meet(agent, other, contactLayers[contacts.layer[row]!]!, this.#day)) continue;
        if (this.#transmits(contacts, row)) this.#infect(other, agent);
      }
    }
    return this.#infectious.slice(before);
  }

  /** Of several who infect somebody on one day the one with the lowest number counts, in whatever order they come. */
  #isOpen(agent: number, by: number): boolean {
    const on = this.infectedOn[agent];
    return on === NEVER || (on === this.#day && by < this.infectedBy[agent]!);
  }

  #infect(agent: number, by: number): void {
    if (this.infectedOn[agent] === NEVER) this.#infectious.push(agent);
    this.infectedOn[agent] = this.#day;
    this.infectedBy[agent] = by;
  }

  /** What is the same for all contacts of an agent on a day. */
  #beginWith(agent: number): void {
    this.#agent = agent;
    const { transmission } = this.#parameters;
    const onset = this.infectedOn[agent]! + this.#courses.incubationOf(agent);
    this.#share = infectiousness(this.#day - onset, this.#courses.hasSymptoms(agent), transmission);
    for (let layer = 0; layer < contactLayers.length; layer++)
      this.#most[layer] = this.#infectionAt(this.#encounters.mostMinutes(layer), 1);
  }

  /**
   * The draw comes first: most are above what the longest contact at 1 m could do, and many of the others above what one of its
   * length could, so that whose contact it is, its length, and then its distance, need not be known.
   */
  readonly #mayInfect = (layer: number, slot: number): boolean => this.#drawn(layer, slot) < this.#most[layer]!;

  #drawn(layer: number, slot: number): number {
    return this.#infects.uniform2(this.#agent, layer * SLOTS + slot);
  }

  /** Of a contact that `#mayInfect`. */
  #transmits(contacts: ContactList, row: number): boolean {
    const [layer, other, index] = [contacts.layer[row]!, contacts.other[row]!, contacts.index[row]!];
    const drawn = this.#drawn(layer, contacts.slot[row]!);
    const minutes = this.#encounters.minutesOf(this.#day, this.#agent, other, layer, index);
    if (drawn >= this.#infectionAt(minutes, 1)) return false;
    return drawn < this.#infectionAt(minutes, this.#encounters.metresOf(this.#day, this.#agent, other, layer, index));
  }

  #infectionAt(minutes: Minutes, metres: Metres): number {
    return infectionBy(doseOf(minutes, metres, this.#share, this.#parameters.transmission));
  }
}
