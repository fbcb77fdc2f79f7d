import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { robertHello } from '../../../src/trace/importers/robertHello.ts';
import { fileWith, fixture, hasRealData, importAll, importError, realData } from '../../helpers/imports.ts';

const HEADER = 'mac,timeCollectedOnDevice,timeFromHelloMessage,rssiCalibrated';
const CONTRADICTS = 'HELLO time contradicts device time by more than 180 s';
const NTP_OFFSET = 2_208_988_800;
const csv = (rows: readonly string[]): string => fileWith('R1_B.csv', `${[HEADER, ...rows].join('\n')}\n`);
/** A HELLO sent at `sent`, collected by a phone `delay` s later. */
const hello = (sent: number, delay: number): string => `AAEC,${sent + delay},${(sent + NTP_OFFSET) % 65_536},-60`;

describe.skipIf(!hasRealData)('the public traces', () => {
  const names = hasRealData ? readdirSync(realData('robert-traces/')).filter((name) => name.endsWith('.csv')) : [];

  it.each(names)('%s is used whole, its clock being two hours ahead', async (name) => {
    const path = realData(`robert-traces/${name}`);
    const rows = readFileSync(path, 'utf8').trim().split('\n').length - 1;
    const { records, tally } = await importAll(robertHello, 'sighting', path);
    expect(records).toHaveLength(rows);
    expect(tally.notices).toEqual(new Map([['device clock 7200 s from HELLO time (time zone), left as it is', rows]]));
    expect(records.every(({ receiver }) => receiver === name.replace('.csv', ''))).toBe(true);
    expect(records.every(({ time }, k) => k === 0 || time >= records[k - 1]!.time)).toBe(true);
  });

  it('R1_AA00 starts with the figures of its first line', async () => {
    const { records, tally } = await importAll(robertHello, 'sighting', realData('robert-traces/R1_AA00.csv'));
    const first = {
      type: 'sighting',
      time: 1_590_015_629,
      receiver: 'R1_AA00',
      transmitter: 'xYOJ8lgNbyc=',
      rssi: -69,
    };
    expect(records[0]).toEqual(first);
    expect(tally.timeUnit).toBe('unix s');
    expect([...tally.devices.keys()]).toEqual(['R1_AA00', 'xYOJ8lgNbyc=']);
  });
});

describe('the 16-bit time', () => {
  it('wraps without harm; replayed, early and malformed HELLOs are rejected by reason', async () => {
    const { records, tally } = await importAll(robertHello, 'sighting', fixture('robert-wrap.csv'));
    expect(records).toHaveLength(20);
    expect(tally.rejected).toEqual(
      new Map([
        [CONTRADICTS, 2],
        ['RSSI outside -110..0 dBm', 1],
        ['timeFromHelloMessage outside 0..65535', 1],
      ]),
    );
  });

  it.each([
    [180, 1],
    [181, 0],
    [-180, 1],
    [-181, 0],
    [32_768, 0],
    [65_536, 1],
  ])('a HELLO of age %d s is used %d times', async (age, used) => {
    const steady = Array.from({ length: 5 }, (_, k) => hello(1_590_000_000 + k, 2));
    const { records } = await importAll(robertHello, 'sighting', csv([...steady, hello(1_590_000_010, age)]));
    expect(records).toHaveLength(5 + used);
  });

  it('does not depend on where the 16 bits stand, nor on the quarter of an hour the clock is off', async () => {
    const starts = fc.integer({ min: 1_580_000_000, max: 1_620_000_000 });
    const quarters = fc.integer({ min: -48, max: 56 });
    await fc.assert(
      fc.asyncProperty(starts, quarters, fc.integer({ min: 0, max: 180 }), async (start, quarter, delay) => {
        const rows = [0, 10, 20, 30].map((k) => hello(start + k, quarter * 900 + (k === 30 ? delay : 1)));
        const { records } = await importAll(robertHello, 'sighting', csv(rows));
        expect(records).toHaveLength(4);
      }),
      { numRuns: 40 },
    );
  });
});

describe('bad input', () => {
  it.each([
    ['a cut last line', 'AAEC,1590000000,5'],
    ['too many fields', 'AAEC,1590000000,5,-60,1'],
    ['no identifier', ',1590000000,5,-60'],
    ['a word for a number', 'AAEC,1590000000,5,NaN'],
  ])('%s is counted with its line', async (_what, row) => {
    const { records, tally } = await importAll(robertHello, 'sighting', csv([hello(1_590_000_000, 1), row]));
    expect(records).toHaveLength(1);
    expect(tally.rejected).toEqual(new Map([['incomplete HELLO line', 1]]));
    expect(tally.rejectedLines.get('incomplete HELLO line')).toEqual([3]);
  });

  it('another header is another format', async () => {
    const error = await importError(robertHello, fileWith('x.csv', 'mac,time,rssi\n'));
    expect(error).toMatchObject({ code: 'E-FILE-FORMAT', place: { line: 1 } });
  });
});
