/** What an upload tells others: the exposures of everybody with the app who met the one who uploads, one for each day and pair. */
import type { Exposure, Slice } from '../core/exposure.ts';
import { SECONDS_PER_DAY } from '../core/units.ts';
import type { Air } from './air.ts';
import { type ContactGraph, contactLayers } from './contacts.ts';
import type { Encounter, Encounters, Meeting } from './encounters.ts';
import type { Meets } from './epidemic.ts';
import type { Phones } from './phones.ts';

/** What is needed of a town to know who was near somebody. */
export interface TracingParts {
  readonly graph: ContactGraph;
  readonly phones: Phones;
  readonly air: Air;
  readonly encounters: Encounters;
  /** Whether two who would meet on a day did; absent: they did. */
  readonly meet?: Meets;
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
 * distance, so that truth rules can label what comes out. Those who heard nothing are left out. The exposures are as old as on the day `to`.
 */
export function* exposuresTo(
  sender: number,
  { from, to }: { readonly from: number; readonly to: number },
  parts: TracingParts,
): Generator<TracedExposure> {
  const contacts = parts.graph.list();
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
      of.slices.push(...slicesOf(meeting, encounter, parts.air));
      of.encounters.push(encounter);
      heard.set(receiver, of);
    }
    for (const [receiver, { slices, encounters }] of heard) {
      if (slices.length === 0) continue;
      const exposure = { ...exposureOf(sender, receiver, day, slices), daysSinceExposure: to - day };
      yield { receiver, day, exposure, encounters };
    }
  }
}

function slicesOf(meeting: Meeting, encounter: Encounter, air: Air): readonly Slice[] {
  const heard = air.heardOf(meeting, encounter);
  return Array.from({ length: heard.length }, (_, row) => ({
    seconds: heard.since[row]!,
    time: meeting.day * SECONDS_PER_DAY + encounter.begin + heard.at[row]!,
    low: heard.typical[row]!,
    high: heard.typical[row]!,
    min: heard.lowest[row]!,
    distance: encounter.metres,
  }));
}

const exposureOf = (sender: number, receiver: number, day: number, slices: readonly Slice[]): Exposure => ({
  user: String(receiver),
  receiver: String(receiver),
  transmitter: String(sender),
  day,
  slices: slices.toSorted((one, other) => one.time! - other.time!),
  weight: 1,
});
