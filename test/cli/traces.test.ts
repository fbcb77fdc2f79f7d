/** trace import, trace inspect and replay: what goes in comes out, in one file or several, compressed or not. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../calibration/schemas.ts';
import { traceUnits } from '../../src/core/records.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows, fixtureBytes, leithFolder } from '../helpers/cliTraces.ts';
import { nativeText, sighting } from '../helpers/traces.ts';

const halves = {
  'first.csv': fieldCsv(['user', 'day', 'minutes', 'attenuation', 'label'], fieldRows.slice(0, 60)),
  'second.csv': fieldCsv(['user', 'day', 'minutes', 'attenuation', 'label'], fieldRows.slice(60)),
};

/** What check says about traces, without the names of the files and what follows from them. */
async function checked(place: Workplace, traces: string, options = '') {
  const line = `calibrate check ${traces} --all-presets --bootstrap 30 --device-table 200813 ${options}`;
  const { data, rules } = await place.json(line, checkSchema);
  // Files and their rows differ between a trace and what was imported of it.
  return { ...data, files: undefined, rows: undefined, rejected: undefined, rules };
}

describe('trace import', () => {
  const place = new Workplace({ 'field.csv': fieldCsv(), ...leithFolder('tram') });

  it('writes a header with format, units and sources, then one record a line', async () => {
    const ran = await place.enlab('trace import field.csv --out field.ndjson');
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toMatch(/field\.csv \(csv\)[^]*rows read +120[^]*rows used +120/);
    const [header, ...records] = place
      .text('field.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toEqual({
      format: 'enlab-trace',
      version: 1,
      units: traceUnits,
      provenance: {
        enlab: expect.any(String),
        sources: [{ file: 'field.csv', format: 'csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    });
    expect(records).toHaveLength(120);
    const { user, minutes, attenuation, label, scenario } = fieldRows[7]!;
    expect(records[7]).toMatchObject({ type: 'exposure', user, minutes, attenuation, label, scenario });
  });

  it('writes the same to stdout, and compressed to a name that ends in .gz', async () => {
    const plain = await place.output('trace import field.csv --out -');
    await place.output('trace import field.csv --out field.ndjson.gz');
    expect(gunzipSync(place.bytes('field.ndjson.gz')).toString()).toBe(plain);
  });

  it('maps columns, converts units and reads dates as declared', async () => {
    place.put(
      'asl.csv',
      '\uFEFFpersona;data;durata_sec;att;esito\nr1;03/04/2020;900;55,5;positivo\nr2;04/04/2020;60;70;negativo\n',
    );
    const map = 'user=persona,day=data,minutes=durata_sec,attenuation=att,label=esito';
    const ambiguous = await place.enlab(`trace import asl.csv --columns ${map} --units duration=s --out asl.ndjson`);
    expectError(ambiguous, 2, 'E-DATE-AMBIGUOUS', '--date-order dmy or mdy');
    await place.output(`trace import asl.csv --columns ${map} --units duration=s --date-order dmy --out asl.ndjson`);
    const [, first] = place.text('asl.ndjson').split('\n');
    expect(JSON.parse(first!)).toMatchObject({ user: 'r1', minutes: 15, attenuation: 55.5, label: true, day: 18_355 });
  });

  it('puts several traces in order of time, each record with its scenario', async () => {
    const at = (time: number, more = {}) => ({
      ...sighting,
      time: sighting.time + time,
      attenuation: 60,
      rssi: undefined,
      ...more,
    });
    place.put('late.ndjson', nativeText(at(100), at(90_000)));
    place.put('early.ndjson', nativeText(at(0), at(50), at(150_000, { scenario: 'own' })));
    await place.output('trace import late.ndjson early.ndjson --out both.ndjson');
    const records = place
      .text('both.ndjson')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line));
    expect(records.map(({ time, scenario }) => [time - sighting.time, scenario])).toEqual([
      [0, 'early'],
      [50, 'early'],
      [100, 'late'],
      [90_000, 'late'],
      [150_000, 'own'],
    ]);
  });

  it('refuses to mix up the phones of several traces, which may have the same names', async () => {
    place.put('truth.ndjson', nativeText({ type: 'truth', receiver: 'r', transmitter: 't', label: true }, sighting));
    place.put('other.ndjson', nativeText(sighting));
    const ran = await place.enlab('trace import truth.ndjson other.ndjson --out both2.ndjson');
    expectError(ran, 2, 'E-USAGE', /truth\.ndjson: truth about phones cannot be pooled/);
    expect(place.has('both2.ndjson')).toBe(false);
    await place.output('trace import truth.ndjson --out alone.ndjson');
  });
});

describe('the round trip', () => {
  const place = new Workplace({
    ...halves,
    ...leithFolder('tram'),
    'phones.sqlite': fixtureBytes('dp3t-special-rssi.sqlite'),
    'cells.csv': 'D,A,positives,negatives\n5,3,12,3\n1,1,4,20\n8,6,2,0\n',
  });

  it.each([
    ['a table of exposures', 'first.csv', ''],
    ['bins with distances', 'tram', '--level exposure'],
    ['packets of phones', 'phones.sqlite', '--level exposure'],
    ['an aggregated table', 'cells.csv', ''],
  ])('%s: the imported trace gives the same figures, compressed too', async (_, trace, options) => {
    await place.output(`trace import ${trace} --out one.ndjson`);
    await place.output(`trace import ${trace} --out one.ndjson.gz`);
    const direct = await checked(place, trace, options);
    expect(await checked(place, 'one.ndjson', options)).toEqual(direct);
    expect(await checked(place, 'one.ndjson.gz', options)).toEqual(direct);
  });

  it('two traces at once, imported into one file, and imported again', async () => {
    const direct = await checked(place, 'first.csv second.csv');
    expect(direct.n).toBe(40);
    await place.output('trace import first.csv second.csv --out both.ndjson');
    expect(await checked(place, 'both.ndjson')).toEqual(direct);
    await place.output('trace import both.ndjson --out again.ndjson.gz');
    expect(await checked(place, 'again.ndjson.gz')).toEqual(direct);
    const { leaveOneScenarioOut } = JSON.parse(
      await place.output('calibrate fit both.ndjson --bootstrap 0 --format json'),
    );
    expect(leaveOneScenarioOut.map(({ scenario }: { scenario: string }) => scenario)).toEqual(['first', 'second']);
  });

  it('a compressed file is told by its bytes, whatever its name', async () => {
    place.put('zipped.csv', gzipSync(halves['first.csv']));
    const { rules } = await checked(place, 'zipped.csv');
    expect(rules).toEqual((await checked(place, 'first.csv')).rules);
  });
});

describe('trace inspect', () => {
  const place = new Workplace({
    'field.csv': fieldCsv(),
    ...leithFolder('tram'),
    'cases.ndjson': fixtureBytes('immuni-cases.ndjson'),
    'phones.sqlite': fixtureBytes('dp3t-special-rssi.sqlite'),
  });

  it('counts rows, exposures, devices and times of every trace', async () => {
    const { data, traces } = JSON.parse(await place.output('trace inspect field.csv phones.sqlite --format json'));
    expect(data).toMatchObject({ rows: 133, used: 126, exposures: 121 });
    expect(traces[0]).toMatchObject({
      file: 'field.csv',
      format: 'csv',
      rows: 120,
      used: 120,
      rejected: {},
      unknownTruth: 0,
      time: { first: '2020-06-01T00:00:00.000Z', last: '2020-06-14T00:00:00.000Z' },
      table: null,
    });
    expect(traces[1]).toMatchObject({
      format: 'dp3t-sqlite',
      rows: 13,
      used: 6,
      table: '201214',
      devices: { count: 2 },
    });
  });

  it('shows the first records, over the ends of traces', async () => {
    const { head } = JSON.parse(await place.output('trace inspect field.csv tram --head 122 --format json'));
    expect(head.map(({ type }: { type: string }) => type)).toEqual([
      ...Array.from({ length: 120 }, () => 'exposure'),
      'histogram',
      'histogram',
    ]);
    expect(await place.output('trace inspect field.csv --head 1')).toContain('{"type":"exposure","minutes":0,');
  });

  it('counts what a truth rule leaves unknown', async () => {
    const unknown = async (rule: string) =>
      JSON.parse(await place.output(`trace inspect phones.sqlite --truth "${rule}" --format json`)).traces[0]
        .unknownTruth;
    expect(await unknown('within 2 m')).toBe(0);
    expect(await unknown('minutes >= 1 within 1 m')).toBe(0);
  });

  it('counts packets of phones that the device table does not know; judging them is an error', async () => {
    place.put('robert.csv', fixtureBytes('robert-wrap.csv'));
    const models = { receiverModel: 'Pear', transmitterModel: 'SM-G973F' };
    place.put('pear.ndjson', nativeText({ ...sighting, ...models }, { ...sighting, attenuation: 50 }));
    const { data, traces } = JSON.parse(await place.output('trace inspect robert.csv pear.ndjson --format json'));
    expect(data).toMatchObject({ used: 22, exposures: 2, table: '201214' });
    const notice = 'attenuation unknown: device table 201214 does not know';
    expect(traces[0]).toMatchObject({
      table: '201214',
      devices: { count: 2, models: { unknown: 2 } },
      notices: { [`${notice} (no model)`]: 20 },
    });
    expect(traces[1].notices).toEqual({ [`${notice} Pear`]: 1 });
    const known = JSON.parse(await place.output('trace inspect robert.csv --unknown-device 5,-24 --format json'));
    expect(known.data).toMatchObject({ used: 20, exposures: 1 });
    expect(Object.keys(known.data.notices)).toEqual([expect.stringMatching(/^device clock 7200 s/)]);
    for (const line of ['calibrate check robert.csv --all-presets --bootstrap 0', 'replay robert.csv --out out.csv'])
      expectError(await place.enlab(line), 2, 'E-DEVICE-UNKNOWN', '(no model)');
  });

  it('takes the format that --from names', async () => {
    const ran = await place.enlab('trace inspect field.csv --from robert-hello');
    expectError(ran, 2, /E-FILE-\w+/.exec(ran.stderr)![0], 'field.csv');
    expect((await place.enlab('trace inspect cases.ndjson --from IMMUNI-epidemiological')).exitCode).toBe(0);
  });
});

describe('replay', () => {
  const place = new Workplace({ 'field.csv': fieldCsv(), ...leithFolder('tram') });
  const columns = [
    'user',
    'day',
    'minutes',
    'attenuation',
    'cell',
    'score',
    'threshold',
    'operator',
    'alert',
    'truth',
    'reasons',
    'receiver',
    'transmitter',
    'scenario',
    'distance',
  ];

  it.each(['exposure', 'user', 'user-day'])('at level %s: its totals are those of check', async (level) => {
    const rows = parse(await place.output(`replay field.csv --preset immuni-dpia --level ${level}`), { columns: true });
    const { data, rules } = await place.json(
      `calibrate check field.csv --preset immuni-dpia --level ${level} --bootstrap 0`,
      checkSchema,
    );
    const count = (truth: boolean, alert: boolean) =>
      (rows as Record<string, string>[]).filter((row) => row['truth'] === `${truth}` && row['alert'] === `${alert}`)
        .length;
    expect(rows).toHaveLength(data.n + data.unknown);
    expect(rules[0]).toMatchObject({
      tp: count(true, true),
      fp: count(false, true),
      fn: count(true, false),
      tn: count(false, false),
    });
  });

  it('gives every line the columns of the contract, alike in both forms', async () => {
    const csv = await place.output('replay field.csv --preset immuni-dpia');
    expect(csv.split('\r\n')[0]).toBe(columns.join(','));
    const lines = (await place.output('replay field.csv --preset immuni-dpia --format ndjson')).trimEnd().split('\n');
    const rows = lines.map((line) => JSON.parse(line));
    for (const row of rows) expect(Object.keys(row)).toEqual(columns);
    const table = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => columns.map((column) => `${row[column] ?? ''}`))).toEqual(
      table.map((row) => columns.map((column) => row[column])),
    );
  });

  it('is at the level of check unless told otherwise', async () => {
    const levelOf = async (options: string) =>
      (await place.output(`replay field.csv --format ndjson ${options}`)).trimEnd().split('\n').length;
    const { data } = await place.json('calibrate check field.csv --preset immuni-dpia --bootstrap 0', checkSchema);
    expect(await levelOf('')).toBe(data.n + data.unknown);
    expect(await levelOf('--level exposure')).toBe(data.exposures);
    expect(data.exposures).toBeGreaterThan(data.n);
  });

  it('says the verdict with its reasons', async () => {
    const first = JSON.parse(
      (await place.output('replay field.csv --preset immuni-2020-06-05 --level exposure --format ndjson')).split(
        '\n',
      )[5]!,
    );
    expect(first).toMatchObject({
      user: 'p5',
      day: '2020-06-06',
      minutes: 5,
      attenuation: 75,
      cell: 'D2/A1',
      score: 0,
      alert: false,
    });
    expect(first.reasons).toMatch(/duration score 0: .*decision no alert: score 0 is not >= threshold 20/);
  });

  it('stands in order of time for users and their days', async () => {
    const rows = parse(await place.output('replay field.csv --level user-day'), { columns: true }) as { day: string }[];
    const days = rows.map(({ day }) => day);
    expect(days).toEqual(days.toSorted());
  });

  it('has null where a trace has no users, days or one attenuation', async () => {
    const rows = (await place.output('replay tram --format ndjson'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(12);
    for (const { user, day } of rows) expect([user, day]).toEqual([null, null]);
  });

  it('writes a file whole', async () => {
    expect(await place.output('replay field.csv --out verdicts.csv')).toBe('');
    expect(place.text('verdicts.csv')).toBe(await place.output('replay field.csv'));
  });
});
