/** Order of records, and exposures that are handed out while the trace is still being read. */
import { describe, expect, it } from 'vitest';
import type { Sighting, TraceRecord } from '../../src/core/records.ts';
import { SECONDS_PER_DAY } from '../../src/core/units.ts';
import { Assembler, assemble } from '../../src/risk/assemble.ts';
import { assembled, codeOf, defaults, MIDNIGHT, NOON, sighting, timesOf } from '../helpers/assembling.ts';

describe('order', () => {
  it.each([
    ['a sighting within the gap', [0, 5, 1], undefined],
    ['a sighting beyond the gap', [0, 7, 0.9], 'E-TRACE-ORDER'],
    ['a sighting of a day that is closed', [0, SECONDS_PER_DAY, SECONDS_PER_DAY - 60_000], 'E-TRACE-ORDER'],
  ])('%s', (_, times, code) => {
    expect(codeOf(() => assembled(times.map((time) => sighting(NOON + time))))).toBe(code);
  });

  it('is that of each receiver within a day, and that of days among receivers', () => {
    const late = sighting(NOON, { receiver: 's' });
    expect(codeOf(() => assembled([sighting(NOON + 600), late]))).toBeUndefined();
    expect(codeOf(() => assembled([sighting(NOON + SECONDS_PER_DAY), late]))).toBe('E-TRACE-ORDER');
  });

  it('says when', () => {
    expect(() => assembled([sighting(NOON + 100), sighting(NOON)])).toThrow(
      `a record at unix time ${NOON} comes after later ones`,
    );
  });

  it('of exposures is that of their first scans, day by day', () => {
    const records = ['b', 'a', 'c'].map((transmitter, k) => sighting(NOON + 100 * k, { transmitter }));
    const again = sighting(NOON + 300, { transmitter: 'a' });
    expect(assembled([...records, again]).map(({ transmitter }) => transmitter)).toEqual(['b', 'a', 'c']);
  });
});

describe('streaming', () => {
  const perDay = (day: number): readonly Sighting[] =>
    Array.from({ length: 48 }, (_, k) =>
      sighting(MIDNIGHT + day * SECONDS_PER_DAY + k * 1800, { transmitter: `${k % 8}` }),
    );

  it('hands out every day as soon as the next one has begun for 10 minutes', () => {
    const assembler = new Assembler(defaults);
    for (let day = 0; day < 30; day++) {
      const [first, ...rest] = perDay(day);
      expect(assembler.add([first!])).toEqual([]);
      const ready = assembler.add(rest);
      expect(ready.map((own) => own.day)).toEqual(day === 0 ? [] : Array.from({ length: 8 }, () => 18_472 + day));
    }
    expect(assembler.finish()).toHaveLength(8);
    expect(assembler.finish()).toEqual([]);
  });

  it.each([
    [599, 0],
    [600, 1],
  ])('%d s after midnight %d days are complete', (seconds, days) => {
    const assembler = new Assembler(defaults);
    assembler.add([sighting(MIDNIGHT - 60)]);
    expect(assembler.add([sighting(MIDNIGHT + seconds, { receiver: 's' })])).toHaveLength(days);
  });

  it('closes the day of a receiver that never pauses', () => {
    const assembler = new Assembler(defaults);
    const times = Array.from({ length: 400 }, (_, k) => MIDNIGHT - 10 + 5 * k);
    const [own] = assembler.add(times.map((time) => sighting(time)));
    expect([own!.day, timesOf(own!)]).toEqual([18_472, [MIDNIGHT - 10]]);
    expect(timesOf(assembler.finish()[0]!).slice(0, 2)).toEqual([MIDNIGHT + 20, MIDNIGHT + 50]);
  });

  it('keeps a day open while a scan that began in it goes on', () => {
    const assembler = new Assembler({ ...defaults, scanGap: 900 });
    expect(assembler.add([-10, 400, 790].map((time) => sighting(MIDNIGHT + time)))).toEqual([]);
    const [own] = assembler.add([sighting(MIDNIGHT + 3600)]);
    expect([own!.day, timesOf(own!)]).toEqual([18_472, [MIDNIGHT - 10]]);
  });

  it('passes on what already is an exposure at once, with the truth that came before it', () => {
    const assembler = new Assembler(defaults);
    const truth = (user: string): TraceRecord => ({ type: 'truth', user, label: true });
    const ready = (user: string): TraceRecord => ({ type: 'exposure', user, minutes: 5, attenuation: 60 });
    const records = [ready('v'), truth('u'), ready('u')];
    expect(assembler.add(records).map(({ label }) => label)).toEqual([undefined, true]);
    expect(codeOf(() => assembler.add([truth('v')]))).toBe('E-TRACE-ORDER');
  });

  it('says where a record stands that cannot be used, if it is told', () => {
    const placeOf = (records: readonly TraceRecord[], index: number) => ({ file: `${records.length}`, line: index });
    const wrong: TraceRecord = { type: 'truth', label: true };
    expect(() => assembled([sighting(NOON), wrong], { placeOf })).toThrow(
      expect.objectContaining({ code: 'E-FILE-INVALID', place: { file: '2', line: 1 } }),
    );
  });

  it('counts at most two million people in cells, who share one object a cell and label', () => {
    const cell = (positives: number, negatives: number): TraceRecord => ({
      type: 'cell',
      D: 5,
      A: 3,
      positives,
      negatives,
    });
    const assembler = new Assembler(defaults);
    const exposures = assembler.add([cell(1, 999_999), cell(1_000_000, 0)]);
    expect([exposures.length, new Set(exposures).size]).toEqual([2_000_000, 3]);
    expect(() => assembler.add([cell(0, 1)])).toThrow(
      expect.objectContaining({
        code: 'E-FILE-INVALID',
        message: 'the cells count more than 2000000 exposures in all',
        hint: expect.stringContaining('divide'),
      }),
    );
  });

  it('labels exposures of sightings by the truth of the pair and its day', () => {
    const truths: readonly TraceRecord[] = [
      { type: 'truth', receiver: 'r', transmitter: 't', label: true },
      { type: 'truth', receiver: 'r', transmitter: 't', day: 18_474, label: false },
    ];
    const records = [0, 1, 2].map((day) => sighting(NOON + day * SECONDS_PER_DAY));
    expect(assembled([...truths, ...records]).map(({ label }) => label)).toEqual([true, false, true]);
  });

  it('gives no empty batches', async () => {
    async function* batches() {
      yield* [[sighting(NOON)], [], [sighting(NOON + SECONDS_PER_DAY)], [sighting(NOON + SECONDS_PER_DAY + 60)]];
    }
    const sizes: number[] = [];
    for await (const batch of assemble(batches(), defaults)) sizes.push(batch.length);
    expect(sizes).toEqual([1, 1]);
  });
});
