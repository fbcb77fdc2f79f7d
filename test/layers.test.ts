import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyLayer, forbidden, layers, lintConfigText, places } from '../tools/layers.ts';
import { productFiles, textOf } from './helpers/sourceFiles.ts';

/** Paths of the workers that a source text starts. Workers are compiled: the text may name the .js of dist. */
const workerPaths = (text: string): readonly string[] =>
  [...text.matchAll(/new Worker\(\s*(?:builtWorker\(\s*)?new URL\(\s*['"]([^'"]+)['"]/g)].map(([, path]) =>
    path!.replace(/\.js$/, '.ts'),
  );

describe('the layer table', () => {
  it('has no cycle: a layer is never reached from what it imports', () => {
    const below = (layer: string): readonly string[] => (layers[layer] ?? []).flatMap((next) => [next, ...below(next)]);
    for (const layer of everyLayer) expect(below(layer)).not.toContain(layer);
  });

  it('keeps cli on top, report below cli alone and core at the bottom', () => {
    expect(forbidden('cli')).toEqual([]);
    expect(forbidden('src/core')).toEqual(everyLayer.filter((layer) => layer !== 'src/core'));
    for (const layer of everyLayer.filter((other) => other !== 'cli' && other !== 'src/report'))
      expect(forbidden(layer)).toEqual(expect.arrayContaining(['cli', 'src/report']));
  });

  it('opens src/risk/config, and nothing else of src/risk, to the backend', () => {
    expect(places('src/backend')).toEqual(['src/risk/config']);
    expect(forbidden('src/backend')).toContain('src/risk');
    expect(everyLayer.filter((layer) => places(layer).length > 0)).toEqual(['src/backend']);
  });

  it('is what the committed lint configuration says (npm run layers)', () => {
    expect(textOf('.oxlintrc.json')).toBe(lintConfigText());
  });

  it('has a row for every folder of src', () => {
    const folders = new Set(productFiles().map(({ path }) => path.match(/^(src\/[^/]+|[^/]+)\//)![1]!));
    expect(everyLayer).toEqual(expect.arrayContaining([...folders]));
  });
});

describe('workers', () => {
  it('are found in a source text', () => {
    expect(workerPaths(`new Worker(new URL('./a.worker.js', import.meta.url), {})`)).toEqual(['./a.worker.ts']);
    expect(workerPaths(`new Worker(\n  new URL("../b.worker.ts", import.meta.url))`)).toEqual(['../b.worker.ts']);
    expect(workerPaths(`new Worker(builtWorker(new URL('./d.worker.js', import.meta.url)))`)).toEqual([
      './d.worker.ts',
    ]);
    expect(workerPaths(`new Map(new URL('./c.ts', import.meta.url))`)).toEqual([]);
  });

  it('are started from files that exist and are named *.worker.ts', () => {
    const wrong = productFiles().flatMap(({ path, text }) =>
      workerPaths(text)
        .filter((worker) => {
          const target = new URL(worker, new URL(`../${path}`, import.meta.url));
          return !worker.endsWith('.worker.ts') || !existsSync(target);
        })
        .map((worker) => `${path}: ${worker}`),
    );
    expect(wrong).toEqual([]);
    expect(productFiles().flatMap(({ text }) => workerPaths(text)).length).toBeGreaterThan(0);
  });
});
