/** What is checked before traces are read together: every option is read by one of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EnlabError } from '../../src/core/errors.ts';
import { TraceFile } from '../../src/trace/files.ts';
import { type ImportOptions, Tally } from '../../src/trace/importer.ts';
import type { OpenOptions } from '../../src/trace/open.ts';
import { importers } from '../../src/trace/registry.ts';
import { openTogether } from '../../src/trace/together.ts';
import { fileWith, fixture, folderWith } from '../helpers/imports.ts';
import { nativeText, sighting } from '../helpers/traces.ts';

/** A file of every format, with everything in it that an option can be about. */
const samples: Readonly<Record<string, () => string>> = {
  enlab: () => fileWith('own.ndjson', nativeText(sighting)),
  csv: () => fileWith('table.csv', 'minutes,attenuation,distance,day,load\n5,60,1,2020-06-01,2\n'),
  cells: () => fileWith('cells.csv', 'D,A,positives,negatives\n1,1,1,1\n'),
  'contacts-csv': () => fileWith('contacts.csv', 'time,a,b,distance\n1600000000,1,2,5\n'),
  'identifiers-csv': () =>
    fileWith('scan.csv', 'time,rpi,aem,rssi\n1600000000,8be6cd371c5c891604bfbe49df845096,72033874,-60\n'),
  'leith-bins': () => fixture('leith/small_attenuations.txt'),
  'dp3t-sqlite': () => fixture('dp3t-exp05.sqlite'),
  'exposure-windows': () => fixture('windows-ios.json'),
  pact: () => fixture('pact-log.txt'),
  'robert-hello': () => fixture('robert-wrap.csv'),
  'immuni-epidemiological': () => fixture('immuni-cases.ndjson'),
  'exposure-checks': () => fileWith('checks.json', '{"ExposureChecks":[]}'),
};

/** An object whose reader is watched: the names it asked for are collected. */
const watched = <T extends object>(object: T, asked: Set<string>): T =>
  new Proxy(object, {
    get: (target, name) => {
      asked.add(String(name));
      return Reflect.get(target, name) as unknown;
    },
  });

async function refusal(paths: readonly string[], options: OpenOptions): Promise<EnlabError> {
  return openTogether(paths, options).then(
    () => expect.fail('nothing was refused'),
    (error: EnlabError) => error,
  );
}

describe.each(importers)('$name', (importer) => {
  const { name, reads, units } = importer;

  it('declares the options that it reads, and no other', async () => {
    const [asked, quantities] = [new Set<string>(), new Set<string>()];
    const declared = watched(units.includes('distance') ? { distance: 'm' } : {}, quantities);
    const options: ImportOptions = watched({ units: declared }, asked);
    const reading = (async () => {
      for await (const batch of importer.read(new TraceFile(samples[name]!()), options, new Tally()))
        expect(batch).toBeDefined();
    })();
    // Logs of exposure checks are refused, whatever the options.
    await (name === 'exposure-checks' ? expect(reading).rejects.toThrow('exposure checks') : reading);
    expect([...asked].toSorted()).toEqual([...reads, ...(units.length > 0 ? ['units'] : [])].toSorted());
    expect([...quantities].toSorted()).toEqual([...units].toSorted());
  });
});

describe('openTogether', () => {
  it.each([
    ['enlab', { weight: 'foo' }, '--weight', 'csv'],
    ['enlab', { columns: { user: 'a' } }, '--columns', 'csv, cells, contacts-csv, identifiers-csv'],
    ['enlab', { units: { distance: 'cm' } }, '--units distance=cm', 'csv, contacts-csv, leith-bins, pact'],
    ['enlab', { dateOrder: 'dmy' }, '--date-order', 'csv, contacts-csv, identifiers-csv'],
    ['enlab', { distances: '/far.txt' }, '--distances', 'leith-bins'],
    ['enlab', { controls: '/controls.json' }, '--controls', 'immuni-epidemiological'],
    ['leith-bins', { units: { distance: 'm', time: 's' } }, '--units time=s', 'contacts-csv'],
    ['contacts-csv', { weight: 'foo' }, '--weight', 'csv'],
  ] as const)('of %s refuses %j', async (format, options, flag, readers) => {
    const error = await refusal([samples[format]!()], options);
    expect([error.code, error.exitCode]).toEqual(['E-USAGE', 2]);
    expect(error.message).toBe(`${flag} does not apply to ${format}, which would ignore it`);
    expect(error.hint).toBe(`leave it out; formats that read it: ${readers}`);
  });

  it('takes an option that one of several formats reads, and names all formats where none does', async () => {
    const paths = [samples['enlab']!(), samples['csv']!(), samples['leith-bins']!()];
    const options = { weight: 'load', units: { distance: 'm' } };
    expect((await openTogether(paths, options)).map(({ importer }) => importer.name)).toEqual([
      'enlab',
      'csv',
      'leith-bins',
    ]);
    expect((await refusal(paths, { controls: '/c.json' })).message).toContain('enlab, csv, leith-bins, which');
  });

  it('takes no option everywhere', async () => {
    const paths = Object.values(samples).map((sample) => sample());
    expect(await openTogether(paths)).toHaveLength(importers.length);
  });
});

describe('the same trace twice', () => {
  const text = (user: string) => `user,minutes,attenuation\n${user},5,60\n`;

  it.each([
    ['under one name', ['a.csv', 'a.csv']],
    ['under two names', ['a.csv', 'b.csv', 'deep/copy.csv']],
  ])('%s is refused', async (_, names) => {
    const folder = folderWith({ 'a.csv': text('ada'), 'b.csv': text('bob'), 'deep/copy.csv': text('ada') });
    const paths = names.map((name) => `${folder}/${name}`);
    const error = await refusal(paths, {});
    expect([error.code, error.place]).toEqual(['E-USAGE', { file: paths.at(-1) }]);
    expect(error.message).toBe(`the same trace as ${paths[0]}: pooled, everything would count twice`);
  });

  it('is not what two traces of equal size are', async () => {
    const folder = folderWith({ 'a.csv': text('ada'), 'b.csv': text('bob') });
    expect(await openTogether(['a.csv', 'b.csv'].map((name) => `${folder}/${name}`))).toHaveLength(2);
  });
});

it('docs/trace-format.md lists what every format reads', () => {
  const rows = readFileSync(new URL('../../docs/trace-format.md', import.meta.url), 'utf8').split('\n');
  const flags = { columns: '--columns', weight: '--weight', dateOrder: '--date-order' } as const;
  const documented = importers.map(({ name }) => {
    const [, , , units = '', others = ''] = rows
      .find((row) => row.startsWith(`| \`${name}\` | `))!
      .split(/ *(?<!\\)\| */);
    return [
      name,
      [...units.matchAll(/`(\w+)=/g)].map(([, unit]) => unit),
      [...others.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag),
    ];
  });
  const declared = importers.map(({ name, reads, units }) => [
    name,
    units,
    reads.map((option) => ({ ...flags, distances: '--distances', controls: '--controls' })[option]),
  ]);
  expect(documented.map((each) => JSON.stringify(each))).toEqual(declared.map((each) => JSON.stringify(each)));
});
