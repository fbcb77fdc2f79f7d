/** Trace files -> exposures. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attenuationBy, identities, interruptible, loadExposures, openTraces } from '../../calibration/load.ts';
import { subjectsOf } from '../../calibration/subjects.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import type { Sighting } from '../../src/core/records.ts';
import { fileWith, folderWith } from '../helpers/imports.ts';
import { nativeText, sighting } from '../helpers/traces.ts';

const options = (more = {}) => ({ table: builtInDeviceTable('201214'), episodes: false, importing: {}, ...more });

const failure = async (run: Promise<unknown>): Promise<EnlabError> => {
  try {
    await run;
  } catch (error) {
    return error as EnlabError;
  }
  throw new Error('nothing was thrown');
};

const heard = (time: number, more: object = {}) => ({ ...sighting, rssi: undefined, attenuation: 50, time, ...more });
const START = 1_600_000_020;

describe('loading', () => {
  it('pools several traces, each its own scenario unless its records say otherwise', async () => {
    const folder = folderWith({
      'bus.ndjson': nativeText(heard(START), heard(START + 1, { scenario: 'tram' })),
      'bar.ndjson': nativeText({ type: 'exposure', minutes: 10, attenuation: 60 }),
    });
    const paths = ['bus', 'bar'].map((name) => `${folder}/${name}.ndjson`);
    const { exposures, traces, files } = await loadExposures(paths, options());
    expect(exposures.map(({ scenario }) => scenario)).toEqual(['bus', 'tram', 'bar']);
    expect(traces.map(({ tally }) => tally.used)).toEqual([2, 1]);
    expect(files).toEqual(
      paths.map((path) => ({
        name: path.split('/').at(-1),
        sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
      })),
    );
  });

  it.each([
    [{}, 1],
    [{ scanGap: 6 }, 2],
    [{ scanGap: 19.9 }, 2],
    [{ scanGap: 20 }, 1],
  ])('ends scans by --scan-gap or what suits the format: %j', async (more, scans) => {
    const path = fileWith('a.ndjson', nativeText(heard(START), heard(START + 20)));
    const { exposures } = await loadExposures([path], options(more));
    expect(exposures[0]!.slices).toHaveLength(scans);
  });

  it('turns RSSI into attenuation by the device table', async () => {
    const models = { receiverModel: 'SM-G973F', transmitterModel: 'SM-G973F' };
    const path = fileWith('a.ndjson', nativeText({ ...sighting, ...models, rssi: -80 }));
    const at = async (name: '200813' | '201214') => {
      const { exposures } = await loadExposures([path], options({ table: builtInDeviceTable(name) }));
      return exposures[0]!.slices[0]!.low;
    };
    // 201214: [2, -29]; 200813: every Samsung [5, -24] (datasets.md 2).
    expect([await at('201214'), await at('200813')]).toEqual([49, 51]);
  });

  it('leaves out, and counts, what no model can judge for want of a signal strength', async () => {
    const silent = { ...heard(START + 1), transmitter: 'u', attenuation: undefined, rssi: null, distance: 1 };
    const path = fileWith('a.ndjson', nativeText(heard(START), silent));
    const notice = 'exposures without any known signal strength: no model can judge them';
    for (const [areCounted, transmitters] of [
      [false, ['t']],
      [true, ['t', 'u']],
    ] as const) {
      const { exposures, traces } = await loadExposures([path], options({ areCounted }));
      expect(exposures.map(({ transmitter }) => transmitter)).toEqual(transmitters);
      expect([...traces[0]!.tally.notices]).toEqual([[notice, 1]]);
    }
  });

  it('refuses a trace of distances only, with advice', async () => {
    const path = fileWith('a.ndjson', nativeText({ ...heard(START), attenuation: undefined, distance: 1 }));
    const error = await failure(loadExposures([path], options()));
    expect([error.code, error.exitCode, error.place]).toEqual(['E-FILE-INVALID', 2, { file: path }]);
    expect(error.message).toBe('no exposure has a known signal strength (1 in all)');
    expect(error.hint).toContain('--unknown-device');
    expect((await loadExposures([path], options({ areCounted: true }))).exposures).toHaveLength(1);
  });

  it('names every unknown phone at once, at the end', async () => {
    const text = nativeText(
      { ...sighting, receiverModel: 'Pear', transmitterModel: 'Fig' },
      { ...sighting, receiverModel: 'Kiwi', transmitterModel: 'Fig', time: sighting.time + 1 },
    );
    const error = await failure(loadExposures([fileWith('a.ndjson', text)], options()));
    expect([error.code, error.exitCode]).toEqual(['E-DEVICE-UNKNOWN', 2]);
    expect(error.message).toContain('Fig, Kiwi, Pear');
    const table = builtInDeviceTable('201214', [5, -24]);
    await expect(loadExposures([fileWith('a.ndjson', text)], options({ table }))).resolves.toBeDefined();
  });

  it.each([
    ['late.ndjson', nativeText(heard(START + 100), '', heard(START)), 4],
    ['late.csv', `time,a,b,distance\n${START + 100},r,t,1\n-,r,t,1\n${START},r,t,1\n`, 4],
  ])('names the line of %s whose record is out of order', async (name, text, line) => {
    const path = fileWith(name, text);
    const error = await failure(loadExposures([path], options()));
    expect([error.code, error.place]).toEqual(['E-TRACE-ORDER', { file: path, line }]);
  });

  it('counts truth records that are about nobody, and names the line of one that comes too late', async () => {
    const exposure = { type: 'exposure', user: 'u', minutes: 10, attenuation: 60 };
    const truth = (user: string) => ({ type: 'truth', user, label: true });
    const path = fileWith('a.ndjson', nativeText(truth('u'), truth('v'), exposure, truth('w')));
    const { exposures, traces } = await loadExposures([path], options());
    expect(exposures.map(({ label }) => label)).toEqual([true]);
    expect([...traces[0]!.tally.notices]).toEqual([['truth records about no exposure of the trace', 2]]);
    const late = fileWith('b.ndjson', nativeText(exposure, truth('u')));
    const error = await failure(loadExposures([late], options()));
    expect([error.code, error.place]).toEqual(['E-TRACE-ORDER', { file: late, line: 3 }]);
  });

  it('opens every trace before it reads the first', async () => {
    const paths = ['a', 'b'].map((name) => fileWith(`${name}.ndjson`, nativeText(heard(START, { scenario: name }))));
    const used = async (all: readonly string[]) => {
      const counts: number[] = [];
      for await (const { tally } of openTraces(all, options())) counts.push(tally.used);
      return counts;
    };
    expect(await used(paths)).toEqual([0, 0]);
    expect(await failure(used([...paths, '/no/such/file']))).toMatchObject({ code: 'E-FILE-MISSING' });
  });

  it('keeps phones of traces apart that have the same file name', async () => {
    const text = (k: number) => nativeText(heard(START + k));
    const root = folderWith({ 'A/log.ndjson': text(0), 'B/log.ndjson': text(1), 'B/other.ndjson': text(2) });
    const paths = ['A/log', 'B/log', 'B/other'].map((name) => `${root}/${name}.ndjson`);
    const { exposures, traces } = await loadExposures(paths, options());
    expect(exposures.map(({ scenario }) => scenario)).toEqual(['A/log', 'B/log', 'other']);
    expect(subjectsOf(exposures, 'user')).toHaveLength(3);
    expect(traces.map(({ tally }) => [...tally.notices.keys()])).toEqual([
      ['another trace has the same file name: scenario "A/log"'],
      ['another trace has the same file name: scenario "B/log"'],
      [],
    ]);
  });

  it('folders of one format are kept apart by the files in them', async () => {
    const folders = ['1 2', '3 4'].map((row) =>
      folderWith({ 'x_attenuations.txt': `# 50-60, 60-70\n${row}\n`, 'x_distances.txt': '1\n' }),
    );
    const { exposures } = await loadExposures(folders, options());
    expect(new Set(exposures.map(({ scenario }) => scenario)).size).toBe(2);
  });

  it('ends between batches when the user asks for it', async () => {
    async function* batches() {
      yield* [[heard(START) as Sighting], [heard(START + 1) as Sighting]];
    }
    const stop = new AbortController();
    const seen: number[] = [];
    const run = async () => {
      for await (const batch of interruptible(batches(), stop.signal)) {
        seen.push(batch.length);
        stop.abort();
      }
    };
    expect(await failure(run())).toMatchObject({ code: 'E-INTERRUPTED', exitCode: 130 });
    expect(seen).toEqual([1]);
  });

  it('of nothing is nothing', async () => {
    expect(await loadExposures([], options())).toEqual({ exposures: [], traces: [], files: [] });
    expect(await identities([])).toEqual([]);
  });
});

describe('the attenuation of a sighting', () => {
  const models = { receiverModel: 'SM-G973F', transmitterModel: 'SM-G973F' };
  it.each([
    [{ attenuation: 61, rssi: -80 }, 61],
    [{ attenuation: 0, rssi: -80 }, 0],
    [{ rssi: -80 }, 49],
    [{ rssi: -20 }, 0],
    [{ rssi: null }, null],
    [{}, null],
    [{ rssi: -80, receiverModel: 'Pear' }, null],
  ])('%j: %d dB', (own, dB) => {
    const attenuationOf = attenuationBy(builtInDeviceTable('201214'));
    expect(attenuationOf({ type: 'sighting', time: 1, receiver: 'r', transmitter: 't', ...models, ...own })).toBe(dB);
  });
});
