/** Scans whose predecessor is known: grouped by it, one exposure a day, and what a phone that notes it finds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { hear } from '../../src/device/broadcasting.ts';
import { detect } from '../../src/device/detection.ts';
import { nothingHeard } from '../../src/device/heard.ts';
import { newMemory } from '../../src/device/memory.ts';
import { type TimedSighting, timedExposures } from '../../src/device/timedScans.ts';
import { gaen } from '../../src/protocol/gaen/gaen.ts';
import { intervalOf } from '../../src/protocol/gaen/intervals.ts';
import { newKey } from '../../src/protocol/gaen/keys.ts';
import { keyTableOf } from '../../src/protocol/gaen/keyTable.ts';

const DAY = 86_400;
const MIDNIGHT = 1_600_041_600;
const sighting = (time: number, sinceScan: number, attenuation: number, transmitter = '0'): TimedSighting => ({
  time: MIDNIGHT + time,
  sinceScan,
  attenuation,
  transmitter,
});

describe('sightings with the time since the last scan', () => {
  it('of one scan are its mean and its lowest, from its first one on', () => {
    const [found] = timedExposures([sighting(903, 243, 57), sighting(900, 240, 50), sighting(902, 242, 60)]);
    // 900 and 660 s are minutes 15 and 11.
    expect(found).toMatchObject({ transmitter: '0', day: Math.floor(MIDNIGHT / DAY) });
    expect(found!.slices).toEqual([{ seconds: 240, time: MIDNIGHT + 900, low: 56, high: 56, min: 50 }]);
  });

  it.each([
    [959, 239, 180],
    [900, 241, 300],
    [959, 299, 240],
    [900, 4000, 300],
  ])('at %i s after %i s last %i s: whole minutes, five at most', (time, since, seconds) => {
    expect(timedExposures([sighting(time, since, 60)])[0]!.slices[0]!.seconds).toBe(seconds);
  });

  it('of two meetings of the same two, in between each other, are scans of their own', () => {
    const [found, ...others] = timedExposures([sighting(900, 210, 50), sighting(910, 300, 80)]);
    expect(others).toEqual([]);
    expect(found!.slices.map(({ low }) => low)).toEqual([50, 80]);
  });

  it('of different days and people are different exposures, in the order of time', () => {
    const sightings = [
      sighting(DAY + 60, 240, 40),
      sighting(700, 300, 50),
      sighting(100, 240, 60),
      sighting(100, 240, 70, '1'),
    ];
    const found = timedExposures(sightings);
    expect(found.map(({ transmitter, slices }) => [transmitter, slices.map(({ low }) => low)])).toEqual([
      ['0', [40]],
      ['0', [60, 50]],
      ['1', [70]],
    ]);
  });

  it('last as long together as from the first scan before to the last one, to the minute', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 3600 }), (since, begin) => {
        let time = begin + 300;
        const sightings = since.map((gap) => sighting((time += gap), gap, 60));
        const total = timedExposures(sightings)[0]!.slices.reduce((sum, { seconds }) => sum + seconds, 0);
        expect(total).toBe(60 * (Math.floor(time / 60) - Math.floor((begin + 300) / 60)));
      }),
    );
  });
});

describe('a phone', () => {
  const key = newKey(intervalOf(MIDNIGHT), keyedEntropy(1, 'key'));
  const frameAt = (time: number) => gaen().broadcast(key, time, -20).frame;
  const found = (times: readonly (readonly [number, number?])[], rssi: number | null = -80) => {
    const { heard } = hear(
      { ...newMemory(), heard: nothingHeard },
      times.map(([after, sinceScan]) => {
        const time = MIDNIGHT + after;
        return { time, frame: frameAt(time), rssi, ...(sinceScan !== undefined && { sinceScan }) };
      }),
    );
    const when = { publishedAt: MIDNIGHT + 2 * DAY, now: MIDNIGHT + 2 * DAY };
    return detect(keyTableOf([{ ...key, transmissionRiskLevel: 5 }]), heard, when);
  };
  const secondsOf = (all: Awaited<ReturnType<typeof found>>) =>
    all.map(({ exposure: { slices } }) => slices.map(({ seconds }) => seconds));

  it('goes by what it has noted', async () => {
    const all = await found([
      [3600, 240],
      [3900, 240],
    ]);
    expect(secondsOf(all)).toEqual([[240, 240]]);
    expect(all[0]!.exposure).toMatchObject({ transmissionLevel: 5, daysSinceExposure: 2 });
    expect(all[0]!.exposure).not.toHaveProperty('transmitter');
  });

  it('that has noted nothing goes by gaps between sightings', async () => {
    expect(secondsOf(await found([[3600], [3900]]))).toEqual([[120, 300]]);
  });

  it('finds nothing where no signal strength is known', async () => {
    expect(await found([[3600, 240]], null)).toEqual([]);
    expect(await found([[3600]], null)).toEqual([]);
  });
});
