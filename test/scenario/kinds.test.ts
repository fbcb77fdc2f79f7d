/** Which kind of scenario a file is, told by its keys alone. */
import { describe, expect, it } from 'vitest';
import { settingsFor } from '../../cli/backend/settings.ts';
import type { Edge } from '../../cli/edge.ts';
import { httpClient } from '../../cli/edge.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { type RunnablePorts, readRunnable } from '../../src/scenario/kinds.ts';
import { temporaryFolder } from '../helpers/immuniBackend.ts';
import { here, readRisk, smallTown } from '../helpers/scenario.ts';

const never = new AbortController().signal;
const folders: string[] = [];
const ports: RunnablePorts = {
  readRisk,
  towns: here,
  http: httpClient(never),
  pid: 4711,
  async inFolder(work) {
    const { folder, remove } = temporaryFolder();
    folders.push(folder);
    try {
      return await work(folder);
    } finally {
      remove();
    }
  },
  settingsOf: ({ system }) => settingsFor[system]({} as Edge, {}),
};
const runnableOf = (text: string, seed?: number) => readRunnable(text, 'a.yaml', ports, { seed });

const town = `${smallTown}checks: [default.infections > 0]\n`;
const story =
  'title: Two phones\nseed: 3\nsystem: immuni\nactors: { anna: }\ntimeline: [{ wait: +1d }]\nchecks: [anna.heard == 0]\n';
const verdicts =
  'title: Rules\ntags: [a]\nexposures: { a: minutes=20 attenuation=50 }\nrules: [{ rule: immuni-dpia, alerts: [a] }]\n';

describe('a scenario', () => {
  it('with actors is a story', async () => {
    const runnable = runnableOf(story);
    expect(runnable).toMatchObject({ title: 'Two phones', seed: 3, tags: [] });
    const { checks, kept, town: none } = await runnable.run(never);
    expect(checks.map(({ result }) => result.holds)).toEqual([true]);
    expect(Object.keys(kept.arms)).toEqual(['anna', 'server']);
    expect(kept.arms['anna']).toMatchObject({ digests: [], figures: { heard: { value: 0, low: null, high: null } } });
    expect(none).toBeUndefined();
    expect(folders).toHaveLength(1);
  });

  it('with exposures is a table of verdicts', async () => {
    const runnable = runnableOf(verdicts);
    expect(runnable).toMatchObject({ title: 'Rules', tags: ['a'], seed: 0 });
    const { checks, kept } = await runnable.run(never);
    expect(checks.map(({ check }) => check.text)).toEqual(['immuni-dpia: alert of a is 1']);
    expect(Object.keys(kept.arms)).toEqual(['immuni-dpia']);
  });

  it('with neither is a town', async () => {
    const { checks, kept, town: ran } = await runnableOf(town).run(never);
    expect(checks.map(({ result }) => result.holds)).toEqual([true]);
    expect(kept).toMatchObject({ seed: 1, data: { agents: 500, days: 30, replicates: 1 } });
    expect(ran!.result.arms.map(({ name }) => name)).toEqual(['no-app', 'default']);
  });

  it('runs with the seed that a command line gives', async () => {
    expect(runnableOf(story, 8).seed).toBe(8);
    expect((await runnableOf(town, 8).run(never)).kept.seed).toBe(8);
  });

  it.each([
    ['title: x\nactors: {}\n', /system: /],
    ['title: x\nexposures: {}\n', /rules: it is missing|there is no exposure/],
    ['exposures: 5\n', /title: it is missing/],
    ['actors: { anna: }\nexposures: {}\n', /title: it is missing|has no exposures/],
  ])('%j is refused as what it looks like', (text, message) => {
    expect(() => runnableOf(text)).toThrow(EnlabError);
    expect(() => runnableOf(text)).toThrow(message);
  });
});
