/** enlab match: key files against scanned identifiers, made by the other commands and put together by hand. */
import { describe, expect, it } from 'vitest';
import { matchSchema } from '../../cli/schemas.ts';
import { publicKeyPem } from '../../src/protocol/export/keyPair.ts';
import { backendInspectSchema } from '../../src/protocol/export/schemas.ts';
import { rollingProximityIdentifier } from '../../src/protocol/gaen/identifiers.ts';
import { associatedEncryptedMetadataKey, rollingProximityIdentifierKey } from '../../src/protocol/gaen/keys.ts';
import { cryptMetadata, encodeMetadata, version10 } from '../../src/protocol/gaen/metadata.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';
import { DAY_BEFORE, type ForeignExport, type ForeignKey, foreignFile, WINDOW } from '../helpers/foreignKeyFiles.ts';
import { toHex } from '../helpers/gaenVectors.ts';
import { keysOf, otherPair, pair } from '../helpers/keyExports.ts';

const [one, two, three] = keysOf(3).map(
  ({ keyData }): ForeignKey => ({ data: keyData, start: DAY_BEFORE, period: 144, level: 3, reportType: 1 }),
) as [ForeignKey, ForeignKey, ForeignKey];
const signed = (content: ForeignExport) => foreignFile(content, [{ privateKey: pair.privateKey }]);
const isoOf = (interval: number): string => new Date(interval * 600_000).toISOString();
const base64 = ({ data }: ForeignKey): string => Buffer.from(data!).toString('base64');

/** A row of a scan: identifier `k` of a key, `off` intervals early or late; sent with 8 dBm. */
function heard(key: ForeignKey, k: number, { off = 0, rssi = '-60', receiver = 'pi-1' } = {}): string {
  const interval = key.start! + k;
  const rpi = rollingProximityIdentifier(rollingProximityIdentifierKey(key.data!), interval);
  const aem = cryptMetadata(associatedEncryptedMetadataKey(key.data!), rpi, encodeMetadata(version10(8)));
  return `${isoOf(interval + off)},${toHex(rpi)},${toHex(aem)},${rssi},${receiver}`;
}
const scan = (...rows: readonly string[]): string => `time,rpi,aem,rssi,receiver\n${rows.join('\n')}\n`;

/** A place with one key file and one scan. */
const placeOf = (content: ForeignExport, ...rows: readonly string[]): Workplace =>
  new Workplace({
    'export.zip': signed(content),
    'scan.csv': scan(...rows),
    'public.pem': publicKeyPem(pair.publicKey),
  });

const matchesOf = async (place: Workplace, line: string) => place.json(`match ${line}`, matchSchema);

describe('from the other commands', () => {
  it('finds each of the 144 identifiers of a published key, under its key', async () => {
    const place = new Workplace();
    await place.output('backend generate-keys 20 --start 2020-09-28 --days 2 --out keys.zip');
    const inspected = await place.json('backend inspect keys.zip', backendInspectSchema);
    const [key] = 'keys' in inspected ? inspected.keys : [];
    const at = key!.rollingStartIntervalNumber * 600;
    place.put('scan.csv', await place.output(`identifiers --tek ${key!.keyData} --at ${at} --count 144 --format csv`));
    const result = await matchesOf(place, 'keys.zip scan.csv --public-key keys.zip.public.pem');
    expect(result).toMatchObject({
      data: { keyFiles: 1, sightings: 144, withoutIdentifier: 0, matched: 144, undatedKeyFiles: 0 },
      keys: 20,
      verified: true,
      rejected: { revoked: 0, embargo: 0, repeated: 0, otherPeriod: 0, afterPeriod: 0, outsideTolerance: 0 },
    });
    expect(result.matches).toEqual([
      {
        key: key!.keyData,
        day: isoOf(key!.rollingStartIntervalNumber).slice(0, 10),
        sightings: 144,
        receiver: 'scan',
        first: isoOf(key!.rollingStartIntervalNumber),
        last: isoOf(key!.rollingStartIntervalNumber + 143),
        attenuation: null,
        transmissionRiskLevel: key!.transmissionRiskLevel,
        reportType: key!.reportType,
        daysSinceOnsetOfSymptoms: key!.daysSinceOnsetOfSymptoms,
      },
    ]);
    const text = await place.output('match keys.zip scan.csv');
    expect(text).toContain('20 keys of 1 file against 144 sightings: 144 sightings matched.');
    expect(text).toContain('Signatures not checked: pass --public-key to check them.');
    const row = text.split('\n').find((line) => line.startsWith(key!.keyData));
    expect(row).toMatch(/ 144 +00:00 +23:50 /);
  });
});

describe('what counts as heard', () => {
  it('gives a row to each key, day and receiver, in this order, with attenuation from the metadata', async () => {
    const place = placeOf(
      { keys: [one, two, three] },
      heard(two, 10),
      heard(one, 140, { rssi: '-50' }),
      // By the receiver's clock the next day.
      heard(one, 140, { off: 4, rssi: '-55', receiver: 'pi-2' }),
      heard(one, 5, { rssi: '-70', receiver: 'pi-2' }),
      heard(one, 6, { rssi: '127', receiver: 'pi-2' }),
      heard(one, 6, { rssi: '0', receiver: 'pi-2' }),
    );
    const { matches, data } = await matchesOf(place, 'export.zip scan.csv');
    const rows = matches.map(({ key, day, sightings, receiver, attenuation }) => [
      key,
      day,
      sightings,
      receiver,
      attenuation,
    ]);
    const keys = [one, two].map(base64);
    const ofDay = [
      [keys[0], '2020-09-30', 1, 'pi-1', { n: 1, min: 58, mean: 58 }],
      // An RSSI of 127 is none.
      [keys[0], '2020-09-30', 3, 'pi-2', { n: 2, min: 8, mean: 43 }],
      [keys[1], '2020-09-30', 1, 'pi-1', { n: 1, min: 68, mean: 68 }],
    ];
    expect(rows).toEqual([
      ...ofDay.toSorted(([a], [b]) => (a! < b! ? -1 : a! > b! ? 1 : 0)),
      [keys[0], '2020-10-01', 1, 'pi-2', { n: 1, min: 63, mean: 63 }],
    ]);
    expect(data).toMatchObject({ sightings: 6, matched: 6 });
  });

  it.each([
    ['', -12, 1],
    ['', 12, 1],
    ['', -13, 0],
    ['', 13, 0],
    ['--tolerance 6', 6, 1],
    ['--tolerance 6', 7, 0],
    ['--tolerance 0', 0, 1],
    ['--tolerance 0', 1, 0],
  ])('%s: heard %i intervals off, %i match', async (flags, off, count) => {
    const place = placeOf({ keys: [one] }, heard(one, 70, { off }));
    const { matches, rejected } = await matchesOf(place, `export.zip scan.csv ${flags}`);
    expect(matches.length).toBe(count);
    expect(rejected.outsideTolerance).toBe(1 - count);
  });

  it('counts rows and keys that are none', async () => {
    const place = placeOf(
      { keys: [one, { ...two, period: 0 }] },
      heard(one, 1),
      heard(one, 2, { rssi: '20' }),
      'x,y,z',
    );
    const { data, keys } = await matchesOf(place, 'export.zip scan.csv');
    expect({ keys, ...data }).toMatchObject({
      keys: 1,
      rows: 3,
      rejected: 2,
      sightings: 1,
      matched: 1,
      rejectedKeys: 1,
    });
    expect(data.files.map(({ name }) => name)).toEqual(['export.zip', 'scan.csv']);
  });

  it('counts identifiers after the end of a short key apart', async () => {
    const place = placeOf({ keys: [{ ...one, period: 10 }] }, heard(one, 9), heard(one, 10));
    const { matches, rejected } = await matchesOf(place, 'export.zip scan.csv');
    expect(matches).toMatchObject([{ sightings: 1 }]);
    expect(rejected.afterPeriod).toBe(1);
  });
});

describe('which keys count', () => {
  const ofToday: ForeignKey = { ...one, start: DAY_BEFORE + 144 };
  // Published at 17:00 on its day: 102 of 144 intervals.
  it.each([
    ['', 144, 0],
    ['--embargo none', 144, 1],
    ['--embargo 0', 102, 1],
    ['--embargo 0', 103, 0],
    ['', 90, 1],
    ['', 91, 0],
    ['--embargo 144', 1, 0],
  ])('%s: of a key of the day of publication with period %i, %i', async (flags, period, count) => {
    const place = placeOf({ keys: [{ ...ofToday, period }] }, heard(ofToday, 0));
    const { matches, rejected } = await matchesOf(place, `export.zip scan.csv ${flags}`);
    expect(matches.length).toBe(count);
    expect(rejected.embargo).toBe(1 - count);
  });

  it('cannot hold an embargo where the file has no window, and says so', async () => {
    const place = placeOf({ window: null, keys: [ofToday] }, heard(ofToday, 0));
    const { matches, data } = await matchesOf(place, 'export.zip scan.csv');
    expect([matches.length, data.undatedKeyFiles]).toEqual([1, 1]);
    expect(await place.output('match export.zip scan.csv')).toMatch(/without a window: 1 of 1\./);
  });

  it('withdraws a key that a later file revokes, in whatever order the files are given', async () => {
    const later = [WINDOW[1], WINDOW[1] + 3600] as const;
    const place = placeOf({ keys: [one, two] }, heard(one, 1), heard(two, 1));
    place.put('later.zip', signed({ window: later, revised: [{ ...one, reportType: 5 }] }));
    for (const files of ['export.zip later.zip scan.csv', 'scan.csv later.zip export.zip']) {
      const { keys, matches, rejected } = await matchesOf(place, files);
      expect([keys, matches.map(({ key }) => key), rejected.revoked]).toEqual([3, [base64(two)], 2]);
    }
  });

  it('takes what was revised last for what is known', async () => {
    const place = placeOf({ keys: [one] }, heard(one, 1));
    const windows = [1, 2].map((hours) => [WINDOW[1] + hours * 3600, WINDOW[1] + hours * 3600 + 3600] as const);
    place.put('second.zip', signed({ window: windows[0]!, revised: [{ ...one, level: 5, reportType: 2 }] }));
    place.put('third.zip', signed({ window: windows[1]!, revised: [{ ...one, level: 7, reportType: 3 }] }));
    for (const files of ['export.zip second.zip third.zip', 'third.zip second.zip export.zip']) {
      const { matches, rejected } = await matchesOf(place, `${files} scan.csv`);
      expect(matches).toMatchObject([{ transmissionRiskLevel: 7, reportType: 'SELF_REPORT', sightings: 1 }]);
      expect(rejected.repeated).toBe(2);
    }
  });

  it('skips a key that comes again with another start, where it would have the same identifiers', async () => {
    const later = [WINDOW[1], WINDOW[1] + 3600] as const;
    const place = placeOf({ keys: [one] }, heard(one, 5));
    place.put('later.zip', signed({ window: later, keys: [{ ...one, start: one.start! + 1, period: 143 }] }));
    const { matches, rejected } = await matchesOf(place, 'export.zip later.zip scan.csv');
    expect(matches).toMatchObject([{ sightings: 1 }]);
    expect(rejected).toMatchObject({ otherPeriod: 1 });
  });

  it('can hold a window that ends after all time', async () => {
    const end = 600 * 2 ** 32 + 600_000;
    const place = placeOf({ window: [WINDOW[0], end], keys: [one] }, heard(one, 5));
    expect((await matchesOf(place, 'export.zip scan.csv')).matches.length).toBe(1);
  });

  it('skips a key that comes again with another period', async () => {
    const later = [WINDOW[1], WINDOW[1] + 3600] as const;
    const place = placeOf({ keys: [{ ...one, period: 10 }] }, heard(one, 5), heard(one, 50));
    place.put('later.zip', signed({ window: later, keys: [one] }));
    const { matches, rejected } = await matchesOf(place, 'later.zip export.zip scan.csv');
    expect(matches).toMatchObject([{ sightings: 1 }]);
    expect(rejected).toMatchObject({ otherPeriod: 1, afterPeriod: 1 });
  });
});

describe('how it is computed', () => {
  it.each(['wasm', 'hmac', 'native'])('%s gives the same, in workers too', async (expander) => {
    const place = placeOf({ keys: [one, two] }, heard(one, 1), heard(two, 143));
    const { options: _, ...expected } = await matchesOf(place, 'export.zip scan.csv');
    for (const workers of [0, 2]) {
      const flags = `--expander ${expander} --workers ${workers}`;
      const { options, ...result } = await matchesOf(place, `export.zip scan.csv ${flags}`);
      expect(options).toMatchObject({ expander });
      expect(result).toEqual(expected);
    }
  });
});

describe('--trace', () => {
  it('writes matched sightings that the other commands read', async () => {
    const rows = Array.from({ length: 12 }, (_, k) => [
      heard(one, k * 2, { rssi: '-50' }),
      heard(two, k, { off: -1, rssi: '127' }),
    ]);
    const place = placeOf({ keys: [one, two, three] }, ...rows.flat());
    await place.output('match export.zip scan.csv --trace matched.ndjson --out matches.json');
    const [header, ...records] = place
      .text('matched.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({
      provenance: { matched: { files: [{ name: 'export.zip' }, { name: 'scan.csv' }], tolerance: 12 } },
    });
    expect(records.length).toBe(24);
    const times: number[] = records.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const transmitters = [...new Set(records.map(({ transmitter }) => transmitter))];
    expect(transmitters.length).toBe(2);
    for (const name of transmitters) expect(name).toMatch(/^key-[0-9a-f]{16}$/);
    const loud = records.filter(({ attenuation }) => attenuation === 58);
    expect(loud.length).toBe(12);
    expect(await place.output('trace inspect matched.ndjson')).toMatch(/rows used +24/);
    expect(await place.output('replay matched.ndjson --preset immuni-dpia --format csv')).toContain('2020-09-30');
  });

  it('keeps what the records say, and truth about phones becomes truth about their keys', async () => {
    const beacon = (key: ForeignKey, k: number) => {
      const [time, rpi, aem] = heard(key, k).split(',');
      return { type: 'sighting', time: Date.parse(time!) / 1000, receiver: 'pi-1', rpi, aem };
    };
    const more = { distance: 1.5, user: 'Ada', weight: 2, receiverModel: 'Pixel 4' };
    const beacons = [
      { ...beacon(one, 0), ...more, transmitter: 'b', label: true, rssi: -60.4 },
      // No RSSI: the attenuation that the trace has already.
      { ...beacon(one, 1), ...more, transmitter: 'b', label: true, attenuation: 51, scenario: 'bus' },
      { ...beacon(two, 1), transmitter: 'c', rssi: -50 },
    ] as const;
    const truths = [
      { type: 'truth', receiver: 'pi-1', transmitter: 'b', day: 18_535, label: true },
      { type: 'truth', receiver: 'pi-1', transmitter: 'b', day: 18_536, label: false },
      { type: 'truth', receiver: 'pi-9', transmitter: 'b', label: false },
      { type: 'truth', transmitter: 'c', label: false },
      { type: 'truth', user: 'Ada', label: true },
    ];
    const header = JSON.stringify({
      format: 'enlab-trace',
      version: 1,
      units: { time: 'unix s', seconds: 's', minutes: 'min', attenuation: 'dB', rssi: 'dBm', distance: 'm' },
      provenance: {},
    });
    const place = placeOf({ keys: [one, two] });
    place.put('lunch.ndjson', [header, ...[...beacons, ...truths].map((record) => JSON.stringify(record))].join('\n'));
    const result = await matchesOf(place, 'export.zip lunch.ndjson --trace matched.ndjson --workers 0');
    expect(result.data).toMatchObject({ sightings: 3, matched: 3, withoutIdentifier: 0 });
    const [, ...written] = place
      .text('matched.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const names = new Map(
      written.filter(({ type }) => type === 'sighting').map(({ rpi, transmitter }) => [rpi, transmitter as string]),
    );
    const [nameOfOne, nameOfTwo] = [names.get(beacons[0].rpi), names.get(beacons[2].rpi)];
    expect(nameOfOne).toMatch(/^key-/);
    expect(written).toEqual([
      { type: 'truth', receiver: 'pi-1', transmitter: nameOfOne, day: 18_535, label: true },
      { type: 'truth', transmitter: nameOfTwo, label: false },
      { type: 'truth', user: 'Ada', label: true },
      { ...beacons[0], transmitter: nameOfOne, scenario: 'lunch', attenuation: 68.4 },
      { ...beacons[1], transmitter: nameOfOne, attenuation: 51 },
      { ...beacons[2], transmitter: nameOfTwo, scenario: 'lunch', attenuation: 58 },
    ]);
    expect(result.matches.map(({ sightings, attenuation }) => sightings - attenuation!.n)).toEqual([0, 0]);
  });

  it('is there whole or not at all', async () => {
    const place = placeOf({ keys: [one] }, heard(one, 1));
    expectError(
      await place.enlab('match export.zip scan.csv --trace scan.csv'),
      2,
      'E-OUTPUT',
      'read by the same command',
    );
    expectError(
      await place.enlab('match export.zip scan.csv --trace t.ndjson --columns rpi=nothing'),
      2,
      'E-FILE-FORMAT',
    );
    expect(place.has('t.ndjson')).toBe(false);
  });
});

describe('what is wrong', () => {
  const place = placeOf({ keys: [one] }, heard(one, 1));
  place.put('field.csv', fieldCsv());
  place.put('other.pem', publicKeyPem(otherPair.publicKey));
  place.put('1-of-2.zip', signed({ batch: [1, 2], keys: [two] }));
  place.put('again.zip', signed({ keys: [two] }));
  place.put('cut.zip', signed({ keys: [one] }).subarray(0, 90));
  place.put('empty.csv', '');

  it.each([
    ['export.zip', 'E-USAGE', 'there is no trace of identifiers', 2],
    ['scan.csv', 'E-USAGE', 'there is no key export file', 2],
    ['', 'E-USAGE', 'missing', 2],
    ['export.zip none.csv', 'E-FILE-MISSING', 'none.csv', 2],
    ['export.zip empty.csv', 'E-FILE-EMPTY', 'empty.csv', 2],
    ['export.zip field.csv', 'E-FILE-INVALID', 'field.csv: none of the \\d+ records carries an identifier', 2],
    ['cut.zip scan.csv', 'E-KEY-FILE', 'cut.zip', 2],
    ['export.zip scan.csv --public-key other.pem', 'E-CHECK', 'export.zip: the signature is not accepted', 3],
    ['export.zip scan.csv --key-id 222', 'E-USAGE', '--public-key', 2],
    ['1-of-2.zip scan.csv', 'E-CHECK', 'file 2 is missing', 3],
    ['export.zip again.zip scan.csv', 'E-CHECK', 'is there twice', 3],
    ['export.zip scan.csv --tolerance 145', 'E-USAGE', '--tolerance', 2],
    ['export.zip scan.csv --tolerance 1.5', 'E-USAGE', '--tolerance', 2],
    ['export.zip scan.csv --embargo never', 'E-USAGE', 'or none', 2],
    ['export.zip scan.csv --embargo 145', 'E-USAGE', 'from 0 to 144', 2],
    ['export.zip scan.csv --expander gpu', 'E-USAGE', 'wasm', 2],
    ['export.zip scan.csv --max-keys 0', 'E-USAGE', '--max-keys', 2],
  ])('enlab match %s: %s, "%s", exit %i', async (line, code, message, exitCode) => {
    expectError(await place.enlab(`match ${line}`), exitCode, code, new RegExp(message));
  });
});
