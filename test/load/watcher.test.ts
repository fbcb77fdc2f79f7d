/** A watcher of the line: finds what is there, and nothing where there is nothing. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy, uniformFrom } from '../../src/core/entropy.ts';
import { nextOpportunity, WAKING_SECONDS } from '../../src/device/cover.ts';
import { judge, type Seen } from '../../src/load/watcher.ts';

const DAY = 86_400;
const BEGIN = 18_500 * DAY;
const END = BEGIN + 30 * DAY;
const entropy = keyedEntropy(4, 'watched phones');

const upload = (time: number): Seen => ({ time, isUpload: true, sent: 1000, received: 400 });

/** Opportunities of a month, as covered traffic has them. */
function opportunities(mean = WAKING_SECONDS / 4): number[] {
  const times: number[] = [];
  for (let time = nextOpportunity(BEGIN, mean, entropy); time < END; time = nextOpportunity(time, mean, entropy))
    times.push(time);
  return times;
}
const quiet = (): readonly Seen[] => opportunities().map(upload);
/** Somebody does something at once, in waking hours of the middle of the month. */
const moment = (): number =>
  nextOpportunity(BEGIN + (5 + Math.floor(uniformFrom(entropy) * 20)) * DAY, WAKING_SECONDS / 3, entropy);
const many = (n: number, make: () => readonly Seen[]) => Array.from({ length: n }, make);

describe('a watcher', () => {
  it('learns nothing where what is done takes the place of the next opportunity', () => {
    const replaced = (): readonly Seen[] => {
      const at = moment();
      const times = opportunities();
      const next = times.findIndex((time) => time > at);
      return [...times.filter((_time, k) => k !== next), at].toSorted((a, b) => a - b).map(upload);
    };
    const { low, high } = judge(many(400, replaced), many(400, quiet));
    expect(low).toBeLessThan(0.5);
    expect(high).toBeLessThan(0.6);
  });

  it.each([
    ['a size', (): readonly Seen[] => [...quiet(), { ...upload(moment()), sent: 2000 }]],
    ['a reply', (): readonly Seen[] => quiet().map((one) => ({ ...one, received: 401 }))],
    ['the night', (): readonly Seen[] => [...quiet(), upload(BEGIN + 9 * DAY + 3600)]],
    [
      'a second upload right after',
      (): readonly Seen[] => quiet().flatMap((one, k) => (k === 9 ? [one, upload(one.time + 1)] : [one])),
    ],
    ['silence', (): readonly Seen[] => quiet().filter(({ time }) => time < BEGIN + 9 * DAY || time > BEGIN + 16 * DAY)],
  ])('learns from %s', (_what, make) => {
    const { auc, low } = judge(many(60, make), many(60, quiet));
    expect(auc).toBeGreaterThan(0.9);
    expect(low).toBeGreaterThan(0.8);
  });

  it('gets no better by looking at many figures: what it chose is judged on others', () => {
    const values = Array.from({ length: 40 }, () => judge(many(20, quiet), many(20, quiet)).auc);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Four standard errors of the mean of 40, each with some 0.09.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
  });

  it('needs phones to learn from', () => {
    expect(() => judge(many(3, quiet), many(9, quiet))).toThrow(RangeError);
  });
});
