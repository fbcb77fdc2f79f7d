/** The air between two phones: both directions, what phones, pockets and places add. */
import { describe, expect, it } from 'vitest';
import { Air, type AirParameters } from '../../src/population/air.ts';
import { contactLayers } from '../../src/population/contacts.ts';
import type { PhoneModel } from '../../src/population/phones.ts';
import { inEveryLayer, phonesOf, plainAir, plainPhone } from '../helpers/population.ts';
import { indoors } from '../helpers/propagation.ts';

const MANY = 4000;
const airOf = (changes: Partial<AirParameters> = {}, models: readonly PhoneModel[] = [plainPhone], seed = 1) =>
  new Air({ ...plainAir, ...changes }, phonesOf({ models }, seed), seed);

/** Rows of a meeting of `one` and `other`: what the second heard. */
function rows(air: Air, one: number, other: number, { minutes = 20, metres = 1, day = 3, layer = 0 } = {}) {
  const meeting = { day, agents: [one, other], layer, index: 0 } as const;
  const heard = air.heardOf(meeting, { minutes, metres, begin: 0 });
  return Array.from({ length: heard.length }, (_, row) => ({ at: heard.at[row]!, typical: heard.typical[row]! }));
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Mean attenuation of each of many meetings at a metre. */
const attenuations = (air: Air, back = false) =>
  Array.from({ length: MANY }, (_, k) => {
    const [one, other] = back ? [2 * k + 1, 2 * k] : [2 * k, 2 * k + 1];
    return mean(rows(air, one, other).map(({ typical }) => typical));
  });

describe('the air between two phones', () => {
  it('gives the same answer to the same question, whatever was asked before', () => {
    const [asked, fresh] = [airOf(), airOf()];
    const first = rows(asked, 1, 2);
    rows(asked, 7, 8);
    expect(rows(asked, 1, 2)).toEqual(first);
    expect(rows(fresh, 1, 2)).toEqual(first);
    expect(rows(fresh, 1, 2, { day: 4 })).not.toEqual(first);
    expect(rows(airOf({}, [plainPhone], 2), 1, 2)).not.toEqual(first);
  });

  it('is that of the place where people of a layer meet', () => {
    const bus = { ...indoors, atOneMetre: indoors.atOneMetre + 10 };
    const air = airOf({ models: { ...inEveryLayer(indoors), transport: bus } });
    const typical = (layer: number) => rows(air, 1, 2, { layer }).map(({ typical: value }) => value);
    for (const [layer, name] of contactLayers.entries()) {
      const plain = rows(airOf(), 1, 2, { layer }).map(({ typical: value }) => value);
      expect(typical(layer)).toEqual(plain.map((value) => expect.closeTo(value + (name === 'transport' ? 10 : 0), 9)));
    }
  });

  it('has one shadowing for both directions, and scans of its own in each', () => {
    const [there, back] = [attenuations(airOf()), attenuations(airOf(), true)];
    const [a, b] = [mean(there), mean(back)];
    const product = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
      mean(x.map((value, k) => (value - mx) * (y[k]! - my)));
    const correlation = product(there, back, a, b) / Math.sqrt(product(there, there, a, a) * product(back, back, b, b));
    // Shadowing 5 dB; the mean of some five scans of 3 dB, and 16 advertisements of 4 dB each.
    expect(correlation).toBeGreaterThan(0.85);
    expect(correlation).toBeLessThan(0.97);
    expect(rows(airOf(), 1, 2).map(({ at }) => at)).not.toEqual(rows(airOf(), 2, 1).map(({ at }) => at));
    expect(a).toBeCloseTo(indoors.atOneMetre, 0);
  });

  it.each([
    ['phones', {}, [{ ...plainPhone, rx: 4, tx: -7 }], -3],
    ['pockets on both sides', { carriage: { hand: 0, pocket: 1, bag: 0 } }, [plainPhone], 2 * indoors.carriage.pocket],
    [
      'half pockets, half bags',
      { carriage: { hand: 0, pocket: 2, bag: 2 } },
      [plainPhone],
      indoors.carriage.pocket + indoors.carriage.bag,
    ],
  ] as const)('adds what %s add', (_, changes, models, more) => {
    const added = mean(attenuations(airOf(changes, models))) - mean(attenuations(airOf()));
    expect(Math.abs(added - more)).toBeLessThan(0.2);
  });

  it.each([
    [[0, 1], 1],
    [[0, 0, 1], 2],
    [[1, 1], 0.5],
    [[0, 3, 0, 1], 1.5],
  ])('has bodies in the way with weights %j: %d on average, the same in both directions', (weights, bodies) => {
    // Nothing else is drawn, so that bodies are what is left.
    const still = { ...indoors, shadowing: 0, scanNoise: 0, advertNoise: 0, body: 6, limit: 200 };
    const air = airOf({ models: inEveryLayer(still), bodies: inEveryLayer(weights) });
    const [there, back] = [attenuations(air), attenuations(air, true)];
    expect(back).toEqual(there);
    expect((mean(there) - indoors.atOneMetre) / 6).toBeCloseTo(bodies, 1);
    const counts = new Set(there.map((value) => Math.round((value - indoors.atOneMetre) / 6)));
    expect([...counts].toSorted((one, other) => one - other)).toEqual(
      weights.flatMap((weight, count) => (weight > 0 ? [count] : [])),
    );
  });

  it('has bodies of its layer, drawn anew for each meeting, and nothing else is drawn otherwise', () => {
    const wall = airOf({ bodies: { ...inEveryLayer([1]), transport: [0, 1] } });
    for (const [layer, name] of contactLayers.entries()) {
      const plain = rows(airOf(), 1, 2, { layer }).map(({ typical }) => typical);
      const more = name === 'transport' ? indoors.body : 0;
      expect(rows(wall, 1, 2, { layer }).map(({ typical }) => typical)).toEqual(
        plain.map((value) => expect.closeTo(value + more, 9)),
      );
    }
    const some = airOf({ bodies: inEveryLayer([1, 1]) });
    const differs = (day: number) =>
      rows(some, 1, 2, { day })[0]!.typical - rows(airOf(), 1, 2, { day })[0]!.typical > 1;
    expect(new Set(Array.from({ length: 12 }, (_, day) => differs(day)))).toEqual(new Set([true, false]));
  });

  it('of layers without weights cannot be', () => {
    expect(() => airOf({ bodies: { ...inEveryLayer([1]), random: [0] } })).toThrow(RangeError);
  });

  it('carries nothing of a phone that does not advertise, which hears all the same', () => {
    const mute = { ...plainPhone, advertises: false };
    expect(rows(airOf({}, [mute]), 1, 2, { minutes: 600 })).toEqual([]);
    const mixed = airOf({}, [plainPhone, mute]);
    const phones = phonesOf({ models: [plainPhone, mute] });
    const agents = Array.from({ length: 200 }, (_, agent) => agent);
    for (const agent of agents.slice(1))
      expect(rows(mixed, agent, 0, { minutes: 600 }).length > 0).toBe(phones.modelOf(agent).advertises);
  });

  it('carries less from further away, at last nothing', () => {
    const far = (metres: number) =>
      Array.from({ length: 300 }, (_, k) => rows(airOf(), 2 * k, 2 * k + 1, { metres }).length);
    const heard = [1, 100, 1000, 100_000].map((metres) => mean(far(metres)));
    expect(heard.every((count, k) => k === 0 || count <= heard[k - 1]!)).toBe(true);
    expect(heard[0]).toBeCloseTo(1200 / 255, 0);
    expect(heard.at(-1)).toBe(0);
  });
});
