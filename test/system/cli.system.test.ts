/** The built program as a process: signals, closed streams, full disks, two runs at once. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSchema } from '../../calibration/schemas.ts';
import { parsed, splitWords, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows } from '../helpers/cliTraces.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const edge = new URL('../../dist/cli/edge.js', import.meta.url).href;
const isRoot = process.getuid?.() === 0;

interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Stdio = 'pipe' | 'ignore' | number;

function start(
  place: Workplace,
  line: string,
  stdio: readonly [Stdio, Stdio, Stdio] = ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  return spawn(process.execPath, [main, ...splitWords(line)], { cwd: place.folder, stdio: [...stdio] });
}

/** Waits for the end of a process; its streams are collected. */
function end(child: ChildProcess): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (piece: string) => void (text[name] += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...text }));
  });
}

const enlab = (place: Workplace, line: string): Promise<Ended> => end(start(place, line));

/** Resolves once the program has opened an output under its temporary name, which is before it reads. */
function temporaryIn(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!name?.endsWith('.part')) return;
      watcher.close();
      resolve();
    });
  });
}

it.skipIf(process.platform === 'win32')('the program may be executed after every build, as a link to it needs', () => {
  expect(statSync(main).mode & 0o111).toBe(0o111);
});

const manyRows = fieldCsv(undefined, Array.from({ length: 2000 }, () => fieldRows).flat());

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 'trace import long.csv --out out/trace.ndjson'],
    ['SIGINT', 'trace import long.csv --out out/trace.ndjson.gz'],
    ['SIGTERM', 'trace import long.csv --out out/trace.ndjson'],
    ['SIGINT', 'replay long.csv --out out/verdicts.csv'],
    ['SIGINT', 'calibrate fit long.csv --out out/fit.json --report out/fit.html'],
  ] as const)('%s during "%s": exit 130, no file and no temporary', async (signal, line) => {
    const place = new Workplace({ 'long.csv': manyRows });
    mkdirSync(place.path('out'));
    const opened = temporaryIn(place.path('out'));
    const child = start(place, line);
    const ended = end(child);
    await opened;
    child.kill(signal);
    expect(await ended).toMatchObject({ exitCode: 130, signal: null, stdout: '' });
    expect((await ended).stderr).toContain('error E-INTERRUPTED: ');
    expect(readdirSync(place.path('out'))).toEqual([]);
  });

  it('during a search that never pauses: ends at once, exit 130', async () => {
    const endless = `
      import { runAtEdge } from '${edge}';
      import { withDestinations } from '${edge.replace('edge.js', 'files.js')}';
      await runAtEdge(async (edge) => {
        try {
          await withDestinations(edge, { inputs: [], outputs: ['out.json'] }, async () =>
            edge.breakable(() => { edge.stdout.write('busy'); for (;;); }));
        } catch { return edge.interrupt.aborted ? 130 : 1; }
        return 0;
      });`;
    const place = new Workplace();
    const child = spawn(process.execPath, ['--input-type=module', '-e', endless], { cwd: place.folder });
    const ended = end(child);
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await ended).toMatchObject({ exitCode: 130, signal: null, stdout: 'busy', stderr: '' });
    expect(place.files()).toEqual([]);
  });

  it('during the bootstrap of a fit: exit 130, what was there before is kept', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv(), 'fit.json': 'old' });
    const child = start(place, 'calibrate fit field.csv --bootstrap 100000 --out fit.json --tables tables');
    const ended = end(child);
    child.stderr!.once('data', () => child.kill('SIGINT'));
    expect(await ended).toMatchObject({ exitCode: 130, signal: null, stdout: '' });
    expect(place.text('fit.json')).toBe('old');
    expect(place.files()).toEqual(['field.csv', 'fit.json']);
  });
});

describe('streams', () => {
  const place = new Workplace({ 'field.csv': fieldCsv(), 'long.csv': manyRows });

  it('a closed stdin changes nothing', async () => {
    const line = 'calibrate check field.csv --all-presets --bootstrap 10';
    const usual = await enlab(place, line);
    expect(usual).toMatchObject({ exitCode: 0, signal: null });
    const closed = await end(
      spawn('sh', ['-c', '"$0" "$@" <&-', process.execPath, main, ...splitWords(line)], { cwd: place.folder }),
    );
    expect(closed).toEqual(usual);
  });

  it('without a terminal there is no colour and no cursor movement', async () => {
    const { stdout, stderr } = await enlab(place, 'calibrate fit field.csv --bootstrap 10');
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).toContain('Youden');
  });

  it('a reader that stops early (| head -1) ends the run without a word', async () => {
    const child = start(place, 'replay long.csv');
    const ended = end(child);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect(await ended).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });

  it('a reader that stops early still gets the files', async () => {
    const child = start(place, 'calibrate check field.csv --all-presets --bootstrap 0 --out check.json');
    const ended = end(child);
    child.stdout!.destroy();
    const { stderr, ...ran } = await ended;
    expect(ran).toMatchObject({ exitCode: 0, signal: null });
    // The system may tell that nobody reads before or after the file has been named.
    expect(stderr).toMatch(/^(?:wrote check\.json\n)?$/);
    parsed(place.text('check.json'), checkSchema);
  });

  it.skipIf(!existsSync('/dev/full'))('a stdout that cannot be written is an error, exit 2', async () => {
    const line = 'calibrate check field.csv --all-presets --bootstrap 0';
    const words = ['-c', '"$0" "$@" >/dev/full', process.execPath, main, ...splitWords(line)];
    const { exitCode, stderr } = await end(spawn('sh', words, { cwd: place.folder }));
    expect(stderr).toMatch(/^error E-OUTPUT: .*no space left on device.*\n {2}hint: /);
    expect(exitCode).toBe(2);
  });

  it.each([
    ['calibrate check field.csv --preset immuni-dpia --bootstrap 0', 0],
    ['calibrate check missing.csv --all-presets', 2],
    ['calibrate compare "minutes>=0" "minutes>60" field.csv --bootstrap 5 --fail-if "sensitivity drop > 0.5"', 3],
    ['', 0],
  ])('enlab %s: exit %i', async (line, exitCode) => {
    expect(await enlab(place, line)).toMatchObject({ exitCode, signal: null });
  });
});

describe('two runs at once into the same file', () => {
  it('both succeed; the file is whole and one of the two', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const line = (seed: number) =>
      `calibrate check field.csv --all-presets --bootstrap 50 --seed ${seed} --out out.json`;
    const runs = await Promise.all([1, 2, 3, 4].map((seed) => enlab(place, line(seed))));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const { seed } = parsed(place.text('out.json'), checkSchema);
    await enlab(place, line(seed!).replace('out.json', 'alone.json'));
    expect(place.text('out.json')).toBe(place.text('alone.json'));
    expect(place.files()).toEqual(['alone.json', 'field.csv', 'out.json']);
  });
});

/** Mounts a small file system; false where this machine does not let us. */
function mounted(folder: string, options: string): boolean {
  mkdirSync(folder);
  if (!isRoot) return false;
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Its verdicts do not fit on the small disk. */
const longCsv = fieldCsv(undefined, Array.from({ length: 6 }, () => fieldRows).flat());
const disks = new Workplace({ 'field.csv': fieldCsv(), 'long.csv': longCsv });
const canMount = mounted(disks.path('full'), 'size=64k');
const cannot = canMount ? '' : ' (skipped: this machine lets us mount nothing)';
afterAll(() => {
  if (canMount) execFileSync('/bin/umount', [disks.path('full')]);
});

describe.skipIf(!canMount)(`a full disk${cannot}`, () => {
  it.each([
    'calibrate fit field.csv --bootstrap 10 --report full/fit.html',
    'calibrate fit field.csv --bootstrap 10 --out kept.json --tables full/tables',
    'replay long.csv --level exposure --out full/verdicts.csv',
  ])('enlab %s: exit 2, nothing half-written', async (line) => {
    const { exitCode, stderr } = await enlab(disks, line);
    expect(stderr).toMatch(/error E-OUTPUT: full\/\S+: the disk is full\n {2}hint: /);
    expect(exitCode).toBe(2);
    const left = disks.files().filter((name) => !/^full\/tables\/[\w-]+\.(csv|svg)$/.test(name));
    expect(left).toEqual(['field.csv', 'long.csv']);
    for (const name of readdirSync(disks.path('full'))) rmSync(disks.path(`full/${name}`), { recursive: true });
  });
});

describe('a folder that may not be written', () => {
  const place = new Workplace();
  let isMounted = false;
  beforeAll(() => {
    isMounted = mounted(place.path('closed'), 'ro,size=64k');
    if (!isMounted) chmodSync(place.path('closed'), 0o555);
  });
  afterAll(() => {
    if (isMounted) execFileSync('/bin/umount', [place.path('closed')]);
    else chmodSync(place.path('closed'), 0o755);
  });

  it.skipIf(isRoot && !canMount)('is found before the trace is read: exit 2', async () => {
    const { exitCode, stderr, stdout } = await enlab(place, 'calibrate fit missing.csv --out closed/fit.json');
    expect(stderr).toMatch(
      /^error E-OUTPUT: closed\/fit\.json: (this file system is read-only|there is no permission)/,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(readdirSync(place.path('closed'))).toEqual([]);
  });
});
