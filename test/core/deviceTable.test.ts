import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInDeviceTable, DeviceTable, parseDeviceTable } from '../../src/core/deviceTable.ts';
import { type BuiltInTable, builtInTables } from '../../src/core/deviceTables.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import { hasRealData, realData } from '../helpers/imports.ts';

const HEADER = 'oem,model,rssi correction (dB),tx (dBm),has direct measurement';

const errorOf = (work: () => unknown): EnlabError => {
  try {
    work();
  } catch (error) {
    return error as EnlabError;
  }
  throw new Error('no error');
};

describe('attenuation = tx of the transmitter - (rssi + rx of the receiver)', () => {
  const table = new DeviceTable(
    'test',
    new Map([
      ['A', [3, -20] as const],
      ['B', [-4, -30] as const],
    ]),
  );

  it.each([
    [-60, 'A', 'B', -30 - (-60 + 3)],
    [-60, 'B', 'A', -20 - (-60 - 4)],
    [-60, 'A', 'A', 37],
    [-10, 'A', 'B', 0],
    [-33, 'A', 'B', 0],
    [-34, 'A', 'B', 1],
  ])('rssi %d dBm, %s hears %s: %d dB', (rssi, receiver, transmitter, attenuation) => {
    expect(table.attenuationOf(rssi, receiver, transmitter)).toBe(attenuation);
  });

  it('is never negative and falls by what the RSSI rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: -110, max: 0 }), fc.integer({ min: 0, max: 20 }), (rssi, louder) => {
        const far = table.attenuationOf(rssi, 'A', 'B')!;
        const near = table.attenuationOf(rssi + louder, 'A', 'B')!;
        expect(near).toBe(Math.max(0, far - louder));
        expect(near).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the dated tables', () => {
  it.each<[BuiltInTable, string, readonly [number, number]]>([
    ['200613', 'SM-G973F', [-3, -24]],
    ['200813', 'SM-G973F', [5, -24]],
    ['200813', 'SM-A405FN', [5, -24]],
    ['201214', 'SM-G973F', [2, -29]],
    ['201214', 'SM-G970F', [5, -25]],
    ['201214', 'SM-A405FN', [2, -23]],
    ['201214', 'SM-A515F', [2, -28]],
    ['201214', 'SM-A908B', [5, -25]],
    ['201214', 'SM-G981B/DS', [5, -25]],
  ])('%s has %s as in datasets.md', (name, model, [rx, tx]) => {
    expect(builtInDeviceTable(name).attenuationOf(-70, model, model)).toBe(tx - (-70 + rx));
  });

  it('print their date', () => {
    expect(builtInDeviceTable('201214').name).toBe('201214');
  });
});

describe('unknown models', () => {
  it('are null at once and named together, each once, with what has no model', () => {
    const table = builtInDeviceTable('201214');
    expect(table.attenuationOf(-60, 'Pixel 4', 'SM-G973F')).toBeNull();
    expect(table.attenuationOf(-60, 'SM-G973F', 'iPhone 11')).toBeNull();
    expect(table.attenuationOf(-60, 'Pixel 4', undefined)).toBeNull();
    const error = errorOf(() => table.assertAllKnown());
    expect(error.code).toBe('E-DEVICE-UNKNOWN');
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe('device table 201214 does not know: (no model), Pixel 4, iPhone 11');
  });

  it('can be named for one sighting, without being remembered', () => {
    const table = builtInDeviceTable('201214');
    expect(table.lacking('Pixel 4', 'Pixel 4')).toEqual(['Pixel 4']);
    expect(table.lacking('', undefined)).toEqual(['(no model)']);
    expect(table.lacking('SM-G981B/DS', 'SM-G973F')).toEqual([]);
    expect(builtInDeviceTable('201214', [1, -26]).lacking('Pixel 4', undefined)).toEqual([]);
    expect(() => table.assertAllKnown()).not.toThrow();
  });

  it('are no error where none was asked for', () => {
    const table = builtInDeviceTable('201214');
    table.attenuationOf(-60, 'SM-G973F', 'SM-G970F');
    expect(() => table.assertAllKnown()).not.toThrow();
  });

  it('take the fallback, which the name shows', () => {
    const table = builtInDeviceTable('201214', [1, -26]);
    expect(table.attenuationOf(-60, 'Pixel 4', undefined)).toBe(-26 - (-60 + 1));
    expect(table.attenuationOf(-60, 'Pixel 4', 'SM-G973F')).toBe(-29 - (-60 + 1));
    expect(() => table.assertAllKnown()).not.toThrow();
    expect(table.name).toBe('201214, unknown models [1, -26]');
  });

  it('find a model with a suffix, unless the table has the whole name', () => {
    const table = new DeviceTable(
      't',
      new Map([
        ['SM-G981B', [1, -20] as const],
        ['N23 Yoga/Flex', [2, -30] as const],
      ]),
    );
    expect(table.attenuationOf(-60, 'SM-G981B/DS', 'SM-G981B')).toBe(39);
    expect(table.attenuationOf(-60, 'N23 Yoga/Flex', 'N23 Yoga/Flex')).toBe(28);
    expect(table.attenuationOf(-60, 'N23 Yoga', 'SM-G981B')).toBeNull();
  });
});

describe("Google's CSV", () => {
  it('is read with quoted fields, quotes in names, a byte order mark and Windows line ends', () => {
    const text = `\uFEFF${HEADER}\r\nSharp,"LC-xx ""50"", wide",-4,-26,no\r\nX,Plain,-2.5,-20,yes\r\n`;
    const table = parseDeviceTable(text, 'table.csv');
    expect(table.attenuationOf(-60, 'LC-xx "50", wide', 'Plain')).toBe(-20 - (-60 - 4));
    expect(table.attenuationOf(-60, 'Plain', 'LC-xx "50", wide')).toBe(-26 - (-60 - 2.5));
    expect(table.name).toBe('table.csv');
  });

  it('leaves out a name that two makers use with different figures, not one they agree on', () => {
    const table = parseDeviceTable(
      `${HEADER}\nLava,A1,-6,-27,no\nZTE,A1,-5,-25,no\nQ,Same,1,-20,no\nR,Same,1,-20,no\n`,
      'f',
    );
    expect(table.attenuationOf(-60, 'A1', 'Same')).toBeNull();
    expect(table.attenuationOf(-60, 'Same', 'Same')).toBe(39);
  });

  it.each([
    ['another header', 'a,b,c\n1,2,3\n', 'E-FILE-FORMAT', 1],
    ['no content', '', 'E-FILE-FORMAT', 1],
    ['a word for a figure', `${HEADER}\nX,A,-1,-20,no\nX,B,low,-20,no\n`, 'E-FILE-INVALID', 3],
    ['no figure', `${HEADER}\nX,A,-1,,no\n`, 'E-FILE-INVALID', 2],
    ['too few columns', `${HEADER}\nX,A,-1,-20,no\nX,B\n`, 'E-FILE-INVALID', 3],
    ['an open quote', `${HEADER}\nX,"A,-1,-20,no\n`, 'E-FILE-INVALID', undefined],
  ])('names the line of %s', (_what, text, code, line) => {
    const error = errorOf(() => parseDeviceTable(text, 'bad.csv'));
    expect(error.code).toBe(code);
    expect(error.place?.file).toBe('bad.csv');
    if (line !== undefined) expect(error.place?.line).toBe(line);
  });

  it.skipIf(!hasRealData)('of 13 June 2020 agrees with the built-in table 200613', () => {
    const path = realData('leith-tram/EN Calibration June 13th.csv');
    const table = parseDeviceTable(readFileSync(path, 'utf8'), path);
    const builtIn = builtInDeviceTable('200613');
    for (const model of Object.keys(builtInTables['200613'])) {
      expect(table.attenuationOf(-70, model, model)).toBe(builtIn.attenuationOf(-70, model, model));
      expect(table.attenuationOf(-70, model, 'AST21')).toBe(-22 - (-70 - 3));
    }
    expect(table.attenuationOf(-70, '2T-C40AE1T"', 'AST21')).toBe(-22 - (-70 - 4));
    expect(table.attenuationOf(-70, 'XT1706', 'AST21')).toBeNull();
  });
});
