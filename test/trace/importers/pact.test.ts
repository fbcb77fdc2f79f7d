import { describe, expect, it } from 'vitest';
import { pact } from '../../../src/trace/importers/pact.ts';
import { fileWith, fixture, importAll, importError } from '../../helpers/imports.ts';

const FEET = { units: { distance: 'ft' } };
const line = (name: string, rest = '8.0,611332489.5', rssi: number | string = -60): string =>
  `2020-05-16T14:34:49.500Z,Bluetooth,ID,${rssi},${name},${rest}`;
const range = (value: string): string => `2020-05-16T14:34:49.000Z,Range,${value}`;
const importLines = (lines: readonly string[], options = FEET) =>
  importAll(pact, 'sighting', fileWith('log.txt', `${lines.join('\n')}\n`), options);

describe('a PACT log', () => {
  it('gives sightings at the time since 2001, with the range of the partner alone', async () => {
    const { records, tally } = await importAll(pact, 'sighting', fixture('pact-log.txt'), FEET);
    expect(records).toHaveLength(50);
    expect(records[0]).toMatchObject({
      receiver: 'pact-log',
      receiverModel: 'iPhone 11 Pro Max',
      transmitter: 'PARTNER',
    });
    expect(records[0]?.time).toBe(1_589_900_001.25);
    const partner = records.filter(({ transmitter }) => transmitter === 'PARTNER').map(({ distance }) => distance!);
    expect(partner).toHaveLength(40);
    for (const [k, distance] of partner.entries()) expect(distance).toBeCloseTo((k < 20 ? 6 : 15) * 0.3048, 12);
    const others = records.filter(({ transmitter }) => transmitter !== 'PARTNER');
    expect(others.every(({ transmitter, distance }) => transmitter === 'BYSTANDER' && distance === null)).toBe(true);
    expect(tally.rejected).toEqual(
      new Map([
        ['RSSI outside -110..0 dBm', 4],
        ['incomplete Bluetooth line', 1],
      ]),
    );
    expect(tally.notices).toEqual(
      new Map([
        ['line times are local time: seconds since 2001 used', 50],
        ['transmit power unknown (-999)', 10],
        ['not the test phone: distance unknown', 10],
      ]),
    );
    expect(tally.timeUnit).toBe('s since 2001-01-01');
    expect(tally.devices).toEqual(
      new Map([
        ['pact-log', 'iPhone 11 Pro Max'],
        ['PARTNER', undefined],
        ['BYSTANDER', undefined],
      ]),
    );
  });

  it('without a named test phone holds one pair: Range is the distance of all', async () => {
    const { records } = await importLines([range('10'), line('None'), range('?'), line('None'), range('2'), line('X')]);
    expect(records.map(({ distance }) => distance)).toEqual([10 * 0.3048, null, 2 * 0.3048]);
  });

  it.each([
    ['m', 6],
    ['cm', 0.06],
    ['ft', 6 * 0.3048],
  ])('Range in %s', async (distance, metres) => {
    const { records } = await importLines([range('6'), line('TestPhone3')], { units: { distance } });
    expect(records[0]?.distance).toBeCloseTo(metres, 12);
  });

  it('needs no unit where it has no Range, and knows no distance before the first', async () => {
    const { records, tally } = await importLines([line('BlueProxTx')], { units: {} } as never);
    expect(records[0]?.distance).toBeNull();
    expect(tally.notices.size).toBe(0);
  });

  it.each([
    ['Device,iPhone XR,Phone of B', 'iPhone XR'],
    ['receiver, iPhone 11,Phone of B', 'iPhone 11'],
    ['self_tester, ,Phone of B', undefined],
    ['beacon, ,iPhone 11', undefined],
  ])('"%s" makes the receiver %s', async (header, model) => {
    const { records } = await importLines([`2020-05-16T14:34:49.000Z,${header}`, line('None')]);
    expect(records[0]?.receiverModel).toBe(model);
  });

  it('UTC line times are not called local', async () => {
    const { tally } = await importLines([line('None')]);
    expect(tally.notices.size).toBe(0);
  });

  it.each([
    ['14:35:49.500Z', 0],
    ['14:35:50.501Z', 1],
    ['14:33:49.500Z', 0],
    ['14:33:48.499Z', 1],
  ])('a line time of %s is called local %d times', async (clock, notices) => {
    const { tally } = await importLines([line('None').replace('14:34:49.500Z', clock)]);
    expect(tally.notices.size).toBe(notices);
  });

  it.each([
    ['499999999.9', 0],
    ['500000000', 1],
  ])('%s seconds since 2001 make %d sightings', async (seconds, used) => {
    const { records } = await importLines([line('None'), line('None', `8.0,${seconds}`)]);
    expect(records).toHaveLength(1 + used);
  });

  it.each([
    ['a cut line', '2020-05-16T14:34:49.500Z,Bluetooth,ID,-60,None,8.0'],
    ['a cut last field', line('None', '8.0,6113')],
    ['no RSSI', line('None', '8.0,611332489.5', '')],
    ['a word for RSSI', line('None', '8.0,611332489.5', 'weak')],
    ['another log, with the channel last', '2020-05-16T14:34:49.500Z,Bluetooth,aa:bb,-60,8.0,611332489.5,37'],
  ])('%s is counted', async (_what, bad) => {
    const { records, tally } = await importLines([line('None'), bad]);
    expect(records).toHaveLength(1);
    expect(tally.rejected).toEqual(new Map([['incomplete Bluetooth line', 1]]));
  });
});

describe('bad input', () => {
  it('a Range without a declared unit is refused with its line', async () => {
    const error = await importError(pact, fixture('pact-log.txt'));
    expect(error.code).toBe('E-UNITS');
    expect(error.message).toBe('"Range,6" has no unit');
    expect(error.place?.line).toBe(3);
    expect(error.hint).toContain('--units distance=ft');
  });

  it('an unknown unit is refused with those there are', async () => {
    const error = await importError(pact, fixture('pact-log.txt'), { units: { distance: 'yd' } });
    expect(error.code).toBe('E-UNITS');
    expect(error.hint).toBe('use one of m, cm, ft');
  });

  it('a truncated gzip file is an error, not a shorter log', async () => {
    expect((await importError(pact, fixture('pact-truncated.txt.gz'), FEET)).code).toBe('E-FILE-TRUNCATED');
  });
});
