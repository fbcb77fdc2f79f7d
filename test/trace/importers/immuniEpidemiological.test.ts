import { describe, expect, it } from 'vitest';
import { immuniEpidemiological } from '../../../src/trace/importers/immuniEpidemiological.ts';
import { fileWith, fixture, importAll, importError } from '../../helpers/imports.ts';

const CASES_ONLY = 'all rows are cases: what needs negatives is undefined without --controls FILE';
const NO_D8 = 'durations in 5-minute steps up to 30 min: D8 cannot be observed';

const info = {
  date: '2020-11-03',
  duration: 1200,
  attenuation_value: 61,
  attenuation_durations: [0, 900, 300],
  transmission_risk_level: 8,
  total_risk_score: 25,
};
const summary = {
  date: '2020-11-06',
  matched_key_count: 1,
  days_since_last_exposure: 3,
  attenuation_durations: [0, 900, 300],
  maximum_risk_score: 25,
  exposure_info: [info],
};
const upload = { province: 'AA', exposure_detection_summaries: [summary] };
const record = {
  type: 'exposure',
  user: 'u case 1',
  day: 18_569,
  minutes: 20,
  attenuation: 61,
  buckets: { thresholds: [50, 70], minutes: [0, 15, 5] },
  daysSinceExposure: 3,
  transmissionLevel: 8,
  reportedScore: 25,
  label: true,
};
const importText = (text: string, options = {}) =>
  importAll(immuniEpidemiological, 'exposure', fileWith('u.json', text), options);
const errorOf = (value: unknown, options = {}) =>
  importError(immuniEpidemiological, fileWith('u.json', JSON.stringify(value)), options);

describe('uploads of cases', () => {
  it.each([
    ['one upload', upload],
    ['an array of uploads', [upload]],
    ['what goes to analytics', { version: 2, payload: upload }],
    ['an array of one person’s summaries', [summary]],
    ['one summary', summary],
  ])('as %s', async (_layout, value) => {
    const { records, tally } = await importText(JSON.stringify(value, null, 2));
    expect(records).toEqual([record]);
    expect(tally.notices).toEqual(
      new Map([
        [CASES_ONLY, 1],
        [NO_D8, 1],
      ]),
    );
    expect(tally.timeUnit).toBe('ISO 8601 days');
    expect(tally.first).toBe(18_569 * 86_400);
  });

  it('each upload is a person, each line of NDJSON an upload', async () => {
    const { records } = await importText(`${JSON.stringify(upload)}\n${JSON.stringify(upload)}\n`);
    expect(records.map(({ user }) => user)).toEqual(['u case 1', 'u case 2']);
  });

  it('summaries that stand alone are of one person', async () => {
    const { records } = await importText(JSON.stringify([summary, summary]));
    expect(records.map(({ user }) => user)).toEqual(['u case 1', 'u case 1']);
  });

  it('oddities are counted, what cannot be is rejected by reason', async () => {
    const { records, tally } = await importAll(immuniEpidemiological, 'exposure', fixture('immuni-cases.ndjson'));
    expect(records.every(({ label }) => label === true)).toBe(true);
    expect(records.filter(({ user }) => user === 'immuni-cases case 10')).toHaveLength(3);
    expect(tally.rejected).toEqual(
      new Map([
        ['summary without exposure_info', 1],
        ['attenuation outside 0..255 dB', 1],
        ['exposure after its detection', 1],
      ]),
    );
    expect(tally.notices).toEqual(
      new Map([
        ['duration above the cap of 30 min', 1],
        ['duration not in 5-minute steps', 1],
        ['four attenuation durations between unknown thresholds: left out', 1],
        [CASES_ONLY, records.length],
        [NO_D8, records.length],
      ]),
    );
    expect(records.find(({ buckets }) => !buckets)).toMatchObject({ attenuation: expect.any(Number) as number });
  });
});

describe('a comparison group', () => {
  it('has label false and other users, and the warning is gone', async () => {
    const options = { controls: fixture('immuni-controls.json') };
    const { records, tally } = await importAll(
      immuniEpidemiological,
      'exposure',
      fixture('immuni-cases.ndjson'),
      options,
    );
    const usersOf = (label: boolean) => new Set(records.filter((r) => r.label === label).map(({ user }) => user));
    // The upload that names no exposures is no user.
    expect(usersOf(true).size).toBe(9);
    expect(usersOf(false).size).toBe(10);
    expect([...usersOf(false)].every((user) => user?.startsWith('immuni-controls control '))).toBe(true);
    expect(tally.notices.has(CASES_ONLY)).toBe(false);
    expect(tally.notices.get(NO_D8)).toBe(records.length);
  });

  it('that is missing is an error', async () => {
    const error = await errorOf(upload, { controls: 'nowhere.json' });
    expect(error.code).toBe('E-FILE-MISSING');
  });
});

describe('durations', () => {
  it('that look like minutes are refused, not guessed', async () => {
    const minutes = { ...summary, exposure_info: [{ ...info, duration: 20 }] };
    const error = await errorOf({ exposure_detection_summaries: [minutes] });
    expect(error.code).toBe('E-UNITS');
    expect(error.hint).toContain('--units duration=min');
  });

  it('in declared minutes are the same exposure', async () => {
    const minutes = { ...info, duration: 20, attenuation_durations: [0, 15, 5] };
    const text = JSON.stringify([{ ...summary, exposure_info: [minutes] }]);
    const { records } = await importText(text, { units: { duration: 'min' } });
    expect(records).toEqual([record]);
  });

  it('in an unknown unit are an error', async () => {
    expect((await errorOf(upload, { units: { duration: 'days' } })).code).toBe('E-UNITS');
  });

  it.each([
    ['above a day', { duration: 90_000 }, 'duration above one day'],
    ['of an exposure two months old', { date: '2020-09-01' }, 'exposure more than 60 days before its detection'],
  ])('%s are rejected', async (_what, change, reason) => {
    const { records, tally } = await importText(
      JSON.stringify([{ ...summary, exposure_info: [{ ...info, ...change }] }]),
    );
    expect(records).toEqual([]);
    expect(tally.rejected).toEqual(new Map([[reason, 1]]));
  });
});

describe('bad input', () => {
  it.each([
    ['a date that does not exist', { date: '2020-02-31' }, /^summary 1: exposure_info\.0\.date: "2020-02-31" is not/],
    ['a negative duration', { duration: -300 }, /exposure_info\.0\.duration/],
    ['a level above 8', { transmission_risk_level: 9 }, /transmission_risk_level/],
    ['two durations', { attenuation_durations: [0, 300] }, /attenuation_durations/],
  ])('%s', async (_what, change, message) => {
    const error = await errorOf([{ ...summary, exposure_info: [{ ...info, ...change }] }]);
    expect(error.code).toBe('E-FILE-INVALID');
    expect(error.message).toMatch(message);
  });

  it('something else in the list', async () => {
    const error = await errorOf([upload, { teks: [] }]);
    expect(error.message).toMatch(/^upload 2: exposure_detection_summaries: /);
  });
});
