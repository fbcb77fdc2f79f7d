/** Operational info of simulated phones: who sends, how often, and that a server sees nobody twice in a month. */
import { describe, expect, it } from 'vitest';
import { MONTH_DAYS, reportsByProvince } from '../../src/population/analytics.ts';
import { Deliveries, type DeliveryParameters } from '../../src/population/delivery.ts';
import { Households } from '../../src/population/households.ts';
import { Provinces } from '../../src/population/provinces.ts';
import { Simulation } from '../../src/population/simulation.ts';
import { AGENTS, phonesOf, plainDelivery, plainTown } from '../helpers/population.ts';

const names = [
  { name: 'a', share: 3, uses: 1 },
  { name: 'b', share: 1, uses: 1 },
];
const provinces = new Provinces(names, new Households(AGENTS.length, [1], 1), 1);
const DAYS = 70;

interface Case {
  readonly adoption?: number;
  readonly rates?: { readonly withExposure: number; readonly withoutExposure: number };
  readonly delivery?: Partial<DeliveryParameters>;
  readonly days?: number;
  readonly notified?: (agent: number) => number;
  readonly seed?: number;
}

function reports({
  adoption = 0.5,
  rates = { withExposure: 1, withoutExposure: 0.6 },
  delivery = {},
  days = DAYS,
  notified = () => -1,
  seed = 1,
}: Case) {
  const notifiedOn = Int16Array.from(AGENTS, notified);
  const deliveries = new Deliveries({ ...plainDelivery, ...delivery }, seed);
  return reportsByProvince(rates, days, { phones: phonesOf({ adoption }), deliveries, provinces, notifiedOn, seed });
}
const received = (own: Case) => {
  const all = reports(own);
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    phones: sum(({ phones }) => phones),
    alerted: sum(({ alerted }) => alerted),
    without: sum(({ withoutExposure }) => withoutExposure.received),
    with: sum(({ withExposure }) => withExposure.received),
  };
};

describe('reports without an exposure', () => {
  it('are a sample of the phones on which the app works, once in each whole month', () => {
    const { phones, without } = received({});
    const users = phonesOf({ adoption: 0.5 });
    expect(phones).toBe(AGENTS.filter((agent) => users.hasApp(agent)).length);
    expect(without / (2 * phones)).toBeCloseTo(0.6, 1.7);
    for (const { withoutExposure } of reports({})) expect(withoutExposure).toMatchObject({ rate: 0.6, rounds: 2 });
  });

  it.each([
    ['all that send', { rates: { withExposure: 1, withoutExposure: 1 } }, 1],
    ['none that may', { rates: { withExposure: 1, withoutExposure: 0 } }, 0],
    ['none of a month that is not over', { days: MONTH_DAYS - 1 }, 0],
    ['none without the app', { adoption: 0 }, 0],
  ])('are %s', (_, own, share) => {
    const { phones, without } = received({ days: MONTH_DAYS, ...own });
    expect(without).toBe(share * phones);
  });

  it('are sent where a phone has looked in its window, and only there', () => {
    const all = { rates: { withExposure: 0, withoutExposure: 1 }, days: MONTH_DAYS };
    const { phones } = received(all);
    // One look a day, and half of them fail.
    expect(received({ ...all, delivery: { background: 24, offline: 0.5 } }).without / phones).toBeCloseTo(0.5, 1.7);
    // A look every two days lies in half of the windows.
    expect(received({ ...all, delivery: { background: 48 } }).without / phones).toBeCloseTo(0.5, 1.7);
    expect(received({ ...all, delivery: { background: 0 } }).without).toBe(phones);
  });

  it('are split by province', () => {
    const [a, b] = reports({});
    expect(a!.phones / b!.phones).toBeCloseTo(3, 0);
    expect(a!.withoutExposure.received / b!.withoutExposure.received).toBeCloseTo(3, 0);
  });

  it('are the same for the same seed, and more of them hold all that fewer do', () => {
    expect(reports({})).toEqual(reports({}));
    expect(received({ seed: 2 }).without).not.toBe(received({}).without);
    const counts = [0.1, 0.3, 0.6, 0.9].map(
      (withoutExposure) => received({ rates: { withExposure: 1, withoutExposure } }).without,
    );
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
  });
});

describe('reports with an exposure', () => {
  it('are one of each phone that has warned by the end, where all send', () => {
    const some = received({ notified: (agent) => (agent % 10 === 0 ? 1 + (agent % 70) : -1) });
    expect(some.alerted).toBeGreaterThan(900);
    expect(some.with).toBe(some.alerted);
  });

  it('are a sample where a chance decides', () => {
    const own = { notified: () => 5, rates: { withExposure: 0.25, withoutExposure: 0 } };
    const { phones, alerted, with: sent, without } = received(own);
    expect([alerted, without]).toEqual([phones, 0]);
    expect(sent / alerted).toBeCloseTo(0.25, 1.7);
  });
});

describe('a simulation', () => {
  it('has reports where phones send, whose truth is its own', () => {
    const simulation = new Simulation(
      { ...plainTown, provinces: names, analytics: { withExposure: 1, withoutExposure: 0.6 } },
      () => true,
      1,
    );
    for (let day = 0; day < MONTH_DAYS; day++) simulation.next();
    const alerted = simulation.notifiedOn.filter((on) => on >= 0).length;
    expect(alerted).toBeGreaterThan(500);
    const all = simulation.reports!;
    expect(all.reduce((sum, own) => sum + own.alerted, 0)).toBe(alerted);
    // Everybody has the app there.
    expect(all.reduce((sum, own) => sum + own.phones, 0)).toBe(plainTown.agents);
  });

  it('has none where none do', () => {
    expect(new Simulation(plainTown, () => true, 1).reports).toBeUndefined();
  });
});
