/** Exposures that wait for a phone to look come back as they were. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposure, Slice } from '../../src/core/exposure.ts';
import { Air } from '../../src/population/air.ts';
import { ContactGraph } from '../../src/population/contacts.ts';
import { Encounters } from '../../src/population/encounters.ts';
import { held, released } from '../../src/population/heldExposures.ts';
import { exposuresTo } from '../../src/population/tracing.ts';
import { inEveryLayer, phonesOf, plainAir, townContacts, usualEncounter } from '../helpers/population.ts';

const phones = phonesOf();
const parts = {
  graph: new ContactGraph(2000, townContacts, 1),
  phones,
  air: new Air(plainAir, phones, 1),
  encounters: new Encounters(inEveryLayer(usualEncounter), 1),
};

/** Exposures of several days to several senders, by receiver. */
function byReceiver(): ReadonlyMap<number, readonly Exposure[]> {
  const groups = new Map<number, Exposure[]>();
  for (const sender of [3, 4, 5, 6, 7])
    for (const { receiver, exposure } of exposuresTo(sender, { from: 5, to: 8 }, parts))
      groups.set(receiver, [...(groups.get(receiver) ?? []), exposure]);
  return groups;
}

/** Of a scan as `exposuresTo` has it: whole seconds and decibels, and any distance. */
const slices: fc.Arbitrary<Slice> = fc
  .record({
    seconds: fc.integer({ min: 1, max: 300 }),
    time: fc.nat(1000 * 86_400),
    attenuation: fc.integer({ min: -20, max: 255 }),
    depth: fc.nat(40),
    distance: fc.double({ min: 0, max: 1e6, noNaN: true }),
  })
  .map(({ seconds, time, attenuation, depth, distance }) => ({
    seconds,
    time,
    low: attenuation,
    high: attenuation,
    min: attenuation - depth,
    distance,
  }));

describe('exposures that wait', () => {
  it('are those of a town, in their order', () => {
    const groups = byReceiver();
    for (const [receiver, exposures] of groups) expect(released(receiver, held(exposures))).toEqual(exposures);
    expect(Math.max(...[...groups.values()].map(({ length }) => length))).toBeGreaterThan(2);
  });

  it('have their level, or none', () => {
    const [[receiver, exposures]] = [...byReceiver()] as [[number, readonly Exposure[]]];
    const told = exposures.map((exposure, k) => ({ ...exposure, transmissionLevel: k % 9 }));
    expect(released(receiver, held(told))).toEqual(told);
    expect(released(receiver, held(exposures)).every((exposure) => !('transmissionLevel' in exposure))).toBe(true);
  });

  it('come back to the last bit, whatever was heard', () => {
    const receiver = fc.nat(0xffff_fffe);
    const one = fc.record({
      sender: fc.nat(0xffff_fffe),
      day: fc.nat(1000),
      scans: fc.array(slices, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(receiver, fc.array(one, { maxLength: 4 }), (agent, all) => {
        const user = String(agent);
        const exposures = all.map(({ sender, day, scans }) => {
          return { user, receiver: user, transmitter: String(sender), day, slices: scans, weight: 1 };
        });
        expect(released(agent, held(exposures))).toEqual(exposures);
      }),
    );
  });

  it('take five numbers a scan, and four more each', () => {
    const [[, exposures]] = [...byReceiver()] as [[number, readonly Exposure[]]];
    const scans = exposures.reduce((sum, exposure) => sum + exposure.slices.length, 0);
    expect(held(exposures)).toHaveLength(exposures.length * 4 + scans * 5);
    expect(held([])).toHaveLength(0);
    expect(released(1, held([]))).toEqual([]);
  });
});
