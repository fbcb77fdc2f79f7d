/** Parts of real phones in towns: identifiers by number and day, and traffic that is counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { parseFrame } from '../../../src/protocol/gaen/frame.ts';
import { gaen } from '../../../src/protocol/gaen/gaen.ts';
import { intervalOf } from '../../../src/protocol/gaen/intervals.ts';
import { newKey } from '../../../src/protocol/gaen/keys.ts';
import { Identifiers } from '../../../src/scenario/phones/identifiers.ts';
import { BEGIN, sightingsOf } from '../../../src/scenario/phones/phones.ts';
import { CountedTraffic } from '../../../src/scenario/phones/traffic.ts';

const DAY = 86_400;
const identifiersOn = (day: number, seed = 1): Identifiers => {
  const identifiers = new Identifiers(seed, BEGIN);
  identifiers.turnTo(day);
  return identifiers;
};

describe('identifiers of a town', () => {
  it('are those that a phone with the key of the day sends', () => {
    const identifiers = identifiersOn(3);
    const time = BEGIN + 3 * DAY + 4711;
    const key = newKey(intervalOf(time), keyedEntropy(1, 'key of a day', 17, 3));
    expect(identifiers.keyOf(17, 3)).toEqual(key);
    expect(identifiers.frameOf(17, time)).toEqual(gaen().broadcast(key, time, -20).frame);
  });

  it('do not depend on who was asked for before, nor on the day at hand', () => {
    const [one, other] = [identifiersOn(3), identifiersOn(5)];
    other.frameOf(4, BEGIN + 5 * DAY);
    expect(other.keyOf(4, 3)).toEqual(one.keyOf(4, 3));
    other.turnTo(3);
    expect(other.frameOf(4, BEGIN + 3 * DAY + 99)).toEqual(one.frameOf(4, BEGIN + 3 * DAY + 99));
  });

  it('change every ten minutes, every day, with the person and with the seed', () => {
    const frames = [
      identifiersOn(3).frameOf(4, BEGIN + 3 * DAY),
      identifiersOn(3).frameOf(4, BEGIN + 3 * DAY + 600),
      identifiersOn(3).frameOf(5, BEGIN + 3 * DAY),
      identifiersOn(4).frameOf(4, BEGIN + 4 * DAY),
      identifiersOn(3, 2).frameOf(4, BEGIN + 3 * DAY),
    ];
    expect(new Set(frames.map((frame) => Buffer.from(frame).toString('hex'))).size).toBe(frames.length);
    for (const frame of frames) expect(parseFrame(frame)).toHaveProperty('identifier');
    const same = identifiersOn(3).frameOf(4, BEGIN + 3 * DAY + 599);
    expect(same).toEqual(frames[0]);
  });
});

describe('sightings of a scan', () => {
  it.each([
    [60, 60, [60]],
    [60, 52, [52, 68]],
    [60, 61, [60]],
    [107, 90, [107]],
    [130, 120, [107]],
    [104, 95, [95, 107, 107, 107]],
  ])('with the mean %i and the lowest %i dB', (typical, lowest, sightings) => {
    expect(sightingsOf(typical, lowest)).toEqual(sightings);
  });

  it('have that mean, rounded, and that lowest, and a signal strength of one byte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 106 }), fc.integer({ min: 0, max: 40 }), (typical, depth) => {
        const sightings = sightingsOf(typical, typical - depth);
        const mean = sightings.reduce((sum, one) => sum + one, 0) / sightings.length;
        expect([Math.round(mean), Math.min(...sightings)]).toEqual([typical, typical - depth]);
        expect(sightings.every((one) => Number.isInteger(one) && -20 - one >= -127)).toBe(true);
      }),
    );
  });
});

describe('traffic', () => {
  it('is counted by requests, and dummies among them', async () => {
    const reply = { status: 200, headers: {}, body: new Uint8Array() };
    const traffic = new CountedTraffic(() => Promise.resolve(reply), 'immuni-dummy-data');
    const request = { method: 'POST', headers: {}, body: new Uint8Array(5) };
    await traffic.http('http://127.0.0.1/', request);
    await traffic.http('http://127.0.0.1/', { ...request, headers: { 'immuni-dummy-data': '1' } });
    await traffic.http('http://127.0.0.1/', { ...request, headers: { 'immuni-dummy-data': '0' } });
    expect(traffic.counts).toEqual({ requests: 3, dummies: 1 });
  });

  it('without a reply is none', async () => {
    const traffic = new CountedTraffic(() => Promise.reject(new Error('offline')), 'cwa-fake');
    const request = { method: 'GET', headers: {}, body: new Uint8Array() };
    await expect(traffic.http('http://127.0.0.1/', request)).rejects.toThrow('offline');
    expect(traffic.counts.requests).toBe(0);
  });
});
