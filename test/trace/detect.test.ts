/** Which importer claims what, over all of the registry; one sample of every format. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TraceFile } from '../../src/trace/files.ts';
import { openTrace } from '../../src/trace/open.ts';
import { importers } from '../../src/trace/registry.ts';
import { fileWith, fixture, folderWith, hasRealData, realData } from '../helpers/imports.ts';
import { nativeText, openError, openText, sighting, textError } from '../helpers/traces.ts';

const checks = { Hash: 'ab', MatchCount: 0, ProbableKeyCount: 2000 };
const samples: readonly (readonly [string, string, string])[] = [
  ['our own trace', 'enlab', nativeText(sighting)],
  ['our own trace without its header', 'enlab', JSON.stringify(sighting)],
  ['exposures', 'csv', 'user,minutes,attenuation,label\nu,5,60,1\n'],
  ['exposures in seconds', 'csv', 'Duration_s;Attenuation (dB)\n300;60\n'],
  ['cells', 'cells', 'D,A,positives,negatives\n1,1,1,1\n'],
  ['Copenhagen', 'contacts-csv', '# timestamp,user_a,user_b,rssi\n0,1,2,-60\n'],
  ['Haslemere', 'contacts-csv', 'time,a,b,distance\n300,1,2,5\n'],
  ['a scanner', 'identifiers-csv', 'time,rpi,rssi\n1600000000,8be6cd371c5c891604bfbe49df845096,-60\n'],
  ['a ROBERT phone', 'robert-hello', 'mac,timeCollectedOnDevice,timeFromHelloMessage,rssiCalibrated\nAA==,1,2,-60\n'],
  ['exposure windows', 'exposure-windows', '[{"dateMillisSinceEpoch":1,"reportType":1,"scanInstances":[]}]'],
  ['Immuni', 'immuni-epidemiological', '{"exposure_detection_summaries":[]}'],
  ['iOS checks', 'exposure-checks', JSON.stringify({ ExposureChecks: [{ Timestamp: 'x', Files: [checks] }] })],
  ['iOS detection checks', 'exposure-checks', JSON.stringify({ ExposureDetectionChecks: [checks] })],
  ['Android checks', 'exposure-checks', '[{"timestamp":"x","keyCount":5,"matchesCount":0,"appName":"a","hash":"b"}]'],
];
const claimants = async (path: string, options = {}): Promise<string[]> => {
  const probe = await new TraceFile(path).probe();
  return importers.filter((importer) => importer.detect(probe, options)).map(({ name }) => name);
};

describe('exactly one importer claims', () => {
  it.each(samples)('%s: %s', async (_what, name, text) => {
    expect(await claimants(fileWith('trace.bin', text))).toEqual([name]);
    expect(await claimants(fileWith('trace.gz', gzipSync(`\uFEFF${text}`)))).toEqual([name]);
  });

  it.each([
    ['leith/', 'leith-bins'],
    ['dp3t-exp05.sqlite', 'dp3t-sqlite'],
    ['pact-log.txt', 'pact'],
    ['robert-wrap.csv', 'robert-hello'],
    ['windows-ios.json', 'exposure-windows'],
    ['immuni-cases.ndjson', 'immuni-epidemiological'],
  ])('%s: %s', async (name, expected) => {
    expect((await openTrace(fixture(name))).importer.name).toBe(expected);
  });

  it('every format has a sample', () => {
    const others = ['leith-bins', 'dp3t-sqlite', 'pact'];
    const sampled = new Set([...samples.map(([, name]) => name), ...others]);
    expect([...sampled].toSorted()).toEqual(importers.map(({ name }) => name).toSorted());
  });

  it.skipIf(!hasRealData)('the public traces', async () => {
    expect((await openTrace(realData('leith-tram'))).importer.name).toBe('leith-bins');
    expect((await openTrace(realData('dp3t-exp34/scenario01-lunch.sqlite'))).importer.name).toBe('dp3t-sqlite');
    expect((await openTrace(realData('robert-traces/R1_AA00.csv'))).importer.name).toBe('robert-hello');
  });
});

describe('--columns', () => {
  it('makes a table with other names a csv', async () => {
    const columns = { minutes: 'durata', attenuation: 'att' };
    expect(await claimants(fileWith('a', 'durata;att\n5;60\n'), { columns })).toEqual(['csv']);
    expect(await claimants(fileWith('a', 'durata;att\n5;60\n'))).toEqual([]);
  });

  it('of contacts does not make it a csv', async () => {
    const columns = { time: 'when', a: 'me', b: 'you', rssi: 'dBm' };
    expect(await claimants(fileWith('a', 'when;me;you;dBm\n300;1;2;-60\n'), { columns })).toEqual(['contacts-csv']);
  });

  it.each([
    ['cells', { scenario: 'place' }, 'D,A,positives,negatives,place\n1,1,1,1,bus\n'],
    ['contacts-csv', { time: 'when' }, 'when,a,b,rssi\n300,1,2,-60\n'],
    ['robert-hello', { user: 'mac' }, samples.find(([, name]) => name === 'robert-hello')![2]],
  ])('that csv has too leave a table to %s', async (name, columns, text) => {
    expect(await claimants(fileWith('a', text), { columns })).toEqual([name]);
  });

  it('leaves the other formats of a pool alone', async () => {
    const columns = { minutes: 'durata', attenuation: 'att' };
    for (const [, name, text] of samples.slice(4))
      expect(await claimants(fileWith('a', text), { columns })).toEqual([name]);
  });
});

describe('a file that no importer claims is described', () => {
  it.each([
    ['a ZIP archive', Buffer.from('PK\u0003\u0004rest')],
    ['an old Excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1])],
    ['a PDF', '%PDF-1.7'],
    ['an HTML page', '<!DOCTYPE html><html><body>Please log in</body></html>'],
    ['an XML document', '<?xml version="1.0"?><a/>'],
    ['a binary file', Buffer.from([1, 2, 3, 4, 0, 0, 9])],
    ['a binary file', Buffer.from([8, 65, 66])],
    ['a table with the columns', Buffer.from([9, 65, 66])],
    ['a gzip file inside', gzipSync(gzipSync('x'))],
    ['a bzip2 file', 'BZh91AY'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n'],
    ['JSON of another kind', '{"a":1}'],
    ['a table with the columns name, value', 'name;value\na;1\n'],
    ['a text', 'Dear colleague\n'],
  ])('%s', async (what, content) => {
    const error = await textError(content);
    expect(error.code).toBe('E-FILE-FORMAT');
    expect(error.message).toContain(`looks like ${what}`);
    for (const { name } of importers) expect(error.hint).toContain(name);
  });

  it.each([
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFFminutes;attenuation\n5;60\n', 'utf16le')],
    ['UTF-16 without one', Buffer.from('minutes;attenuation\n5;60\n', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('minutes;attenuation\n5;60\n', 'utf16le').swap16()],
  ])('%s, even when a format is named', async (_name, content) => {
    for (const options of [{}, { from: 'csv' }]) {
      const error = await textError(content, options);
      expect(error).toMatchObject({ code: 'E-FILE-FORMAT', message: 'the text is UTF-16' });
      expect(error.hint).toContain('UTF-8');
    }
  });
});

describe('two claims', () => {
  const both = 'time,a,b,rssi,minutes,attenuation\n300,1,2,-60,5,60\n';
  it('are an error that names both, and --from decides', async () => {
    const error = await textError(both);
    expect(error).toMatchObject({ code: 'E-FILE-FORMAT', message: 'csv and contacts-csv both recognise this file' });
    expect(error.hint).toContain('--from');
    expect((await openText(both, { from: 'csv' })).records).toMatchObject([{ type: 'exposure' }]);
    expect((await openText(both, { from: 'Contacts-CSV' })).records).toMatchObject([{ type: 'sighting' }]);
  });

  it('an unknown --from gets the nearest name', async () => {
    const error = await textError(both, { from: 'contact-csv' });
    expect(error).toMatchObject({ code: 'E-USAGE' });
    expect(error.hint).toContain('did you mean contacts-csv?');
  });
});

describe('folders', () => {
  it('nothing of any format', async () => {
    const error = await openError(folderWith({ 'a.csv': 'minutes,attenuation\n' }));
    expect(error).toMatchObject({ code: 'E-FILE-FORMAT', hint: 'name a file in it' });
  });

  it.each([
    [['a.csv', 'b.csv', 'readme.txt'], '*.csv'],
    [['exp1.sqlite', 'exp2.sqlite'], '*.sqlite'],
    [['a.ndjson.gz', 'b.ndjson.gz', 'c.csv'], '*.ndjson.gz'],
  ])('several traces, %j, are told how to be given', async (names, pattern) => {
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, 'minutes,attenuation\n'])));
    const hint = `name a file in it; several traces are given as ${join(folder, pattern)}`;
    expect(await openError(folder)).toMatchObject({ code: 'E-FILE-FORMAT', hint });
  });

  it('a format of single files does not take one', async () => {
    expect(await openError(fixture('leith'), { from: 'csv' })).toMatchObject({ code: 'E-FILE-FORMAT' });
  });
});

it('exposure-check logs are refused with the reason', async () => {
  const error = await textError(JSON.stringify({ ExposureChecks: [checks] }));
  expect(error.code).toBe('E-FILE-FORMAT');
  expect(error.message).toContain('hash');
  expect(error.message).toContain('neither durations nor attenuations');
});

describe('--units', () => {
  it.each([
    ['a misspelt quantity', { distnace: 'cm' }, 'did you mean distance'],
    ['a quantity of no format', { colour: 'red' }, 'duration, distance, attenuation, time'],
  ])('%s is refused before the file is read', async (_name, units, hint) => {
    await expect(openTrace('no-such-file.csv', { units })).rejects.toMatchObject({
      code: 'E-USAGE',
      hint: expect.stringContaining(hint),
    });
  });
});
