/**
 * Contacts that were observed: who met whom, when, how long and how near, from a file, in compressed sparse rows. Beside the
 * household they are all there is, and stand for the layer `group`.
 */
import { type Db, type Metres, type Minutes, SECONDS_PER_DAY, type Seconds } from '../core/units.ts';
import { NEAREST, type PropagationModel } from '../propagation/model.ts';
import { ALL, addHousehold, ContactList, type ContactSource, contactLayers, type Wanted } from './contacts.ts';
import type { Encounter, EncounterSource, Meeting } from './encounters.ts';
import { Households } from './households.ts';

/**
 * A network of days that follow each other; plain data, which threads may share. Rows of an agent on a day are those from
 * starts[day * agents + agent] to before the next start; each meeting is a row of both.
 */
export interface NetworkTable {
  readonly agents: number;
  readonly days: number;
  readonly starts: Uint32Array;
  /** By row: the other, and the number of the meeting. */
  readonly others: Uint32Array;
  readonly meetings: Uint32Array;
  /** By meeting: seconds after midnight, seconds it lasts. It ends on the same day. */
  readonly begin: Float64Array;
  readonly seconds: Float64Array;
  readonly measure: 'metres' | 'attenuation';
  /** By meeting, m or dB. */
  readonly values: Float64Array;
}

/** Meetings in columns, as there may be millions: agent numbers of both, seconds since the midnight before the first day. */
export interface MeetingColumns {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly begin: readonly Seconds[];
  readonly seconds: readonly Seconds[];
  /** m or dB. */
  readonly value: readonly number[];
}

const GROUP = contactLayers.indexOf('group');

/**
 * A table of meetings, each of one day, in any order that is always the same: their place is their number. It has as many days as
 * they take, or `least`.
 */
export function networkTable(
  agents: number,
  measure: NetworkTable['measure'],
  { low, high, begin, seconds, value }: MeetingColumns,
  least = 1,
): NetworkTable {
  const dayOf = (meeting: number): number => Math.floor(begin[meeting]! / SECONDS_PER_DAY);
  const days = begin.reduce((most, _, meeting) => Math.max(most, dayOf(meeting) + 1), least);
  const table = {
    agents,
    days,
    measure,
    starts: shared(Uint32Array, days * agents + 1),
    others: shared(Uint32Array, 2 * begin.length),
    meetings: shared(Uint32Array, 2 * begin.length),
    begin: shared(Float64Array, begin.length),
    seconds: shared(Float64Array, begin.length),
    values: shared(Float64Array, begin.length),
  };
  const { starts } = table;
  for (let meeting = 0; meeting < begin.length; meeting++)
    for (const side of [low, high]) starts[dayOf(meeting) * agents + side[meeting]! + 1]!++;
  for (let row = 0; row < days * agents; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const add = (agent: number, other: number, meeting: number): void => {
    const at = next[dayOf(meeting) * agents + agent]!++;
    table.others[at] = other;
    table.meetings[at] = meeting;
  };
  for (let meeting = 0; meeting < begin.length; meeting++) {
    add(low[meeting]!, high[meeting]!, meeting);
    add(high[meeting]!, low[meeting]!, meeting);
    table.begin[meeting] = begin[meeting]! - dayOf(meeting) * SECONDS_PER_DAY;
    table.seconds[meeting] = seconds[meeting]!;
    table.values[meeting] = value[meeting]!;
  }
  return table;
}

/** In memory that goes to threads without a copy. */
const shared = <Values>(
  Type: { readonly BYTES_PER_ELEMENT: number; new (buffer: SharedArrayBuffer): Values },
  length: number,
): Values => new Type(new SharedArrayBuffer(length * Type.BYTES_PER_ELEMENT));

/** Who meets whom by a file, day by day, from the first again after its last. */
export class ContactNetwork implements ContactSource {
  readonly households: Households;
  readonly #table: NetworkTable;
  readonly #most: number;

  /** `households`: weights of households with 1, 2, .. people. RangeError where none can be drawn. */
  constructor(table: NetworkTable, households: readonly number[], seed: number) {
    this.#table = table;
    this.households = new Households(table.agents, households, seed);
    let most = 0;
    for (let row = 1; row < table.starts.length; row++)
      most = Math.max(most, table.starts[row]! - table.starts[row - 1]!);
    this.#most = most + households.length;
  }

  list(): ContactList {
    return new ContactList(this.#most);
  }

  contactsOf(agent: number, day: number, contacts: ContactList, wanted: Wanted = ALL): void {
    const { agents, days, starts, others, meetings } = this.#table;
    contacts.length = 0;
    addHousehold(this.households, agent, contacts, wanted);
    // Day 1 of a simulation is the first of the file.
    const row = ((day - 1 + days) % days) * agents + agent;
    const first = starts[row]!;
    const end = starts[row + 1]! - first;
    for (let slot = wanted.next(GROUP, 0, end); slot < end; slot = wanted.next(GROUP, slot + 1, end))
      contacts.add(others[first + slot]!, GROUP, meetings[first + slot]!, slot);
  }
}

/** Meetings of a file as they were observed, and those of households as `others` has them. */
export class NetworkEncounters implements EncounterSource {
  readonly #table: NetworkTable;
  readonly #others: EncounterSource;
  readonly #place: PropagationModel;
  readonly #most: Minutes;

  /** `place`: where attenuations were measured, which gives them distances. */
  constructor(table: NetworkTable, others: EncounterSource, place: PropagationModel) {
    this.#table = table;
    this.#others = others;
    this.#place = place;
    this.#most = table.seconds.reduce((most, seconds) => Math.max(most, seconds), 0) / 60;
  }

  mostMinutes(layer: number): Minutes {
    return layer === GROUP ? this.#most : this.#others.mostMinutes(layer);
  }

  minutesOf(day: number, one: number, other: number, layer: number, index: number): Minutes {
    return layer === GROUP ? this.#table.seconds[index]! / 60 : this.#others.minutesOf(day, one, other, layer, index);
  }

  metresOf(day: number, one: number, other: number, layer: number, index: number): Metres {
    if (layer !== GROUP) return this.#others.metresOf(day, one, other, layer, index);
    const value = this.#table.values[index]!;
    return this.#table.measure === 'metres' ? value : distanceOf(value, this.#place);
  }

  of(meeting: Meeting): Encounter {
    const { day, agents, layer, index } = meeting;
    if (layer !== GROUP) return this.#others.of(meeting);
    const { seconds, begin, measure, values } = this.#table;
    return {
      minutes: seconds[index]! / 60,
      metres: this.metresOf(day, ...agents, layer, index),
      begin: begin[index]!,
      ...(measure === 'attenuation' && { attenuation: values[index]! }),
    };
  }
}

/** Farther apart nobody is infected, and no phone is heard. */
const FARTHEST: Metres = 100;

/**
 * At which a place would have such an attenuation on average, phones in hands and nothing between: the inverse of
 * `meanAttenuation`. Where distance takes nothing from a signal, nothing is known of it: 1 m.
 */
export function distanceOf(attenuation: Db, { atOneMetre, exponent }: PropagationModel): Metres {
  if (exponent === 0) return 1;
  const decades = (attenuation - atOneMetre) / (10 * exponent);
  return Math.min(FARTHEST, Math.max(NEAREST, Math.exp(Math.LN10 * decades)));
}
