/** Destinations themselves: a step that never ends is left alone when the user stops the run. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Edge } from '../../cli/edge.ts';
import { OUTPUT_CLOSED } from '../../cli/edge.ts';
import { withDestinations } from '../../cli/files.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { Workplace } from '../helpers/cli.ts';

const nowhere = { write: () => {}, isTerminal: false, width: 80 };

const edgeIn = (place: Workplace, interrupt: AbortSignal): Edge => ({
  arguments: [],
  environment: {},
  folder: place.folder,
  stdout: nowhere,
  stderr: nowhere,
  now: () => 0,
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
