/**
 * Who meets whom on a day: a function of (seed, day, agent), computed and never stored (simulation spec 2). Whoever is asked, the
 * answer is the same from both sides.
 */
import { Permutation } from '../core/permutation.ts';
import { drawUniform, purposeHash } from '../core/random.ts';
import { Households } from './households.ts';

/** household: every day. group: colleagues or classmates, the same ones on many days. random: others every day. */
export const contactLayers = ['household', 'group', 'random'] as const;
export type ContactLayer = (typeof contactLayers)[number];

export interface ContactParameters {
  /** Weights of households with 1, 2, .. people. */
  readonly households: readonly number[];
  /** Colleagues on each side of a ring in which everybody stands, and the chance to meet each of them on a day. */
  readonly group: { readonly neighbours: number; readonly chance: number };
  /** Strangers a day. */
  readonly random: number;
}

/** Contacts of one agent on one day; filled anew for each, so that nothing is made per contact. */
export class ContactList {
  length = 0;
  readonly other: Uint32Array;
  /** Index of `contactLayers`. */
  readonly layer: Uint8Array;
  /** Which of the contacts of a layer between the two: the same number from both sides. */
  readonly index: Uint8Array;

  constructor(most: number) {
    this.other = new Uint32Array(most);
    this.layer = new Uint8Array(most);
    this.index = new Uint8Array(most);
  }

  add(other: number, layer: number, index: number): void {
    const row = this.length++;
    this.other[row] = other;
    this.layer[row] = layer;
    this.index[row] = index;
  }
}

const [HOUSEHOLD, GROUP, RANDOM] = [0, 1, 2];
const MEETS = purposeHash('colleagues meet');

export class ContactGraph {
  readonly #agents: number;
  readonly #seed: number;
  readonly #parameters: ContactParameters;
  readonly #households: Households;
  /** Places in the ring of colleagues: neighbours in it do not live together, but by chance. */
  readonly #ring: Permutation;
  /** Neighbours on each side; fewer where the ring is so small that they would be the same. */
  readonly #neighbours: number;
  #day = Number.NaN;
  #strangers: readonly Permutation[] = [];

  /** RangeError for households that cannot be drawn, and for no agents. */
  constructor(agents: number, parameters: ContactParameters, seed: number) {
    this.#agents = agents;
    this.#seed = seed;
    this.#parameters = parameters;
    this.#households = new Households(agents, parameters.households, seed);
    this.#ring = new Permutation(agents, seed, 'ring of colleagues');
    this.#neighbours = Math.min(parameters.group.neighbours, Math.floor((agents - 1) / 2));
  }

  /** A list that is long enough for anybody. */
  list(): ContactList {
    const { households, random } = this.#parameters;
    return new ContactList(households.length + 2 * this.#neighbours + random);
  }

  /** Fills `contacts`. Days may be asked for in any order; one after the other is fastest. */
  contactsOf(agent: number, day: number, contacts: ContactList): void {
    contacts.length = 0;
    const first = this.#households.firstOf(agent);
    const size = this.#households.sizeOf(agent);
    for (let other = first; other < first + size; other++) if (other !== agent) contacts.add(other, HOUSEHOLD, 0);
    this.#addColleagues(agent, day, contacts);
    this.#addStrangers(agent, day, contacts);
  }

  #addColleagues(agent: number, day: number, contacts: ContactList): void {
    const place = this.#ring.indexOf(agent);
    for (let step = 1; step <= this.#neighbours; step++) {
      const after = place + step < this.#agents ? place + step : place + step - this.#agents;
      const before = place >= step ? place - step : place - step + this.#agents;
      // The one who stands before the other decides, so that both are of one mind.
      if (this.#meets(place, step, day)) contacts.add(this.#ring.at(after), GROUP, step);
      if (this.#meets(before, step, day)) contacts.add(this.#ring.at(before), GROUP, step);
    }
  }

  #meets(place: number, step: number, day: number): boolean {
    return drawUniform(this.#seed, MEETS, day, place, step) < this.#parameters.group.chance;
  }

  /** Two who stand side by side in the order of a day and a round meet; of an odd number one meets nobody. */
  #addStrangers(agent: number, day: number, contacts: ContactList): void {
    if (day !== this.#day) {
      this.#day = day;
      const rounds = Array.from({ length: this.#parameters.random }, (_, round) => round);
      this.#strangers = rounds.map((round) => new Permutation(this.#agents, this.#seed, 'strangers', day, round));
    }
    for (const [round, order] of this.#strangers.entries()) {
      const beside = order.indexOf(agent) ^ 1;
      if (beside < this.#agents) contacts.add(order.at(beside), RANDOM, round);
    }
  }
}
