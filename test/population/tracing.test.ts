/** Exposures to one who uploads: whom, when, and how they are judged; alerts grow with nearness and adoption, in whole numbers. */
import { describe, expect, it } from 'vitest';
import { presetJudge } from '../../calibration/judges.ts';
import { Air } from '../../src/population/air.ts';
import { ContactGraph } from '../../src/population/contacts.ts';
import { Encounters } from '../../src/population/encounters.ts';
import { exposuresTo, heardBy, type TracingParts } from '../../src/population/tracing.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { inEveryLayer, phonesOf, plainAir, townContacts, usualEncounter } from '../helpers/population.ts';

const AGENTS = 2000;
const layer = (metres: number) => ({
  ...usualEncounter,
  metres: { median: metres, sigma: 0.4 },
});

function partsOf({ adoption = 1, metres = 1.5, seed = 1 } = {}): TracingParts {
  const phones = phonesOf({ adoption }, seed);
  const air = new Air(plainAir, phones, seed);
  const encounters = new Encounters(inEveryLayer(layer(metres)), seed);
  return { graph: new ContactGraph(AGENTS, townContacts, seed), phones, air, encounters };
}
const SENDERS = Array.from({ length: 100 }, (_, k) => k * 17);
const days = { from: 5, to: 7 };
const all = (parts: TracingParts) => SENDERS.flatMap((sender) => [...exposuresTo(sender, days, parts)]);
const named = (traced: ReturnType<typeof all>) =>
  traced.map(({ day, exposure: { transmitter, receiver } }) => `${transmitter} ${receiver} ${day}`);

describe('exposures', () => {
  const traced = all(partsOf());

  it('are of those who met the one who uploads, one for a day and pair', () => {
    const { graph } = partsOf();
    const contacts = graph.list();
    expect(new Set(named(traced)).size).toBe(traced.length);
    for (const { receiver, day, exposure } of traced) {
      graph.contactsOf(Number(exposure.transmitter), day, contacts);
      expect(contacts.other.subarray(0, contacts.length)).toContain(receiver);
      expect(day >= days.from && day <= days.to).toBe(true);
    }
    expect(traced.length).toBeGreaterThan(2000);
  });

  it('have scans of their day, in order, with no more than five minutes each', () => {
    for (const { day, exposure } of traced)
      for (const [k, { time, seconds, low, min, distance }] of exposure.slices.entries()) {
        expect(Math.floor(time! / 86_400)).toBe(day);
        expect(time!).toBeGreaterThanOrEqual(exposure.slices[k - 1]?.time ?? 0);
        expect(seconds > 0 && seconds <= 300 && min! <= low && distance! > 0).toBe(true);
      }
  });

  it('are the same each time, and those of one day are part of those of three', () => {
    expect(all(partsOf())).toEqual(traced);
    const [sender] = SENDERS;
    const middle = [...exposuresTo(sender!, { from: 6, to: 6 }, partsOf())];
    const same = traced.filter(({ day, exposure }) => day === 6 && exposure.transmitter === String(sender));
    expect(middle).toEqual(same);
    expect(middle.length).toBeGreaterThan(0);
  });

  it('are what the phone of each receiver heard on that day', () => {
    const parts = partsOf();
    const sample = traced.filter((_, k) => k % 40 === 0);
    for (const { receiver, day, exposure } of sample) {
      const own = heardBy(receiver, day, parts).filter(({ sender }) => String(sender) === exposure.transmitter);
      const inTime = own.flatMap(({ slices }) => slices).toSorted((one, other) => one.time! - other.time!);
      expect(inTime).toEqual(exposure.slices);
    }
    expect(sample.length).toBeGreaterThan(50);
  });

  it('are as a phone notes them down: whole seconds and decibels', () => {
    for (const { exposure } of traced)
      for (const { time, seconds, low, high, min } of exposure.slices)
        expect([time, seconds, low, high, min].every(Number.isInteger)).toBe(true);
  });

  it('are of people with the app only; with less adoption they are some of the same', () => {
    const [none, some] = [0, 0.3].map((adoption) => all(partsOf({ adoption })));
    expect(none).toEqual([]);
    const more = new Set(named(traced));
    expect(named(some!).every((name) => more.has(name))).toBe(true);
    expect(some!.length / traced.length).toBeCloseTo(0.3, 1);
  });
});

describe.each(['immuni-2020-06-05', 'cwa-v2-2021-04-15'])('%s', (preset) => {
  it('alerts more of those who were nearer, and nobody out of reach', () => {
    const judge = presetJudge(preset);
    const rates = [0.5, 2, 8, 500_000].map((metres) => {
      const traced = all(partsOf({ metres }));
      const alerts = traced.filter(({ exposure }) => judge.assess([exposure], defaultReading).alert).length;
      return traced.length === 0 ? 0 : alerts / traced.length;
    });
    expect(rates.every((rate, k) => k === 0 || rate <= rates[k - 1]!)).toBe(true);
    expect(rates[0]).toBeGreaterThan(0.5);
    expect(rates.at(-1)).toBe(0);
  });
});
