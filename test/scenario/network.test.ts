/** Scenarios with a network of their own: people, arms, manifests, and any number of threads. */
import { afterAll, describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { manifestText } from '../../src/scenario/manifest.ts';
import type { FileReader } from '../../src/scenario/network.ts';
import { type Overrides, resolveScenario } from '../../src/scenario/resolve.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { exampleNetwork } from '../../tools/exampleNetwork.ts';
import { here, readRisk } from '../helpers/scenario.ts';

const files: Readonly<Record<string, string>> = {
  'office.csv': exampleNetwork(),
  'network.csv': exampleNetwork(),
  'pair.csv': 'time,a,b,distance,minutes\n0,anna,bert,1,30\n',
  'self.csv': 'time,a,b,distance,minutes\n0,anna,anna,1,30\n',
  'rssi.csv': exampleNetwork()
    .replace('distance', 'rssi')
    .replaceAll(/,(\d+\.\d),/g, (_, metres) => `,${-80 - 2 * Number(metres)},`),
};
const readFile: FileReader = (name) => {
  const text = files[name];
  if (text === undefined) throw new EnlabError('E-FILE-MISSING', 'there is no such file', { place: { file: name } });
  return { text, path: name };
};
const resolved = (text: string, overrides: Overrides = {}) =>
  resolveScenario(text, 'own.yaml', readRisk, overrides, readFile);
function refused(text: string, overrides: Overrides = {}): EnlabError {
  try {
    resolved(text, overrides);
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('this was not refused');
}

const OFFICE = `title: Office
days: 20
replicates: 2
contacts: { network: { file: office.csv, days: 7 } }
disease: { firstInfected: 6, perMinute: 0.01 }
app: { adoption: 1, uploads: 1, youngest: 0 }
`;
const digests = (run: Awaited<ReturnType<typeof runScenario>>) =>
  run.arms.map(({ outcomes }) => outcomes.map(({ digest }) => digest));

describe('a scenario with a network', () => {
  const scenario = resolved(OFFICE);

  it('has the people of the file, who live alone unless it says otherwise', () => {
    for (const { parameters, network } of scenario.arms) {
      expect(parameters.population).toMatchObject({ agents: 120, households: [1] });
      expect(network).toMatchObject({ agents: 120, days: 7 });
      expect(network).toBe(scenario.arms[0]!.network);
    }
    expect(scenario).toMatchObject({ networkFile: 'office.csv' });
    expect(scenario.sources['population.agents']).toBe('ids in office.csv');
    expect(scenario.sources['population.households']).toMatch(/office.csv/);
    const families = resolved(`${OFFICE}population: { households: [1, 1] }\n`);
    expect(families.arms[0]!.parameters.population).toMatchObject({ agents: 120, households: [1, 1] });
    expect(families.sources['population.households']).toBeUndefined();
    expect(resolved(OFFICE, { agents: 120 }).arms).toHaveLength(2);
  });

  it('and others have none', () => {
    const plain = resolved('title: x\n');
    expect(plain).not.toHaveProperty('networkFile');
    expect(plain.arms[0]).not.toHaveProperty('network');
  });

  it.each<[string, string, Overrides, string, RegExp, object?]>([
    [
      'a missing file',
      OFFICE.replace('office.csv', 'gone.csv'),
      {},
      'E-FILE-MISSING',
      /there is no file gone.csv/,
      { file: 'own.yaml', line: 4, column: 30 },
    ],
    [
      'a bad file',
      OFFICE.replace('office.csv', 'self.csv'),
      {},
      'E-FILE-INVALID',
      /themselves/,
      { file: 'self.csv', line: 2, column: 8 },
    ],
    [
      'other people',
      `${OFFICE}population: { agents: 500 }\n`,
      {},
      'E-FILE-INVALID',
      /has 120 people/,
      { line: 7, column: 23 },
    ],
    [
      'other people in an arm',
      `${OFFICE}arms: { a: { population: { agents: 500 } } }\n`,
      {},
      'E-FILE-INVALID',
      /has 120 people/,
      { line: 7 },
    ],
    ['other people on the command line', OFFICE, { agents: 500 }, 'E-USAGE', /has 120 people/],
    [
      'more first infected',
      OFFICE.replace('firstInfected: 6', 'firstInfected: 121'),
      {},
      'E-FILE-INVALID',
      /fewer than disease.firstInfected/,
      { line: 5 },
    ],
    [
      'first infected as shipped',
      'title: x\ncontacts: { network: { file: pair.csv } }\n',
      {},
      'E-FILE-INVALID',
      /2 people, fewer/,
      { line: 2 },
    ],
    [
      'a network of an arm',
      `${OFFICE}arms: { a: { contacts: { network: { file: pair.csv } } } }\n`,
      {},
      'E-FILE-INVALID',
      /the arm a has a network/,
      { line: 7 },
    ],
    ['an unknown key', OFFICE.replace('days: 7', 'weeks: 1'), {}, 'E-FILE-INVALID', /contacts.network has no weeks/],
    [
      'a row of no time',
      OFFICE.replace('days: 7', 'rowSeconds: 0'),
      {},
      'E-FILE-INVALID',
      /rowSeconds: it must be above 0/,
    ],
  ])('is refused with %s', (_, text, overrides, code, message, place) => {
    const error = refused(text, overrides);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, ...(place && { place }) });
  });

  it('says of a missing file what its name is relative to', () => {
    expect(refused(OFFICE.replace('office.csv', 'gone.csv')).hint).toMatch(/relative to the scenario/);
  });

  it('is refused where no file can be read', () => {
    expect(() => resolveScenario(OFFICE, 'own.yaml', readRisk)).toThrow(/no file can be read here/);
  });

  it('has a manifest that repeats it with a copy of the file', async () => {
    const manifest = manifestText(scenario, {});
    expect(JSON.parse(manifest)).toMatchObject({ contacts: { network: { file: 'network.csv', days: 7 } } });
    expect(Object.keys(JSON.parse(manifest).arms.default)).not.toContain('contacts');
    const again = await runScenario(resolveScenario(manifest, 'm.json', readRisk, {}, readFile), here);
    expect(digests(again)).toEqual(digests(await runScenario(scenario, here)));
  });
});

describe('a run on a network', async () => {
  const workers = [1, 2].map((count) => new TownWorkers(count));
  afterAll(() => Promise.all(workers.map((pool) => pool.close())));
  const run = await runScenario(resolved(OFFICE), here);

  it('is the same on any number of threads', async () => {
    for (const pool of workers) expect(digests(await runScenario(resolved(OFFICE), pool))).toEqual(digests(run));
  });

  it('infects and warns on workdays, and nobody on a weekend', () => {
    for (const { series } of run.arms.flatMap(({ outcomes }) => outcomes)) {
      for (const weekend of [6, 7, 13, 14, 20]) expect(series[weekend - 1]!.infections).toBe(0);
      expect(series.reduce((sum, { infections }) => sum + infections, 0)).toBeGreaterThan(5);
    }
    const warned = run.arms[1]!.outcomes.map(({ series }) => series.reduce((sum, own) => sum + own.warned, 0));
    expect(Math.min(...warned)).toBeGreaterThan(5);
  });

  it('has the attenuation of a file with rssi', async () => {
    // 80 to 90 dBm below 0, sent with -26 dBm: 54 to 64 dB.
    const measured = OFFICE.replace('office.csv, days: 7', 'rssi.csv, transmitPower: -26');
    const [, app] = (await runScenario(resolved(measured), here)).arms;
    for (const { attenuation } of app!.figures) expect(Math.abs(attenuation! - 59)).toBeLessThan(5);
    const louder = measured.replace('-26', '-36');
    const [, near] = (await runScenario(resolved(louder), here)).arms;
    for (const [k, { attenuation }] of near!.figures.entries())
      expect(Math.abs(attenuation! + 10 - app!.figures[k]!['attenuation']!)).toBeLessThan(3);
  });
});
