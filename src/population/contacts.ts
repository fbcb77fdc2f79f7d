/**
 * Who meets whom on a day: a function of (seed, day, agent), computed and never stored (simulation spec 2). Whoever is asked, the
 * answer is the same from both sides.
 */
import { Permutation } from '../core/permutation.ts';
import { drawUniform, purposeHash } from '../core/random.ts';
import { Households } from './households.ts';

/**
 * household: every day. group: colleagues or classmates, the same ones on many days. transport: who takes the same bus, the
 * same ones too, less often. random: others every day.
 */
export const contactLayers = ['household', 'group', 'transport', 'random'] as const;
export type ContactLayer = (typeof contactLayers)[number];

/** How many people somebody meets on a day, by layer. */
export interface ContactParameters {
  /** Weights of households with 1, 2, .. people. */
  readonly households: readonly number[];
  readonly group: RingParameters;
  readonly transport: RingParameters;
  /** Strangers a day. */
  readonly random: number;
}

/** Neighbours on each side of a ring in which everybody stands, and the chance to meet each of them on a day. */
export interface RingParameters {
  readonly neighbours: number;
  readonly chance: number;
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

const [HOUSEHOLD, GROUP, TRANSPORT, RANDOM] = [0, 1, 2, 3];

/** People who meet again and again: places in a ring, so that neighbours in it do not live together, but by chance. */
class Ring {
  readonly neighbours: number;
  readonly #agents: number;
  readonly #layer: number;
  readonly #chance: number;
  readonly #seed: number;
  readonly #meets: number;
  readonly #places: Permutation;

  constructor(agents: number, layer: number, { neighbours, chance }: RingParameters, seed: number) {
    const name = contactLayers[layer]!;
    this.#agents = agents;
    this.#layer = layer;
    this.#chance = chance;
    this.#seed = seed;
    this.#meets = purposeHash(`meets by ${name}`);
    this.#places = new Permutation(agents, seed, `ring by ${name}`);
    // Fewer where the ring is so small that they would be the same on both sides.
    this.neighbours = Math.min(neighbours, Math.floor((agents - 1) / 2));
  }

  add(agent: number, day: number, contacts: ContactList): void {
    if (this.neighbours <= 0 || this.#chance === 0) return;
    const place = this.#places.indexOf(agent);
    for (let step = 1; step <= this.neighbours; step++) {
      const after = place + step < this.#agents ? place + step : place + step - this.#agents;
      const before = place >= step ? place - step : place - step + this.#agents;
      // The one who stands before the other decides, so that both are of one mind.
      if (this.#meet(place, step, day)) contacts.add(this.#places.at(after), this.#layer, step);
      if (this.#meet(before, step, day)) contacts.add(this.#places.at(before), this.#layer, step);
    }
  }

  #meet(place: number, step: number, day: number): boolean {
    return drawUniform(this.#seed, this.#meets, day, place, step) < this.#chance;
  }
}

/** Who meets whom in a town of `agents`, for any agent and day. It keeps households, and the orders of strangers of one day. */
export class ContactGraph {
  readonly households: Households;
  readonly #agents: number;
  readonly #seed: number;
  readonly #parameters: ContactParameters;
  readonly #rings: readonly Ring[];
  #day = Number.NaN;
  #strangers: readonly Permutation[] = [];

  /** RangeError for households that cannot be drawn, and for no agents. */
  constructor(agents: number, parameters: ContactParameters, seed: number) {
    this.#agents = agents;
    this.#seed = seed;
    this.#parameters = parameters;
    this.households = new Households(agents, parameters.households, seed);
    this.#rings = [
      new Ring(agents, GROUP, parameters.group, seed),
      new Ring(agents, TRANSPORT, parameters.transport, seed),
    ];
  }

  /** A list that is long enough for anybody. */
  list(): ContactList {
    const { households, random } = this.#parameters;
    const ringed = this.#rings.reduce((sum, { neighbours }) => sum + 2 * neighbours, 0);
    return new ContactList(households.length + ringed + random);
  }

  /** Fills `contacts`. Days may be asked for in any order; one after the other is fastest. */
  contactsOf(agent: number, day: number, contacts: ContactList): void {
    contacts.length = 0;
    const first = this.households.firstOf(agent);
    const size = this.households.sizeOf(agent);
    for (let other = first; other < first + size; other++) if (other !== agent) contacts.add(other, HOUSEHOLD, 0);
    for (const ring of this.#rings) ring.add(agent, day, contacts);
    this.#addStrangers(agent, day, contacts);
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
