/**
 * How likely a rule warns of one contact, by distance and duration: people think in metres and minutes, the framework in dB and
 * scans (question of the MIT Lincoln Laboratory's BLEMUR).
 */
import { judgeFrom } from '../../calibration/judges.ts';
import type { Exposure } from '../core/exposure.ts';
import { keyed } from '../core/random.ts';
import type { Metres, Minutes } from '../core/units.ts';
import { Choice } from '../population/draws.ts';
import { HeardScans, hear } from '../propagation/hearing.ts';
import { carriages, meanAttenuation } from '../propagation/model.ts';
import { normalAt } from '../propagation/quantiles.ts';
import { defaultReading } from '../risk/reading.ts';
import type { ArmParameters } from './resolve.ts';

/** From arm's length to across a room; from a greeting to half a working day. */
export const heatMetres: readonly Metres[] = [0.5, 1, 1.5, 2, 3, 4, 6, 10];
export const heatMinutes: readonly Minutes[] = [5, 10, 15, 20, 30, 60, 120, 240];

export interface HeatCell {
  readonly metres: Metres;
  readonly minutes: Minutes;
  /** Contacts of which the rule warned, of so many. */
  readonly alerts: number;
  readonly contacts: number;
}

type Radio = Pick<ArmParameters['radio'], 'schedule' | 'level' | 'carriage'> & {
  readonly place: ArmParameters['radio']['places']['group'];
};

/** One cell for each distance and duration, `contacts` each, of phones without offsets that nothing stands between. */
export function heatMap(
  risk: ArmParameters['app']['risk'],
  radio: Radio,
  contacts: number,
  seed: number,
): readonly HeatCell[] {
  const judge = judgeFrom(risk);
  const heard = new HeardScans();
  const contactOf = contactsIn(radio, seed, heard);
  return heatMetres.flatMap((metres) =>
    heatMinutes.map((minutes) => {
      let alerts = 0;
      for (let contact = 0; contact < contacts; contact++) {
        contactOf(metres, minutes, contact);
        if (heard.length > 0 && judge.assess([exposureOf(heard)], defaultReading).alert) alerts++;
      }
      return { metres, minutes, alerts, contacts };
    }),
  );
}

/** Fills `heard` with what one phone hears of the other in a contact. The same contact has the same draws in each cell. */
function contactsIn({ place, schedule, level, carriage }: Radio, seed: number, heard: HeardScans) {
  const carried = new Choice(carriages.map((name) => carriage[name]));
  return (metres: Metres, minutes: Minutes, contact: number): void => {
    const draws = keyed(seed, 'heat map', contact);
    const pair = [carriages[carried.at(draws.uniform())]!, carriages[carried.at(draws.uniform())]!] as const;
    const path = { distance: metres, bodies: 0, carriage: pair, offsets: 0 };
    const mean = meanAttenuation(path, place) + place.shadowing * normalAt(draws.uniform());
    const streams = { times: keyed(seed, 'heat map times', contact), noise: keyed(seed, 'heat map noise', contact) };
    hear({ seconds: minutes * 60, mean }, { schedule, model: place, level }, streams, heard);
  };
}

const exposureOf = (heard: HeardScans): Exposure => ({
  day: 0,
  daysSinceExposure: 0,
  weight: 1,
  slices: Array.from({ length: heard.length }, (_, row) => ({
    seconds: heard.since[row]!,
    time: heard.at[row]!,
    low: heard.typical[row]!,
    high: heard.typical[row]!,
    min: heard.lowest[row]!,
  })),
});
