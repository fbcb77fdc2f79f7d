import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/core/records.ts';
import { checkRecord, isKnownRecord } from '../../src/trace/recordCheck.ts';
import { mutatedRecord, validRecord } from '../helpers/recordArbitraries.ts';
import { sighting } from '../helpers/traces.ts';

const check = (value: unknown) => {
  const unknown: string[] = [];
  return { result: checkRecord(value, (field) => unknown.push(field)), unknown };
};
const numRuns = 3000;

describe('the compiled check and the schema', () => {
  it('agree on valid records, which all take the fast way', () => {
    fc.assert(
      fc.property(validRecord, (record) => {
        expect(recordSchema.safeParse(record).success).toBe(true);
        expect(isKnownRecord(record)).toBe(true);
      }),
      { numRuns },
    );
  });

  it('agree on mutated records: what the check accepts, the schema returns unchanged', () => {
    let refused = 0;
    fc.assert(
      fc.property(mutatedRecord, (value) => {
        const { success, data } = recordSchema.safeParse(value);
        if (isKnownRecord(value)) expect(data).toEqual(value);
        const { result, unknown } = check(value);
        expect('problem' in result).toBe(!success);
        if (!success) refused++;
        else if (!Object.values(value).includes(undefined)) {
          expect(result).toEqual(data);
          expect(isKnownRecord(value)).toBe(unknown.length === 0);
        }
      }),
      { numRuns },
    );
    expect(refused).toBeGreaterThan(numRuns / 5);
  });
});

describe('checkRecord', () => {
  it.each([
    ['a number', 5, 'a record is a JSON object'],
    ['null', null, 'a record is a JSON object'],
    ['a list', [sighting], 'a record is a JSON object'],
    ['no type', {}, 'type must be one of sighting, scan, histogram, window, exposure, cell, truth'],
    ['another type', { type: 'contact' }, 'type must be one of'],
    ['RSSI out of range', { ...sighting, rssi: 20 }, 'rssi: '],
    ['a missing field', { type: 'sighting', time: 5, receiver: 'r' }, 'transmitter: '],
    ['negative minutes', { type: 'exposure', minutes: -1, attenuation: 50 }, 'minutes: '],
    ['neither attenuation nor buckets', { type: 'exposure', minutes: 1 }, 'attenuation or buckets must be given'],
    ['D above 8', { type: 'cell', D: 9, A: 1, positives: 0, negatives: 0 }, 'D: '],
    ['edges that fall', { type: 'histogram', edges: [5, 4], minutes: [1] }, 'edges must increase'],
    ['too few minutes', { type: 'histogram', edges: [4, 5, 6], minutes: [1] }, 'edges must increase and be one more'],
    [
      'a nested field',
      { type: 'window', day: 1, reportType: 1, infectiousness: 1, scans: [{ min: 1, typical: 300, seconds: 1 }] },
      'scans.0.typical: ',
    ],
  ])('explains %s', (_name, value, problem) => {
    expect(check(value).result).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('keeps unknown fields out and names them, nested ones without their index', () => {
    const scan = { min: 1, typical: 2, seconds: 3 };
    const window = { type: 'window', day: 1, reportType: 1, infectiousness: 1, scans: [scan, scan] };
    const given = { ...window, scans: window.scans.map((instance) => ({ ...instance, rssi: -5 })), note: { a: 1 } };
    expect(check(given)).toEqual({ result: window, unknown: ['scans.rssi', 'scans.rssi', 'note'] });
  });
});
