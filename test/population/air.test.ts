/** Phones and the air between them: shares, both directions, what phones and pockets add. */
import { describe, expect, it } from 'vitest';
import { Air, type AirParameters } from '../../src/population/air.ts';
import type { PhoneModel, Phones } from '../../src/population/phones.ts';
import { frameworkSchedule } from '../../src/propagation/schedule.ts';
import { inEveryLayer, phonesOf } from '../helpers/population.ts';
import { indoors } from '../helpers/propagation.ts';

const plain: PhoneModel = { share: 1, rx: 0, tx: 0, advertises: true };
const parameters: AirParameters = {
  models: inEveryLayer(indoors),
  schedule: frameworkSchedule,
  level: 'scan',
  carriage: { hand: 1, pocket: 0, bag: 0 },
};
const MANY = 4000;
const airOf = (changes: Partial<AirParameters> = {}, models: readonly PhoneModel[] = [plain], seed = 1) =>
  new Air({ ...parameters, ...changes }, phonesOf({ adoption: 1, models }, seed), seed);

/** Rows of a meeting of `one` and `other`: what the second heard. */
function rows(air: Air, one: number, other: number, { minutes = 20, metres = 1, day = 3 } = {}) {
  const meeting = { day, agents: [one, other], layer: 0, index: 0 } as const;
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
    expect(rows(airOf({}, [plain], 2), 1, 2)).not.toEqual(first);
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
    ['phones', {}, [{ ...plain, rx: 4, tx: -7 }], -3],
    ['pockets on both sides', { carriage: { hand: 0, pocket: 1, bag: 0 } }, [plain], 2 * indoors.carriage.pocket],
    [
      'half pockets, half bags',
      { carriage: { hand: 0, pocket: 2, bag: 2 } },
      [plain],
      indoors.carriage.pocket + indoors.carriage.bag,
    ],
  ] as const)('adds what %s add', (_, changes, models, more) => {
    const added = mean(attenuations(airOf(changes, models))) - mean(attenuations(airOf()));
    expect(Math.abs(added - more)).toBeLessThan(0.2);
  });

  it('carries nothing of a phone that does not advertise, which hears all the same', () => {
    const mute = { ...plain, advertises: false };
    expect(rows(airOf({}, [mute]), 1, 2, { minutes: 600 })).toEqual([]);
    const mixed = airOf({}, [plain, mute]);
    const phones = phonesOf({ adoption: 1, models: [plain, mute] });
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

describe('phones', () => {
  const models = [
    { ...plain, share: 3 },
    { ...plain, share: 1, advertises: false },
  ];
  const agents = Array.from({ length: 20_000 }, (_, agent) => agent);

  it('have the app in the share that is given; with more adoption the same people have it', () => {
    const [few, many] = [0.2, 0.6].map((adoption) => phonesOf({ adoption, models }));
    const having = (phones: Phones) => agents.filter((agent) => phones.hasApp(agent));
    expect(having(few!).length / agents.length).toBeCloseTo(0.2, 1);
    expect(having(many!).length / agents.length).toBeCloseTo(0.6, 1);
    expect(having(few!).every((agent) => many!.hasApp(agent))).toBe(true);
    expect(having(phonesOf({ adoption: 0, models }))).toEqual([]);
    expect(having(phonesOf({ adoption: 1, models }))).toEqual(agents);
  });

  it('are of models in their shares', () => {
    const phones = phonesOf({ adoption: 1, models });
    expect(agents.filter((agent) => phones.modelOf(agent).advertises).length / agents.length).toBeCloseTo(0.75, 1);
  });

  it.each([[[]], [[{ ...plain, share: 0 }]], [[plain, { ...plain, share: -1 }]]])(
    'of models %j do not exist',
    (none) => {
      expect(() => phonesOf({ adoption: 1, models: none })).toThrow(RangeError);
    },
  );
});
