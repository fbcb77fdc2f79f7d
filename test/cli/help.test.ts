/** Help, suggestions and start-up: what somebody meets who does not know enlab yet. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commands, families } from '../../cli/commands.ts';
import { publicKeyPem } from '../../src/protocol/export/keyPair.ts';
import { importers } from '../../src/trace/registry.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fixtureBytes, leithFolder } from '../helpers/cliTraces.ts';
import { swissKey, swissZip } from '../helpers/keyExports.ts';
import { hall, pairsIn, traceOf } from '../helpers/pathLoss.ts';

const here = new Workplace();
// Examples are run one after the other, towns among them.
vi.setConfig({ testTimeout: 120_000 });

/** [group, term, text] of every command that a help lists. */
const listedIn = (help: string): readonly (readonly string[])[] =>
  // A line that goes on in the next is one.
  [...help.replaceAll(/\n {4,}(?=\S)/g, ' ').matchAll(/^(\S.*):\n((?: {2}\S.*\n)+)/gm)]
    .filter(([, heading]) => !['Options', 'Examples'].includes(heading!))
    .flatMap(([, group, lines]) =>
      lines!
        .trimEnd()
        .split('\n')
        .map((line) => [group!, ...line.trim().split(/ {2,}/)]),
    );

describe('the root help', () => {
  it.each([80, 110, 200])('fits one screen of %i columns', async (width) => {
    const lines = (await here.output('--help', { width })).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(24);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(width, 110));
  });

  it('lists every command of one word with its summary, and every family with its verbs, below their users', async () => {
    const listed = listedIn(await here.output('--help'));
    for (const { name, group, summary } of commands) {
      const [family, verb] = name.split(' ');
      const [line, ...others] = listed.filter(([, term]) => term === family);
      expect(others).toEqual([]);
      if (verb === undefined) expect(line).toEqual([group, name, summary]);
      else expect(line![2]).toMatch(new RegExp(`(^|, )${verb}(, |: )`));
    }
  });

  it.each(Object.keys(families))('is followed by the help of the family %s, with every summary', async (family) => {
    const listed = listedIn(await here.output(`${family} --help`));
    const own = commands.filter(({ name }) => name.startsWith(`${family} `));
    expect(own.length).toBeGreaterThan(0);
    expect(listed).toEqual(own.map(({ name, group, summary }) => [group, name.split(' ')[1], summary]));
  });

  it('is what "enlab" alone prints, with exit code 0 and nothing on stderr', async () => {
    const bare = await here.enlab('');
    expect(bare).toEqual(await here.enlab('--help'));
    expect(bare).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('has examples of commands that exist', async () => {
    const examples = [...(await here.output('--help')).matchAll(/\$ enlab (\S+ ?\S*)/g)].map(([, words]) => words!);
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const words of examples) expect(commands.some(({ name }) => `${words} `.startsWith(`${name} `))).toBe(true);
  });
});

describe('--version', () => {
  it('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await here.enlab('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what is mistyped', () => {
  it.each([
    ['fit', 'calibrate fit'],
    ['fti field.csv', 'calibrate fit'],
    ['calibrat fit field.csv', 'calibrate fit'],
    ['calibrate chekc', 'calibrate check'],
    ['trace check field.csv', 'calibrate check'],
    ['presest', 'presets'],
    ['inspect field.csv', 'trace inspect'],
  ])('enlab %s: suggests enlab %s, exit 2', async (words, meant) => {
    expectError(await here.enlab(words), 2, 'E-USAGE', 'there is no command', `did you mean "enlab ${meant}"?`);
  });

  it('suggests nothing where nothing is near', async () => {
    const ran = await here.enlab('xyzzy');
    expectError(ran, 2, 'E-USAGE', '"enlab --help" lists all commands');
    expect(ran.stderr).not.toContain('did you mean');
  });

  it.each([
    ['calibrate check field.csv --trut "within 2 m"', '--truth'],
    ['calibrate fit field.csv --objectiv f1', '--objective'],
    ['replay field.csv --pres immuni-dpia', '--preset'],
    ['trace inspect field.csv --haed 3', '--head'],
  ])('enlab %s: suggests %s, exit 2', async (words, meant) => {
    expectError(await here.enlab(words), 2, 'E-USAGE', /unknown option/, `Did you mean ${meant}?`);
  });

  it('shows the commands of a group that was named alone, exit 2', async () => {
    const { exitCode, stdout, stderr } = await here.enlab('calibrate');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/fit .*\n.*check /);
    expect((await here.enlab('calibrate --help')).exitCode).toBe(0);
  });
});

describe.each(commands.map(({ name }) => name))('enlab %s --help', (name) => {
  let help: string;
  let place: Workplace;
  beforeAll(async () => {
    place = new Workplace();
    help = await place.output(`${name} --help`, { width: 100 });
  });

  it('fits the width and begins with how to call it', () => {
    expect(help).toMatch(new RegExp(`^Usage: enlab ${name} `));
    const [text] = help.split('\nExamples:');
    for (const line of text!.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('has no default that only a programmer understands', () => {
    expect(help).not.toMatch(/default: (false|\[\])/);
  });

  it('has examples that run', async () => {
    const examples = [...help.matchAll(/^ {2}# (.+)\n {2}\$ enlab (.+)$/gm)].map(([, , line]) => line!);
    expect(examples.length).toBeGreaterThan(0);
    await equip(place);
    const isServer = name === 'backend start';
    const needsServer = name.startsWith('backend ') || /--url/.test(examples.join());
    let running: Awaited<ReturnType<Workplace['serve']>> | undefined;
    let url = '';
    let before = '';
    for (const example of examples) {
      const started = STARTS.find(([folder]) => example.includes(folder))?.[1] ?? STARTED;
      if (needsServer && !isServer && started !== before) {
        await running?.stop();
        running = await place.serve(started);
        ({ url } = JSON.parse(running.line) as { url: string });
        before = started;
      }
      const line = example.replace('http://127.0.0.1:8080', url);
      if (name === 'device upload')
        await place.output('backend authorise-otp 9K2RAY8UUQ --symptoms 2020-09-10 --data out/backend');
      const short = `${line}${SHORTER.find(([start]) => line.startsWith(start))?.[1] ?? ''}`;
      const { exitCode, stderr } = await (isServer ? (await place.serve(line)).stop() : place.enlab(short));
      expect(exitCode, `enlab ${line}\n${stderr}`).toBe(0);
      for (const [, file] of line.matchAll(/--(?:out|report|trace) (\S+)/g)) expect(place.has(file!)).toBe(true);
    }
    await running?.stop();
  });
});

describe('help on reading files', () => {
  it('names every format for --from', async () => {
    const help = (await here.output('trace inspect --help')).replaceAll(/\s+/g, ' ');
    expect(help).toContain(`instead of detecting it: ${importers.map(({ name }) => name).join(', ')} --columns`);
  });

  it('names the columns of ours that --columns maps', async () => {
    const help = (await here.output('trace inspect --help')).replaceAll(/\s+/g, ' ');
    const place = new Workplace({ 'a.csv': 'x,y\n1,2\n' });
    for (const format of ['csv', 'cells', 'contacts-csv', 'identifiers-csv']) {
      const { stderr } = await place.enlab(`trace inspect a.csv --from ${format} --columns zzzzzz=x`);
      const ours = /columns of ours: (.*)\n/.exec(stderr)?.[1];
      expect(help).toMatch(new RegExp(`${format}: ${ours}[;)]`));
    }
  });

  it.each(['calibrate fit', 'replay'])('%s: says which side of 15 min counts', async (name) => {
    const help = (await here.output(`${name} --help`)).replaceAll(/\s+/g, ' ');
    expect(help).toContain('ge: yes (D5); gt, bucket: no (D4)');
  });
});

/** The backend that examples speak to. */
const STARTED = 'backend start --system immuni --data out/backend --clock virtual --begin 2020-09-13T12:26Z';

/** Others that some examples speak to, by their folders. */
const STARTS = [
  ['out/erik', STARTED.replace('immuni', 'cwa').replace('out/backend', 'out/cwa')],
  ['--data out/cwa', STARTED.replace('immuni', 'cwa').replace('out/backend', 'out/cwa')],
  ['--data out/real', 'backend start --system immuni --data out/real'],
] as const;

/** What makes long examples short. */
const SHORTER = [
  ['calibrate fit', ' --bootstrap 20'],
  ['simulate scenarios/town.yaml --agents', ''],
  ['trace fit-path-loss', ' --bootstrap 100'],
  ['simulate', ' --agents 2000 --days 60 --replicates 3'],
  ['policy', ' --agents 200 --days 15 --replicates 1 --rules 1'],
  ['backend leak-test --level sequence', ' --phones 8 --days 10'],
] as const;

/** Phones that examples speak of; "device new" makes one more. */
const PHONES = ['out/anna', 'out/bruno'];

/** The files that examples speak of. */
async function equip(place: Workplace): Promise<void> {
  const files = {
    'scenarios/town.yaml': readFileSync(new URL('../../scenarios/town.yaml', import.meta.url)),
    'field.csv': fieldCsv(),
    'contacts.csv': fieldCsv(),
    'logs.csv': fieldCsv().replace('user', 'person_id'),
    'asl.csv': fieldCsv().replace('user', 'person_id').replace('minutes', 'durata'),
    'lunch.sqlite': fixtureBytes('dp3t-special-rssi.sqlite'),
    'hall.ndjson': traceOf(pairsIn(hall, 30)),
    'room.ndjson': traceOf(pairsIn(hall, 20, 2)),
    'export.zip': swissZip,
    '1.zip': swissZip,
    '2.zip': swissZip,
    'public.pem': publicKeyPem(swissKey),
    'scan.csv': 'time,rpi\n2020-08-25T10:00:00Z,000102030405060708090a0b0c0d0e0f\n',
    'ExposureChecks.json': '{"ExportVersion":2,"ExposureChecks":[]}',
    ...leithFolder('tram'),
    ...leithFolder('bus'),
    // Another vehicle: the same trace twice would be refused.
    'bus/small_attenuations.txt': Buffer.concat([fixtureBytes('leith/small_attenuations.txt'), Buffer.from('\n')]),
  };
  for (const [name, content] of Object.entries(files)) place.put(name, content);
  await place.output('trace import field.csv --out field.ndjson');
  for (const store of PHONES)
    await place.output(`device new --store ${store} --clock virtual --begin 2020-09-12T12:00Z`);
  await place.output('device new --app cwa-v1 --store out/erik --clock virtual --begin 2020-09-12T12:00Z');
  await place.output('calibrate fit field.ndjson --bootstrap 20 --out out/fit.json');
  await place.output('calibrate export out/fit.json --target immuni --out out/settings.json');
  await place.output('calibrate fit field.ndjson --family minutes --bootstrap 0 --out out/minutes.json');
  const toProtobuf = '--target cwa-v2-android --encoding protobuf --out out/export.bin';
  await place.output(`calibrate export out/minutes.json ${toProtobuf}`);
}

describe('start-up', () => {
  /** Packages and Node modules that a file loads before anything is called, through everything it imports. */
  function loaded(file: URL, seen = new Set<string>()): Set<string> {
    if (seen.has(file.href)) return seen;
    seen.add(file.href);
    const text = readFileSync(file, 'utf8');
    const specifiers = [...text.matchAll(/^(?:import|export)(?! type\b)[^;]*?from '([^']+)'|^import '([^']+)'/gm)];
    for (const [statement, from, bare] of specifiers) {
      // "import { type A, type B } from" loads nothing either.
      if (/\{[^}]*\}/.test(statement) && !/[{,]\s*(?!type\b)\w/.test(statement)) continue;
      const specifier = (from ?? bare)!;
      if (specifier.startsWith('.')) loaded(new URL(specifier, file), seen);
      else seen.add(specifier);
    }
    return seen;
  }

  it('loads nothing but commander and modules of Node before it knows the command', () => {
    const main = new URL('../../cli/main.ts', import.meta.url);
    expect(existsSync(main)).toBe(true);
    const packages = [...loaded(main)].filter((name) => !/^(?:file|node):/.test(name));
    expect(packages).toEqual(['commander']);
  });

  it('would notice a heavier start: the fit command loads zod', () => {
    expect([...loaded(new URL('../../cli/commands/calibrate/fit.ts', import.meta.url))]).toContain('zod');
  });
});
