/** What an upload tells others: the exposures of everybody with the app who met the one who uploads, one for each day and pair. */
import type { Exposure, Slice } from '../core/exposure.ts';
import { SECONDS_PER_DAY } from '../core/units.ts';
import type { Air } from './air.ts';
import { type ContactSource, contactLayers } from './contacts.ts';
import type { Encounter, EncounterSource, Meeting } from './encounters.ts';
import type { Meets } from './epidemic.ts';
import type { Phones } from './phones.ts';

/** What is needed of a town to know who was near somebody. */
export interface TracingParts {
  readonly graph: ContactSource;
  readonly phones: Phones;
  readonly air: Air;
  readonly encounters: EncounterSource;
  /** Whether two who would meet on a day did; absent: they did. */
  readonly meet?: Meets;
}

/** What a phone heard of another on a day. */
export interface HeardSender {
  readonly sender: number;
  readonly slices: readonly Slice[];
}

/** One receiver, one day. */
export interface TracedExposure {
  readonly receiver: number;
  readonly day: number;
  readonly exposure: Exposure;
  /** What was true of the day, heard or not. */
  readonly encounters: readonly Encounter[];
}

/**
 * Exposures to `sender` on the days from..to. Days count from 0 at time 0, and slices are in order of time; each has the true
 * distance, so that truth rules can label what comes out. Those who heard nothing are left out.
 */
export function* exposuresTo(
  sender: number,
  { from, to }: { readonly from: number; readonly to: number },
  parts: TracingParts,
): Generator<TracedExposure> {
  const contacts = parts.graph.list();
  const transmitter = String(sender);
  for (let day = from; day <= to; day++) {
    parts.graph.contactsOf(sender, day, contacts);
    const heard = new Map<number, { readonly slices: Slice[]; readonly encounters: Encounter[] }>();
    for (let row = 0; row < contacts.length; row++) {
      const receiver = contacts.other[row]!;
      const layer = contactLayers[contacts.layer[row]!]!;
      if (!parts.phones.hasApp(receiver) || parts.meet?.(sender, receiver, layer, day) === false) continue;
      const meeting = {
        day,
        agents: [sender, receiver],
        layer: contacts.layer[row]!,
        index: contacts.index[row]!,
      } as const;
      const encounter = parts.encounters.of(meeting);
      const of = heard.get(receiver) ?? { slices: [], encounters: [] };
      addSlices(meeting, encounter, parts.air, of.slices);
      if (of.encounters.push(encounter) === 1) heard.set(receiver, of);
    }
    for (const [receiver, { slices, encounters }] of heard) {
      if (slices.length === 0) continue;
      // Those of one encounter are in order.
      const inOrder = encounters.length === 1 ? slices : slices.toSorted((one, other) => one.time! - other.time!);
      yield { receiver, day, exposure: exposureOf(transmitter, String(receiver), day, inOrder), encounters };
    }
  }
}

/** What the phone of `receiver` heard of those with the app on a day: the other direction of the same meetings. */
export function heardBy(receiver: number, day: number, { graph, phones, air, encounters, meet }: TracingParts) {
  const contacts = graph.list();
  graph.contactsOf(receiver, day, contacts);
  const heard: HeardSender[] = [];
  for (let row = 0; row < contacts.length; row++) {
    const sender = contacts.other[row]!;
    const layer = contacts.layer[row]!;
    if (!phones.hasApp(sender) || meet?.(receiver, sender, contactLayers[layer]!, day) === false) continue;
    const meeting = { day, agents: [sender, receiver], layer, index: contacts.index[row]! } as const;
    const slices: Slice[] = [];
    addSlices(meeting, encounters.of(meeting), air, slices);
    if (slices.length > 0) heard.push({ sender, slices });
  }
  return heard;
}

/** As a phone notes them down: whole seconds and whole decibels. */
function addSlices(meeting: Meeting, encounter: Encounter, air: Air, slices: Slice[]): void {
  const heard = air.heardOf(meeting, encounter);
  const midnight = meeting.day * SECONDS_PER_DAY;
  for (let row = 0; row < heard.length; row++) {
    const typical = Math.round(heard.typical[row]!);
    slices.push({
      seconds: Math.round(heard.since[row]!),
      time: midnight + Math.floor(encounter.begin + heard.at[row]!),
      low: typical,
      high: typical,
      min: Math.round(heard.lowest[row]!),
      distance: encounter.metres,
    });
  }
}

const exposureOf = (transmitter: string, receiver: string, day: number, slices: readonly Slice[]): Exposure => ({
  user: receiver,
  receiver,
  transmitter,
  day,
  slices,
  weight: 1,
});
