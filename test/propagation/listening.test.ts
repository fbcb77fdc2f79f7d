/** What listening costs and notices: closed forms against contacts that are simulated one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { HeardScans, hear } from '../../src/propagation/hearing.ts';
import { chanceOfScan, durationError, listeningPerHour, scanError } from '../../src/propagation/listening.ts';
import { frameworkSchedule, type ScanSchedule, seedSchedule } from '../../src/propagation/schedule.ts';
import { indoors } from '../helpers/propagation.ts';

const schedule = (window: number, interval: number, jitter: number): ScanSchedule => ({
  window,
  interval,
  jitter,
  advertInterval: 0.25,
});

const schedules = fc
  .record({
    window: fc.integer({ min: 1, max: 8 }),
    interval: fc.integer({ min: 60, max: 600 }),
    share: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ window, interval, share }) => schedule(window, interval, share * interval));

/** What phones hear of so many contacts well within range: share noticed, and mean absolute error of the counted time. */
function simulated(own: ScanSchedule, seconds: number, contacts: number) {
  const heard = new HeardScans();
  let noticed = 0;
  let errors = 0;
  for (let k = 0; k < contacts; k++) {
    const draws = { times: keyed(7, 'times of listening', k), noise: keyed(7, 'noise of listening', k) };
    hear({ seconds, mean: 55 }, { schedule: own, model: indoors, level: 'scan' }, draws, heard);
    if (heard.length > 0) noticed++;
    const counted = heard.since.subarray(0, heard.length).reduce((sum, since) => sum + since, 0);
    errors += Math.abs(counted - seconds);
  }
  return { noticed: noticed / contacts, error: errors / contacts };
}

describe('listening', () => {
  it.each([
    ['the framework: 4 s every 255 s', frameworkSchedule, (4 * 3600) / 255],
    ['the seed: 2 s every 300 s', seedSchedule, 24],
    ['all the time', schedule(60, 60, 0), 3600],
  ])('of %s', (_, own, seconds) => {
    expect(listeningPerHour(own)).toBeCloseTo(seconds, 9);
  });

  it('doubles with the window, and halves with the interval', () => {
    fc.assert(
      fc.property(schedules, ({ window, interval, jitter, advertInterval }) => {
        const once = listeningPerHour({ window, interval, jitter, advertInterval });
        expect(listeningPerHour({ window: 2 * window, interval, jitter, advertInterval })).toBeCloseTo(2 * once, 9);
        const rarer = { window, interval: 2 * interval, jitter: 2 * jitter, advertInterval };
        expect(listeningPerHour(rarer)).toBeCloseTo(once / 2, 9);
      }),
    );
  });
});

describe('a contact well within range', () => {
  it.each([
    [frameworkSchedule, 60],
    [frameworkSchedule, 230],
    [frameworkSchedule, 299],
    [seedSchedule, 120],
    [schedule(1, 600, 180), 500],
    [schedule(8, 600, 600), 300],
  ])('is noticed as often as simulated ones: %o, %i s', (own, seconds) => {
    const CONTACTS = 20_000;
    const chance = chanceOfScan(own, seconds);
    // Four standard deviations: once in 15,000 times.
    const tolerance = 4 * Math.sqrt((chance * (1 - chance)) / CONTACTS) + 1e-9;
    expect(Math.abs(simulated(own, seconds, CONTACTS).noticed - chance)).toBeLessThan(tolerance);
  });

  it.each([
    ['at the shortest gap the two branches meet', frameworkSchedule, 210, 210 / 255],
    ['for the longest gap surely', frameworkSchedule, 300, 1],
    ['for longer surely', frameworkSchedule, 900, 1],
    ['without time never', frameworkSchedule, 0, 0],
    ['of two minutes by a scan every five: two in five', seedSchedule, 120, 0.4],
    ['of an interval without jitter surely', seedSchedule, 300, 1],
  ])('%s', (_, own, seconds, chance) => {
    expect(chanceOfScan(own, seconds)).toBeCloseTo(chance, 12);
  });

  it('is noticed the more the longer it is and the more often scans come, whatever the window', () => {
    fc.assert(
      fc.property(
        schedules,
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 60 }),
        (own, seconds, more) => {
          const chance = chanceOfScan(own, seconds);
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1 + 1e-12);
          expect(chanceOfScan(own, seconds + more)).toBeGreaterThanOrEqual(chance - 1e-12);
          const rarer = { ...own, interval: own.interval + more };
          expect(chanceOfScan(rarer, seconds)).toBeLessThanOrEqual(chance + 1e-12);
          expect(chanceOfScan({ ...own, window: 8 }, seconds)).toBe(chance);
        },
      ),
    );
  });

  it('of equal listening: brief and often notices more than long and rarely', () => {
    const [brief, long] = [schedule(2, 150, 45), schedule(8, 600, 180)];
    expect(listeningPerHour(brief)).toBeCloseTo(listeningPerHour(long), 9);
    expect(chanceOfScan(brief, 120)).toBeCloseTo(4 * chanceOfScan(long, 120), 1);
  });
});

describe('the duration that is counted', () => {
  it.each([
    [300, 900, 0],
    [300, 750, 150],
    [240, 900, 90],
    [60, 630, 30],
    [300, 120, 144],
  ])('without jitter, every %i s, of %i s: wrong by 2 I f (1 - f) = %f s', (interval, seconds, error) => {
    const fraction = (seconds / interval) % 1;
    expect(2 * interval * fraction * (1 - fraction)).toBeCloseTo(error, 9);
    const CONTACTS = 20_000;
    const found = durationError(schedule(2, interval, 0), [seconds, seconds], CONTACTS, 1);
    // Two values, I f below and I (1 - f) above.
    expect(Math.abs(found - error)).toBeLessThan(4 * (interval / Math.sqrt(CONTACTS)) + 1e-9);
  });

  it.each([
    [frameworkSchedule, 900],
    [frameworkSchedule, 200],
    [schedule(4, 600, 180), 1200],
  ])('is as wrong as that of phones which hear each scan: %o, %i s', (own, seconds) => {
    const found = durationError(own, [seconds, seconds], 8000, 1);
    const heard = simulated(own, seconds, 8000).error;
    expect(Math.abs(found - heard)).toBeLessThan(0.04 * own.interval);
  });

  it('loses what gaps have beyond five minutes', () => {
    // Every ten minutes, half of the time is counted: 300 s for each of the two scans of 1,200 s.
    expect(durationError(schedule(4, 600, 0), [1200, 1200], 100, 1)).toBe(600);
    expect(durationError(schedule(4, 300, 0), [1200, 1200], 100, 1)).toBe(0);
  });

  it('without jitter and over whole intervals is wrong by a third of one', () => {
    for (const interval of [60, 150, 300])
      expect(durationError(schedule(2, interval, 0), [600, 1200], 20_000, 1) / interval).toBeCloseTo(1 / 3, 2);
  });

  it('is the same for the same seed', () => {
    expect(durationError(frameworkSchedule, [900, 900], 50, 1)).toBe(
      durationError(frameworkSchedule, [900, 900], 50, 1),
    );
    expect(durationError(frameworkSchedule, [900, 900], 50, 1)).not.toBe(
      durationError(frameworkSchedule, [900, 900], 50, 2),
    );
  });
});

describe('the attenuation of a scan', () => {
  it.each([
    [frameworkSchedule, 3, 4, Math.sqrt(9 + 1)],
    [schedule(1, 300, 0), 0, 4, 2],
    [schedule(8, 300, 0), 3, 0, 3],
  ])('%o: noise of scans %f and of advertisements %f give %f dB', (own, scanNoise, advertNoise, error) => {
    expect(scanError(own, { scanNoise, advertNoise })).toBeCloseTo(error, 12);
  });

  it('is that of scans which are heard', () => {
    const heard = new HeardScans();
    const values: number[] = [];
    for (let k = 0; k < 4000; k++) {
      const draws = { times: keyed(8, 'times of a scan', k), noise: keyed(8, 'noise of a scan', k) };
      hear({ seconds: 400, mean: 55 }, { schedule: frameworkSchedule, model: indoors, level: 'advert' }, draws, heard);
      values.push(heard.typical[0]! - 55);
    }
    const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(spread / scanError(frameworkSchedule, indoors)).toBeCloseTo(1, 1);
  });
});
