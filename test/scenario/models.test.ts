/** Phone models by the name of a device table: offsets that are what the table would have mended. */
import { describe, expect, it } from 'vitest';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import { type BuiltInTable, builtInTables } from '../../src/core/deviceTables.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { manifestText } from '../../src/scenario/manifest.ts';
import { resolveScenario } from '../../src/scenario/resolve.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { here, readRisk, refused, resolved, smallTown } from '../helpers/scenario.ts';

const named = (name: string) => resolved(`title: x\napp: { models: ${name} }\n`);
const modelsOf = (name: string) => named(name).arms[0]!.parameters.app.models;
const tables = Object.keys(builtInTables) as readonly BuiltInTable[];

describe('models by name', () => {
  it('are those of the table, alike in weight, and all advertise', () => {
    expect(modelsOf('google-201214')).toEqual([
      { name: 'SM-G973F', share: 1, rx: 2, tx: 3.2, advertises: true },
      { name: 'SM-G970F', share: 1, rx: 5, tx: -0.8, advertises: true },
      { name: 'SM-A405FN', share: 1, rx: 2, tx: -2.8, advertises: true },
      { name: 'SM-A515F', share: 1, rx: 2, tx: 2.2, advertises: true },
      { name: 'SM-A908B', share: 1, rx: 5, tx: -0.8, advertises: true },
      { name: 'SM-G981B', share: 1, rx: 5, tx: -0.8, advertises: true },
    ]);
    expect(modelsOf('GOOGLE-200613')).toEqual(modelsOf('google-200613').map((model) => ({ ...model, rx: -3, tx: 0 })));
  });

  it.each(tables)('of %s measure, by their offsets, what its correction makes the same', (name) => {
    const table = builtInDeviceTable(name);
    const models = modelsOf(`google-${name}`);
    const figures: Readonly<Record<string, readonly [number, number]>> = builtInTables[name];
    const mean = Object.values(figures).reduce((sum, [, tx]) => sum + tx, 0) / models.length;
    for (const sender of models)
      for (const receiver of models) {
        // A path of 60 dB: what arrives, and what the receiver says of it.
        const rssi = figures[sender.name!]![1] - 60 - figures[receiver.name!]![0];
        expect(table.attenuationOf(rssi, receiver.name, sender.name)).toBe(60);
        expect(mean - rssi).toBeCloseTo(60 + sender.tx + receiver.rx, 1);
      }
  });

  it('say where they come from, and what is assumed', () => {
    expect(named('google-201214').sources['app.models']).toMatch(
      /Google's device table 201214.*equal weights: assumption/,
    );
    expect(resolved('title: x\n').sources['app.models']).toMatch(/Herald/);
    const own = resolved('title: x\napp: { models: [{ share: 1, rx: 1, tx: 1, advertises: true }] }\n');
    expect(own.sources['app.models']).toBeUndefined();
    const sourced = resolved('title: x\napp: { models: { value: google-201214, source: mine } }\n');
    expect(sourced.sources['app.models']).toBe('mine');
  });

  it('may be those of an arm, and stand in a manifest by value', () => {
    const scenario = resolved('title: x\narms: { a: , b: { app: { models: google-200813 } } }\n');
    expect(scenario.arms.map(({ parameters }) => parameters.app.models.length)).toEqual([2, 6]);
    const manifest = JSON.parse(manifestText(scenario, {})) as { arms: { b: { app: { models: unknown } } } };
    expect(manifest.arms.b.app.models).toEqual(modelsOf('google-200813'));
    expect(resolved(JSON.stringify(manifest)).arms[1]!.parameters).toEqual(scenario.arms[1]!.parameters);
  });

  it.each([
    ['google-201215', /did you mean google-201214/],
    ['herald', /names: google-200613, google-200813, google-201214/],
    ['201214', /google-201214/],
  ])('%s are refused', (name, hint) => {
    const error = refused(`title: x\napp: { models: "${name}" }\n`);
    expect(error).toMatchObject({
      code: 'E-FILE-INVALID',
      message: `app.models: there is no table ${name}`,
      place: { file: 'own.yaml', line: 2, column: 16 },
      hint: expect.stringMatching(hint),
    });
    expect(refused(`title: x\narms: { a: { app: { models: ${name}x } } }\n`).place).toMatchObject({
      line: 2,
      column: 29,
    });
  });

  it('change what phones measure by what they add on average', async () => {
    const text = `${smallTown}app: { adoption: 1, uploads: 1 }\nbehaviour: { complies: 0 }\narms: { even: { app: { models: [{ share: 1, rx: 0, tx: 0, advertises: true }] } }, table: { app: { models: google-201214 } } }\n`;
    const [even, table] = (await runScenario(resolved(text), here)).arms.map(
      ({ figures }) => figures[0]!['attenuation']!,
    );
    // 3.5 dB of receivers; what is too weak is heard less often.
    expect(Math.abs(table! - even! - 3.5)).toBeLessThan(0.5);
  });
});

describe('models of a whole table', () => {
  const HEADER = 'oem,model,rssi correction (dB),tx (dBm),has direct measurement';
  const rows = ['acme,A1,3,-20,true', 'acme,A2,3,-20,false', 'bell,B1,-2,-30,true', 'bell,B2,3,-20,true'];
  const readTable = (table: string) => (name: string) => ({ text: table, path: `data/${name}` });
  const withTable = (table: string, arms = '') =>
    resolveScenario(`title: x\n${arms}app: { models: phones.csv }\n`, 'own.yaml', readRisk, {}, readTable(table));

  it('are as many as it has different figures, with the weights of those that have them', () => {
    const [arm] = withTable([HEADER, ...rows].join('\n')).arms;
    // The mean power is -22.5 dBm.
    expect(arm!.parameters.app.models).toEqual([
      { name: 'A1 and 2 like it', share: 3, rx: 3, tx: -2.5, advertises: true },
      { name: 'B1', share: 1, rx: -2, tx: 7.5, advertises: true },
    ]);
  });

  it('may be those of one arm', () => {
    const table = [HEADER, ...rows].join('\n');
    const text = 'title: x\narms: { a: , b: { app: { models: phones.csv } } }\n';
    const { arms } = resolveScenario(text, 'own.yaml', readRisk, {}, readTable(table));
    expect(arms.map(({ parameters }) => parameters.app.models.length)).toEqual([2, 2]);
    expect(arms[0]!.parameters.app.models[0]!.name).toBe('advertises');
  });

  it.each([
    ['', 'this is not a device table', 'E-FILE-FORMAT'],
    [HEADER, 'this device table has no models', 'E-FILE-INVALID'],
    [`${HEADER}\nacme,A1,loud,-20,true`, '"loud" is not a figure in dB', 'E-FILE-INVALID'],
  ])('of a file %j are refused: %s', (table, message, code) => {
    expect(() => withTable(table)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message),
        place: expect.objectContaining({ file: 'data/phones.csv' }),
      }),
    );
  });

  it('are refused at the name of a file that is missing', () => {
    const missing = (name: string) => {
      throw new EnlabError('E-FILE-MISSING', 'there is no such file', { place: { file: `data/${name}` } });
    };
    expect(() => resolveScenario('title: x\napp: { models: phones.csv }\n', 'own.yaml', readRisk, {}, missing)).toThrow(
      expect.objectContaining({
        code: 'E-FILE-MISSING',
        message: 'there is no file data/phones.csv',
        hint: expect.stringMatching(/relative to the scenario/),
        place: { file: 'own.yaml', line: 2, column: 16 },
      }),
    );
  });

  it('are refused at the name of the file where nothing can be read', () => {
    expect(refused('title: x\napp: { models: phones.csv }\n')).toMatchObject({
      message: 'app.models: there is no table phones.csv',
      place: { line: 2 },
    });
  });
});
