/** Which keys of an upload are published, and when: by hand, and whatever the server and the app do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deliveries, type DeliveryParameters } from '../../src/population/delivery.ts';
import { embargoes, type KeyParameters, publicationsOf } from '../../src/population/publishing.ts';
import { LEAST_LEVEL, levelByOnset } from '../../src/protocol/wire/cwa/transmissionRisk.ts';
import { plainDelivery } from '../helpers/population.ts';

const DAY = 24;
const hourly: DeliveryParameters = { ...plainDelivery, batch: 1 };
const published = (at: number, keys: Partial<KeyParameters>, onset = 0, delivery: Partial<DeliveryParameters> = {}) =>
  publicationsOf({ agent: 3, at, onset }, { beforeOnset: 14, ...keys }, new Deliveries({ ...hourly, ...delivery }, 1));

describe('keys of an upload on day 20', () => {
  it.each([
    ['in the afternoon', 15, 'phone', [[6, 19, 15]]],
    ['in the afternoon, kept back by nobody', 15, 'server', [[6, 19, 15]]],
    ['published at two, just over', 1.5, 'phone', [[6, 19, 1.5]]],
    ['published at one, too soon for yesterday', 0.5, 'phone', [[6, 18, 0.5]]],
    [
      'published at one, and yesterday at two',
      0.5,
      'server',
      [
        [6, 18, 0.5],
        [19, 19, 2],
      ],
    ],
  ] as const)('%s', (_, hour, embargo, expected) => {
    const found = published(20 * DAY + hour, { embargo });
    expect(found.map(({ from, to, ready }) => [from, to, ready - 20 * DAY])).toEqual(expected);
    expect(found.every(({ uploaded }) => uploaded === 20 * DAY + hour)).toBe(true);
  });

  it('follow on the next day, when the phone first reaches its server and the key is over for two hours', () => {
    const at = 20 * DAY + 15;
    const online = new Deliveries(hourly, 1).onlineOn(3, 21)!;
    const [first, next] = published(at, { followUp: true });
    expect(first).toEqual({ from: 6, to: 19, uploaded: at, ready: at });
    expect(next).toEqual({ from: 20, to: 20, uploaded: online, ready: Math.max(online, 21 * DAY + 2) });
    expect(Math.floor(online / DAY)).toBe(21);
    expect(published(at, { followUp: true }, 0, { background: 0 })[1]).toMatchObject({ uploaded: 504, ready: 506 });
  });

  it('do not follow where the phone has no network all day', () => {
    const isLost = (agent: number) => new Deliveries({ ...hourly, offline: 0.9 }, 1).onlineOn(agent, 21) === undefined;
    const agents = Array.from({ length: 40 }, (_, agent) => agent);
    const follows = (agent: number) =>
      publicationsOf(
        { agent, at: 20 * DAY + 12, onset: 18 },
        { beforeOnset: 14, followUp: true },
        new Deliveries({ ...hourly, offline: 0.9 }, 1),
      ).length === 2;
    expect(agents.map(follows)).toEqual(agents.map((agent) => !isLost(agent)));
    expect([agents.some(isLost), agents.every(isLost)]).toEqual([true, false]);
  });

  it('begin at the onset as far back as is asked for, and never before the first day', () => {
    expect(published(20 * DAY + 12, { beforeOnset: 2 }, 17)).toMatchObject([{ from: 15, to: 19 }]);
    expect(published(3 * DAY + 12, {}, 2)).toMatchObject([{ from: 1, to: 2 }]);
    expect(published(1 * DAY + 12, {}, 1)).toEqual([]);
  });

  it('are those with a level that is published', () => {
    const levels = { levelOf: levelByOnset, leastLevel: LEAST_LEVEL };
    expect(published(20 * DAY + 12, levels, 10)).toMatchObject([{ from: 6, to: 14 }]);
    expect(published(20 * DAY + 12, { ...levels, followUp: true }, 17)).toMatchObject([
      { from: 13, to: 19 },
      { from: 20, to: 20 },
    ]);
    expect(published(20 * DAY + 12, levels, 30)).toEqual([]);
    expect(published(20 * DAY + 12, { ...levels, leastLevel: 9 }, 17)).toEqual([]);
  });
});

it('no key is published twice, too soon, below its level or after 14 days', () => {
  const keys = fc.record({
    beforeOnset: fc.integer({ min: 0, max: 14 }),
    leastLevel: fc.integer({ min: 1, max: 8 }),
    embargo: fc.constantFrom(...embargoes),
    followUp: fc.boolean(),
  });
  const batch = fc.constantFrom(0, 0.5, 1, 24);
  fc.assert(
    fc.property(keys, batch, fc.double({ min: 24, max: 1200, noNaN: true }), fc.nat(30), (own, every, at, ago) => {
      const today = Math.floor(at / DAY);
      const onset = today - ago;
      const all = published(at, { ...own, levelOf: levelByOnset }, onset, { batch: every });
      const days = all.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, k) => from + k));
      expect(days).toEqual([...new Set(days)].toSorted((one, other) => one - other));
      for (const day of days) expect(levelByOnset(day - onset)).toBeGreaterThanOrEqual(own.leastLevel);
      const deliveries = new Deliveries({ ...hourly, batch: every }, 1);
      for (const { from, to, uploaded, ready } of all) {
        expect(from).toBeGreaterThanOrEqual(Math.max(1, onset - own.beforeOnset, today - 14));
        expect(deliveries.publishedAt(ready)).toBeGreaterThanOrEqual((to + 1) * DAY + 2);
        expect(ready).toBeGreaterThanOrEqual(uploaded);
        expect(to <= (own.followUp ? today : today - 1)).toBe(true);
      }
    }),
  );
});
