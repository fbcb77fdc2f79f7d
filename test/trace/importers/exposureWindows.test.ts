import { describe, expect, it } from 'vitest';
import { exposuresOf } from '../../../src/risk/ready.ts';
import { exposureWindows } from '../../../src/trace/importers/exposureWindows.ts';
import { fileWith, fixture, importAll, importError } from '../../helpers/imports.ts';
import { judge } from '../../helpers/riskFixtures.ts';

const scan = { minAttenuationDb: 40, typicalAttenuationDb: 45, secondsSinceLastScan: 120 };
const window = { dateMillisSinceEpoch: 18_567 * 86_400_000, reportType: 1, infectiousness: 2, scanInstances: [scan] };
const importJson = (value: unknown) => importAll(exposureWindows, 'window', fileWith('w.json', JSON.stringify(value)));
const errorOf = (value: unknown) => importError(exposureWindows, fileWith('w.json', JSON.stringify(value)));

describe('exposure windows', () => {
  const record = {
    type: 'window',
    day: 18_567,
    reportType: 1,
    infectiousness: 2,
    scans: [{ min: 40, typical: 45, seconds: 120 }],
  };

  it.each([
    ['array', JSON.stringify([window, window])],
    ['NDJSON', `${JSON.stringify(window)}\n${JSON.stringify(window)}\n`],
    ['member', JSON.stringify({ version: 1, exposureWindows: [window, window] })],
  ])('as %s', async (_layout, text) => {
    const { records, tally } = await importAll(exposureWindows, 'window', fileWith('w.json', text));
    expect(records).toEqual([record, record]);
    expect(tally.notices.size).toBe(0);
    expect(tally.timeUnit).toBe('unix ms');
    expect([tally.first, tally.last]).toEqual([18_567 * 86_400, 18_567 * 86_400]);
  });

  it('an age is the days since exposure, so that rules of the last 10 days can use it', async () => {
    const long = { ...scan, secondsSinceLastScan: 1200 };
    const aged = [10, 11].map((ageInDays) => ({ ...window, ageInDays, scanInstances: [long] }));
    const { records } = await importJson([...aged, { ...window, scanInstances: [long] }]);
    expect(records.map(({ daysSinceExposure }) => daysSinceExposure)).toEqual([10, 11, undefined]);
    const alerts = records.map((own) => judge('swisscovid-2020-09-10', exposuresOf(own, 'file')).alert);
    expect(alerts).toEqual([true, false, true]);
  });

  it('what real files break is counted and kept', async () => {
    const { records, tally } = await importAll(exposureWindows, 'window', fixture('windows-oddities.json'));
    expect(records).toHaveLength(5);
    expect(records[1]?.scans.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(2100);
    expect(records[2]).toMatchObject({ reportType: 4, infectiousness: 2, calibrationConfidence: 3 });
    expect(records[2]?.scans.map(({ seconds }) => seconds)).toEqual([-60, 137, 180]);
    expect(records[3]).toMatchObject({ day: records[0]!.day + 2 });
    expect(records[3]).not.toHaveProperty('infectiousness');
    expect(records[4]?.scans).toEqual([]);
    expect(tally.notices).toEqual(
      new Map([
        ['window longer than 1,800 s', 1],
        ['scan instance of negative seconds', 1],
        ['scan interval other than 0, 120, 180, 240, 300 s', 1],
        ['typical attenuation below the minimum', 1],
        ['no infectiousness: unknown', 1],
        ['date is not midnight UTC: its UTC day is used', 1],
      ]),
    );
    expect(tally.rejected).toEqual(new Map([['attenuation outside 0..255 dB', 1]]));
  });

  it('the spelling of iOS and of the CWA test cases', async () => {
    const { records, tally } = await importAll(exposureWindows, 'window', fixture('windows-ios.json'));
    expect(records.map(({ day }) => day)).toEqual([100, 99, 98, 97, 100, 99, 98, 97, 100]);
    expect(records.map(({ day, daysSinceExposure }) => day + daysSinceExposure!)).toEqual(records.map(() => 100));
    expect(records.slice(0, 4).map(({ reportType }) => reportType)).toEqual([1, 3, 4, 1]);
    expect(records.slice(0, 2).map(({ infectiousness }) => infectiousness)).toEqual([1, 2]);
    expect(records.every(({ calibrationConfidence }) => calibrationConfidence === 2)).toBe(true);
    expect(tally.notices).toEqual(new Map([['age in days only: counted back from 1970-04-11', 9]]));
    expect(tally.timeUnit).toBe('days ago');
    expect(tally.first).toBeUndefined();
  });

  it.each([
    [0, 'UNKNOWN'],
    [1, 'confirmedTest'],
    [2, 'CONFIRMED_CLINICAL_DIAGNOSIS'],
    [3, 'self report'],
    [4, 'RECURSIVE'],
    [5, 'revoked'],
  ])('report type %d is called %s', async (reportType, name) => {
    const { records } = await importJson([{ ...window, reportType: name }]);
    expect(records[0]?.reportType).toBe(reportType);
  });

  it.each([
    [0, 'NONE', 0, 'LOWEST'],
    [1, 'STANDARD', 1, 'LOW'],
    [2, 'HIGH', 2, 'MEDIUM'],
    [2, 'high', 3, 'HIGH'],
  ])('infectiousness %d is called %s, confidence %d %s', async (level, name, confidence, confidenceName) => {
    const named = { ...window, infectiousness: name, calibrationConfidence: confidenceName };
    const { records } = await importJson([
      named,
      { ...window, infectiousness: level, calibrationConfidence: confidence },
    ]);
    expect(records[0]).toMatchObject({ infectiousness: level, calibrationConfidence: confidence });
    expect(records[1]).toEqual(records[0]);
  });

  it('a byte of attenuation, a day between scans and 1,800 s in all are still ordinary', async () => {
    const widest = { minAttenuationDb: 255, typicalAttenuationDb: 255, secondsSinceLastScan: 300 };
    const { tally } = await importJson([{ ...window, scanInstances: Array.from({ length: 6 }, () => widest) }]);
    expect([...tally.rejected, ...tally.notices]).toEqual([]);
    const days = [86_400, -86_400].map((secondsSinceLastScan) => ({ ...scan, secondsSinceLastScan }));
    expect((await importJson([{ ...window, scanInstances: days }])).records).toHaveLength(1);
  });

  it('one second more is a long window', async () => {
    const scans = [1800, 1].map((secondsSinceLastScan) => ({ ...scan, secondsSinceLastScan }));
    expect(
      (await importJson([{ ...window, scanInstances: scans }])).tally.notices.get('window longer than 1,800 s'),
    ).toBe(1);
  });

  it.each([
    ['a scan interval above a day', { ...scan, secondsSinceLastScan: 86_401 }, 'scan interval above one day'],
    ['a negative attenuation', { ...scan, minAttenuationDb: -1 }, 'attenuation outside 0..255 dB'],
    ['an attenuation above a byte', { ...scan, typicalAttenuationDb: 256 }, 'attenuation outside 0..255 dB'],
  ])('%s is rejected', async (_what, bad, reason) => {
    const { records, tally } = await importJson([window, { ...window, scanInstances: [scan, bad] }]);
    expect(records).toHaveLength(1);
    expect(tally.rejected).toEqual(new Map([[reason, 1]]));
  });
});

describe('the list of windows', () => {
  it('may stand behind a note that is longer than what detectors see', async () => {
    for (const size of [70_000, 2 ** 20 - 20]) {
      const { records } = await importJson({ note: 'n'.repeat(size), exposureWindows: [window] });
      expect(records).toHaveLength(1);
    }
  });

  it.each([
    ['inside another list', { testCases: [{ exposureWindows: [window] }] }],
    ['without an entry', { exposureWindows: [] }],
  ])('%s: the error says what was looked for', async (_what, value) => {
    const error = await errorOf(value);
    expect(error.code).toBe('E-FILE-EMPTY');
    expect(error.message).toBe('no entry in a list "exposureWindows" at the top of the document');
    expect(error.hint).toContain('.exposureWindows');
  });

  it('under another name: the error lists the layouts', async () => {
    const error = await errorOf({ windows: [window] });
    expect(error.message).toMatch(/^window 1: /);
    expect(error.hint).toContain('in the list "exposureWindows" of one object');
  });
});

describe('bad input', () => {
  it.each([
    [
      'an unknown report type',
      { ...window, reportType: 'LAB' },
      /^window 2: reportType: must be 0\.\.5 or one of UNKNOWN/,
    ],
    ['a number beyond the enumeration', { ...window, infectiousness: 3 }, /^window 2: infectiousness: must be 0\.\.2/],
    ['no date', { ...window, dateMillisSinceEpoch: undefined }, /^window 2: dateMillisSinceEpoch or ageInDays/],
    ['no scans', { ...window, scanInstances: undefined }, /^window 2: scanInstances: /],
    [
      'a scan without typical attenuation',
      { ...window, scanInstances: [{ minAttenuationDb: 1, secondsSinceLastScan: 1 }] },
      /^window 2: scanInstances\.0: minAtt/,
    ],
    [
      'text for a number',
      { ...window, scanInstances: [{ ...scan, minAttenuationDb: '40' }] },
      /^window 2: scanInstances\.0\.minAtt/,
    ],
    ['no window at all', 7, /^window 2: /],
  ])('%s', async (_what, bad, message) => {
    const error = await errorOf([window, bad]);
    expect(error.code).toBe('E-FILE-INVALID');
    expect(error.message).toMatch(message);
    expect(error.place?.line).toBe(1);
  });

  it('seconds for milliseconds are refused, not guessed', async () => {
    const error = await errorOf([{ ...window, dateMillisSinceEpoch: 18_567 * 86_400 }]);
    expect(error.code).toBe('E-UNITS');
    expect(error.message).toContain('looks like seconds');
  });
});
