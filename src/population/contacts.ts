/**
 * Who meets whom on a day: a function of (seed, day, agent), computed and never stored (simulation spec 2). Whoever is asked, the
 * answer is the same from both sides.
 */
import { Permutation } from '../core/permutation.ts';
import { begun, KeyBegin, purposeHash } from '../core/random.ts';
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

/** Which contacts are wanted, asked before it is known whose they are, which is what takes time. */
export interface Wanted {
  /** The first of the slots from..to - 1 of a layer that is wanted, or `to`. */
  next(layer: number, from: number, to: number): number;
}
export const ALL: Wanted = { next: (_, from) => from };

/** Contacts of one agent on one day; filled anew for each, so that nothing is made per contact. */
export class ContactList {
  length = 0;
  readonly other: Uint32Array;
  /** Index of `contactLayers`. */
  readonly layer: Uint8Array;
  /** Which of the contacts of a layer between the two: the same number from both sides. */
  readonly index: Uint32Array;
  /** Which of the contacts of a layer of the one who was asked for: another number from each side. */
  readonly slot: Uint32Array;

  constructor(most: number) {
    this.other = new Uint32Array(most);
    this.layer = new Uint8Array(most);
    this.index = new Uint32Array(most);
    this.slot = new Uint32Array(most);
  }

  add(other: number, layer: number, index: number, slot: number): void {
    const row = this.length++;
    this.other[row] = other;
    this.layer[row] = layer;
    this.index[row] = index;
    this.slot[row] = slot;
  }
}

/** Who meets whom: computed (`ContactGraph`), or read from a file (`ContactNetwork`). */
export interface ContactSource {
  readonly households: Households;
  /** A list that is long enough for anybody. */
  list(): ContactList;
  /** Fills `contacts` with those that are wanted: the same from both sides. */
  contactsOf(agent: number, day: number, contacts: ContactList, wanted?: Wanted): void;
}

/** Those whom somebody lives with, on any day. */
export function addHousehold(households: Households, agent: number, contacts: ContactList, wanted: Wanted): void {
  const first = households.firstOf(agent);
  const size = households.sizeOf(agent);
  for (let slot = wanted.next(HOUSEHOLD, 0, size); slot < size; slot = wanted.next(HOUSEHOLD, slot + 1, size))
    if (first + slot !== agent) contacts.add(first + slot, HOUSEHOLD, 0, slot);
}

/** Fourteen days and the one that is simulated. */
const KEPT_DAYS = 15;
const [HOUSEHOLD, GROUP, TRANSPORT, RANDOM] = [0, 1, 2, 3];

/** People who meet again and again: places in a ring, so that neighbours in it do not live together, but by chance. */
class Ring {
  readonly neighbours: number;
  readonly #agents: number;
  readonly #layer: number;
  readonly #chance: number;
  readonly #meets: KeyBegin;
  readonly #places: Permutation;
  #day = Number.NaN;
  #ofDay = new KeyBegin(0, 0);
  #agent = Number.NaN;
  #place = 0;

  constructor(agents: number, layer: number, { neighbours, chance }: RingParameters, seed: number) {
    const name = contactLayers[layer]!;
    this.#agents = agents;
    this.#layer = layer;
    this.#chance = chance;
    this.#meets = begun(seed, purposeHash(`meets by ${name}`));
    this.#places = new Permutation(agents, seed, `ring by ${name}`);
    // Fewer where the ring is so small that they would be the same on both sides.
    this.neighbours = Math.min(neighbours, Math.floor((agents - 1) / 2));
  }

  add(agent: number, day: number, contacts: ContactList, wanted: Wanted): void {
    if (this.neighbours <= 0 || this.#chance === 0) return;
    if (day !== this.#day) {
      this.#day = day;
      this.#ofDay = this.#meets.with(day);
    }
    const layer = this.#layer;
    const end = 2 * this.neighbours + 2;
    for (let slot = wanted.next(layer, 2, end); slot < end; slot = wanted.next(layer, slot + 1, end))
      this.#addOne(agent, slot, contacts);
  }

  /**
   * Even slots are of those after, odd ones of those before, from the nearest on. The one who stands before the other decides, so
   * that both are of one mind.
   */
  #addOne(agent: number, slot: number, contacts: ContactList): void {
    const step = slot >> 1;
    const place = this.#placeOf(agent);
    const isAfter = slot % 2 === 0;
    const other = this.#beyond(isAfter ? place + step : place - step);
    if (this.#ofDay.uniform2(isAfter ? place : other, step) >= this.#chance) return;
    contacts.add(this.#places.at(other), this.#layer, step, slot);
  }

  /** Asked for again and again for one agent. */
  #placeOf(agent: number): number {
    if (agent !== this.#agent) {
      this.#agent = agent;
      this.#place = this.#places.indexOf(agent);
    }
    return this.#place;
  }

  /** Where the ring closes. */
  #beyond(place: number): number {
    if (place < 0) return place + this.#agents;
    return place < this.#agents ? place : place - this.#agents;
  }
}

/** Who meets whom in a town of `agents`, for any agent and day. It keeps households, and the orders of strangers of one day. */
export class ContactGraph implements ContactSource {
  readonly households: Households;
  readonly #agents: number;
  readonly #seed: number;
  readonly #parameters: ContactParameters;
  readonly #rings: readonly Ring[];
  #day = Number.NaN;
  #strangers: readonly Permutation[] = [];
  readonly #orders = new Map<number, readonly Permutation[]>();

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

  /** Fills `contacts` with those that are wanted. Days may be asked for in any order; one after the other is fastest. */
  contactsOf(agent: number, day: number, contacts: ContactList, wanted = ALL): void {
    contacts.length = 0;
    addHousehold(this.households, agent, contacts, wanted);
    for (const ring of this.#rings) ring.add(agent, day, contacts, wanted);
    this.#addStrangers(agent, day, contacts, wanted);
  }

  /** Two who stand side by side in the order of a day and a round meet; of an odd number one meets nobody. */
  #addStrangers(agent: number, day: number, contacts: ContactList, wanted: Wanted): void {
    if (day !== this.#day) {
      this.#day = day;
      this.#strangers = this.#strangersOn(day);
    }
    const end = this.#strangers.length;
    for (let round = wanted.next(RANDOM, 0, end); round < end; round = wanted.next(RANDOM, round + 1, end)) {
      const order = this.#strangers[round]!;
      const beside = order.indexOf(agent) ^ 1;
      if (beside < this.#agents) contacts.add(order.at(beside), RANDOM, round, round);
    }
  }

  /** Orders of a day, one a round: kept as long as uploads look back. */
  #strangersOn(day: number): readonly Permutation[] {
    const known = this.#orders.get(day);
    if (known) return known;
    for (const old of this.#orders.keys()) if (this.#orders.size >= KEPT_DAYS) this.#orders.delete(old);
    const rounds = Array.from({ length: this.#parameters.random }, (_, round) => round);
    const made = rounds.map((round) => new Permutation(this.#agents, this.#seed, 'strangers', day, round));
    this.#orders.set(day, made);
    return made;
  }
}
