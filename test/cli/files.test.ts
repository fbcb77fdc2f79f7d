/** Destinations themselves: a step that never ends is left alone when the user stops the run. */
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Edge } from '../../cli/edge.ts';
import { OUTPUT_CLOSED } from '../../cli/edge.ts';
import { withDestinations } from '../../cli/files.ts';
import { finalPath, outputError } from '../../cli/store/outputFile.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { Workplace } from '../helpers/cli.ts';

const nowhere = { write: () => {}, isTerminal: false, width: 80 };

const edgeIn = (place: Workplace, interrupt: AbortSignal): Edge => ({
  arguments: [],
  environment: {},
  folder: place.folder,
  temporaryFolder: place.folder,
  stdout: nowhere,
  stderr: nowhere,
  processors: 1,
  engine: { node: '20.0.0', v8: '11.3', architecture: 'x64' },
  memory: 8e9,
  processId: 1,
  now: () => 0,
  stopwatch: () => () => 0,
  launch: () => Promise.reject(new Error('nothing is launched')),
  after: () => () => {},
  http: () => Promise.reject(new Error('no network')),
  entropy: (bytes) => new Uint8Array(bytes),
  interrupt,
  breakable: (work) => work(),
});

describe('withDestinations', () => {
  it('ends a step that never would, and leaves nothing', async () => {
    const place = new Workplace();
    const controller = new AbortController();
    const paths = { inputs: [], outputs: ['a.json', 'b/c.json'] };
    const run = withDestinations(edgeIn(place, controller.signal), paths, ([out]) => {
      out!.write('half');
      expect(place.files()).toHaveLength(2);
      controller.abort('SIGINT');
      return new Promise<never>(() => {});
    });
    await expect(run).rejects.toMatchObject({ code: 'E-INTERRUPTED', exitCode: 130 });
    expect(place.files()).toEqual([]);
  });

  it('goes on when only stdout has lost its reader', async () => {
    const place = new Workplace();
    const controller = new AbortController();
    const paths = { inputs: [], outputs: ['a.json'] };
    await withDestinations(edgeIn(place, controller.signal), paths, async ([out]) => {
      controller.abort(OUTPUT_CLOSED);
      out!.write('whole');
    });
    expect(place.text('a.json')).toBe('whole');
  });

  it('keeps all outputs or none: what fails last takes back what was written first', async () => {
    const place = new Workplace({ 'a.json': 'old' });
    const paths = { inputs: [], outputs: ['a.json', undefined, 'b.json'] };
    const run = withDestinations(edgeIn(place, new AbortController().signal), paths, async ([a, none, b]) => {
      expect(none).toBeUndefined();
      a!.write('new');
      b!.write('new');
      throw new EnlabError('E-BUG', 'late');
    });
    await expect(run).rejects.toThrow('late');
    expect(place.files()).toEqual(['a.json']);
    expect(place.text('a.json')).toBe('old');
  });

  /** Writes a and b, after something happened to their places meanwhile. */
  const pair = (place: Workplace, meanwhile: () => void, first = 'a.json') =>
    withDestinations(
      edgeIn(place, new AbortController().signal),
      { inputs: [], outputs: [first, 'b.json'] },
      async ([a, b]) => {
        a!.write('new');
        b!.write('new');
        meanwhile();
      },
    );

  it('looks at all places again before the first file takes its own', async () => {
    const place = new Workplace({ 'a.json': 'old' });
    const run = pair(place, () => mkdirSync(place.path('b.json')));
    await expect(run).rejects.toMatchObject({ code: 'E-OUTPUT', place: { file: 'b.json' }, message: /folder/ });
    expect(place.files()).toEqual(['a.json']);
    expect(place.text('a.json')).toBe('old');
  });

  it('takes back new files, and their folders, where a later one fails all the same', async () => {
    const remove = (place: Workplace) => () => {
      for (const name of readdirSync(place.folder).filter((each) => each.startsWith('.b.json')))
        rmSync(place.path(name));
    };
    const place = new Workplace();
    await expect(pair(place, remove(place), 'deep/a.json')).rejects.toMatchObject({
      code: 'E-OUTPUT',
      place: { file: 'b.json' },
      message: expect.not.stringContaining('.part'),
    });
    expect(readdirSync(place.folder)).toEqual([]);
    // What has been replaced is gone: nobody kept a copy.
    const older = new Workplace({ 'a.json': 'old' });
    await expect(pair(older, remove(older))).rejects.toMatchObject({ code: 'E-OUTPUT' });
    expect(older.text('a.json')).toBe('new');
  });

  it('never shares a temporary file, even with a run that has the same clock', async () => {
    const place = new Workplace();
    const paths = { inputs: [], outputs: ['a.json'] };
    const edge = edgeIn(place, new AbortController().signal);
    const texts = ['one', 'two', 'three'];
    await Promise.all(
      texts.map((text) =>
        withDestinations(edge, paths, async ([out]) => {
          out!.write(text.slice(0, 1));
          await Promise.resolve();
          out!.write(text.slice(1));
        }),
      ),
    );
    expect(texts).toContain(place.text('a.json'));
    expect(place.files()).toEqual(['a.json']);
  });
});

describe('an output that is a link', () => {
  const written = async (place: Workplace, path: string): Promise<void> =>
    withDestinations(edgeIn(place, new AbortController().signal), { inputs: [], outputs: [path] }, async ([out]) => {
      out!.write('new');
    });
  const linked = (place: Workplace, to: string, from: string): Workplace => {
    mkdirSync(dirname(place.path(from)), { recursive: true });
    symlinkSync(to, place.path(from));
    return place;
  };

  it.each([
    ['a file', 'real/out.json'],
    ['nothing yet', 'real/new.json'],
    ['a folder that is not there yet', 'real/deep/new.json'],
    ['another link', 'real/link.json'],
  ])('to %s is written through and stays', async (_, to) => {
    const place = linked(new Workplace({ 'real/out.json': 'old' }), 'out.json', 'real/link.json');
    linked(place, to, 'out.json');
    await written(place, 'out.json');
    expect(readlinkSync(place.path('out.json'))).toBe(to);
    expect(place.text(to)).toBe('new');
    expect(place.files().filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(lstatSync(place.path('real/link.json')).isSymbolicLink()).toBe(true);
  });

  it('is followed from where it really is', async () => {
    const place = linked(new Workplace({ 'real/deep/x': '' }), 'real/deep', 'folder');
    linked(place, '../out.json', 'real/deep/link.json');
    await written(place, 'folder/link.json');
    expect(place.text('real/out.json')).toBe('new');
  });

  it('leaves nothing behind a link to nothing when the run fails', async () => {
    const place = linked(new Workplace(), 'real/new.json', 'out.json');
    const paths = { inputs: [], outputs: ['out.json'] };
    const run = withDestinations(edgeIn(place, new AbortController().signal), paths, async () => {
      throw new EnlabError('E-BUG', 'late');
    });
    await expect(run).rejects.toThrow('late');
    expect(readdirSync(place.folder)).toEqual(['out.json']);
  });

  it('in a circle, or to a folder, is refused', async () => {
    const place = linked(linked(new Workplace({ 'dir/x': '' }), 'b.json', 'a.json'), 'a.json', 'b.json');
    await expect(written(place, 'a.json')).rejects.toMatchObject({ code: 'E-OUTPUT', message: /in a circle/ });
    linked(place, 'dir', 'folder');
    await expect(written(place, 'folder')).rejects.toMatchObject({ code: 'E-OUTPUT', message: /this is a folder/ });
  });

  it('cannot hide that two outputs go to the same place', async () => {
    const place = linked(linked(new Workplace(), 'new.json', 'out.json'), '.', 'here');
    const signal = new AbortController().signal;
    for (const other of ['new.json', 'here/new.json', './here/out.json'])
      await expect(
        withDestinations(edgeIn(place, signal), { inputs: [], outputs: ['out.json', other] }, async () => {}),
      ).rejects.toMatchObject({ message: 'two outputs would go to the same place' });
    expect(finalPath(place.path('here/out.json'))).toBe(finalPath(place.path('new.json')));
  });
});

describe('what the system says', () => {
  const failure = (code: string) =>
    Object.assign(new Error(`${code}: words of the system, rename '/tmp/.out.json.1-1.part' -> '/tmp/out.json'`), {
      code,
    });

  it.each([
    ['EISDIR', 'this is a folder, not a file'],
    ['ENAMETOOLONG', 'this name is longer than the file system allows'],
    ['ENOSPC', 'the disk is full'],
    ['EXDEV', 'EXDEV: words of the system'],
  ])('%s: without the temporary name', (code, message) => {
    expect(outputError(failure(code), 'out.json')).toMatchObject({
      code: 'E-OUTPUT',
      place: { file: 'out.json' },
      message,
    });
  });
});

describe('a folder of files', () => {
  const run = (place: Workplace, stderr: string[], work: () => void) => {
    const edge = edgeIn(place, new AbortController().signal);
    const paths = { inputs: ['trace.csv'], outputs: ['new/out.json', '-'], folder: 'deep/tables' };
    return withDestinations(
      { ...edge, stderr: { ...nowhere, write: (text) => stderr.push(text) } },
      paths,
      async (_, folder) => {
        folder!('rules.csv', 'a,b\n');
        folder!('cells.csv', 'c,d\n');
        work();
      },
    );
  };

  it('gets whole files, and all outputs are named', async () => {
    const place = new Workplace();
    const stderr: string[] = [];
    await run(place, stderr, () => {
      expect(place.files().some((name) => name.endsWith('rules.csv'))).toBe(false);
    });
    expect(place.files()).toEqual(['deep/tables/cells.csv', 'deep/tables/rules.csv', 'new/out.json']);
    expect(place.text('deep/tables/rules.csv')).toBe('a,b\n');
    expect(stderr).toEqual(['wrote new/out.json\n', 'wrote 2 files in deep/tables\n']);
  });

  it('is not there after a failure, unless it was before', async () => {
    const fail = () => {
      throw new EnlabError('E-BUG', 'late');
    };
    const place = new Workplace();
    const stderr: string[] = [];
    await expect(run(place, stderr, fail)).rejects.toThrow('late');
    expect(readdirSync(place.folder)).toEqual([]);
    expect(stderr).toEqual([]);
    const kept = new Workplace({ 'deep/other.txt': 'kept' });
    await expect(run(kept, [], fail)).rejects.toThrow('late');
    expect(kept.files()).toEqual(['deep/other.txt']);
    expect(readdirSync(kept.folder)).toEqual(['deep']);
  });
});
