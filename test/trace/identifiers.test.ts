import { describe, expect, it } from 'vitest';
import { openText, textError } from '../helpers/traces.ts';

const RPI = '8be6cd371c5c891604bfbe49df845096';
const AEM = '72033874';
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

describe('identifiers-csv', () => {
  it('gives sightings whose transmitter is the identifier; the receiver is the file where no column names it', async () => {
    const text = `time,rpi,aem,rssi\n1600000000,${RPI},${AEM},-60\n2020-09-13T12:30:00Z,${RPI},,\n`;
    const { records, tally, importer } = await openText(text, {}, 'pi-3.csv');
    expect(importer.name).toBe('identifiers-csv');
    const heard = { type: 'sighting', receiver: 'pi-3', transmitter: RPI, rpi: RPI };
    expect(records).toEqual([
      { ...heard, time: 1_600_000_000, aem: AEM, rssi: -60 },
      { ...heard, time: 1_600_000_200, rssi: null },
    ]);
    expect(tally).toMatchObject({ rows: 2, used: 2, timeUnit: 'unix s, ISO 8601' });
  });

  it('takes receivers and their models from columns', async () => {
    const text = `timestamp;rolling_proximity_identifier;receiver;receiverModel\n1600000000;${RPI};pi;SM-G973F\n`;
    const { records } = await openText(text);
    expect(records).toMatchObject([{ receiver: 'pi', receiverModel: 'SM-G973F', rssi: null }]);
  });

  it.each([
    ['upper case', RPI.toUpperCase()],
    ['colons', RPI.replaceAll(/(..)(?=.)/g, '$1:')],
    ['0x', `0x${RPI}`],
    ['base64', base64(RPI)],
    ['base64 without padding', base64(RPI).replace(/=+$/, '')],
  ])('reads bytes in %s', async (_, cell) => {
    const { records } = await openText(`time,rpi\n1600000000,${cell}\n`);
    expect(records).toMatchObject([{ rpi: RPI }]);
  });

  it('reads 127 dBm as unknown, and rejects by reason', async () => {
    const rows = [
      `1600000000,${RPI},${AEM},127`,
      `1600000001,${RPI.slice(2)},${AEM},-60`,
      `1600000002,${RPI}00,${AEM},-60`,
      `1600000003,zz${RPI.slice(2)},${AEM},-60`,
      `1600000004,,${AEM},-60`,
      `1600000005,${RPI},${AEM}00,-60`,
      `1600000006,${RPI},${AEM},20`,
      `1600000007,${RPI},${AEM},weak`,
      `soon,${RPI},${AEM},-60`,
      `9999-12-31,${RPI},${AEM},-60`,
      `1600000000,${RPI},${AEM},127`,
    ];
    const { records, tally } = await openText(`time,rpi,aem,rssi\n${rows.join('\n')}\n`);
    expect(records).toMatchObject([{ rssi: null }]);
    expect(Object.fromEntries(tally.rejected)).toEqual({
      'rpi is not 16 bytes in hex or base64': 4,
      'aem is not 4 bytes in hex or base64': 1,
      'RSSI outside -110..0 dBm': 1,
      'RSSI not a number': 1,
      'time not understood': 1,
      'date outside 1970..2100': 1,
      'exact duplicate of an earlier row': 1,
    });
  });

  it.each([
    ['no row can be used', 'time,rpi\n1600000000,abc\n', {}, 'E-FILE-INVALID', 'none of the 1 rows'],
    ['days and months', `time,rpi\n3/4/2020,${RPI}\n`, {}, 'E-DATE-AMBIGUOUS', '3/4/2020'],
    ['no identifiers', 'time,id\n1,2\n', { from: 'identifiers-csv' }, 'E-FILE-INVALID', 'no column rpi'],
  ])('ends with an error: %s', async (_, text, options, code, message) => {
    const error = await textError(text, options);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});
