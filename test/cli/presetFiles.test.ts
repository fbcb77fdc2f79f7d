/** Presets in files: whatever a published set decides, a copy of it in a file decides too, in every command. */
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchema, compareSchema, explainSchema, fitSchema, whatifSchema } from '../../calibration/schemas.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';

const own = { ...findPreset('immuni-2020-06-05'), name: 'mine', aliases: [], title: 'our own' };
const parameters = own.parameters as object;

/** Sets that no configuration of an app can hold: another operator, other models. */
const sets = ['immuni-2020-06-05', 'covidwatch-az', 'cwa-v2-2021-04-15', 'stopp-corona', 'lfph-v2-wide'];

describe.each(sets)('the file of %s decides as the set does', (name) => {
  const place = new Workplace({ 'field.csv': fieldCsv() });
  beforeAll(async () => {
    await place.output(`presets ${name} --format json --out set.json`);
    place.put('bare.json', JSON.stringify(findPreset(name)));
  });

  it('in check and compare', async () => {
    const line = `calibrate check field.csv --preset ${name} --preset set.json --preset bare.json --bootstrap 0`;
    const [published, ...files] = (await place.json(line, checkSchema)).rules;
    expect(files).toEqual(['set.json', 'bare.json'].map((file) => ({ ...published, name: file, kind: 'file' })));
    const compared = `calibrate compare ${name} set.json field.csv --bootstrap 0`;
    expect((await place.json(compared, compareSchema)).flippedSubjects).toEqual({ positives: 0, negatives: 0 });
  });

  it('in replay', async () => {
    const rows = async (preset: string) => parse(await place.output(`replay field.csv --preset ${preset}`)) as unknown;
    expect(await rows('./set.json')).toEqual(await rows(name));
  });

  it('in explain and whatif', async () => {
    const explained = async (preset: string) =>
      place.json(`calibrate explain --preset ${preset} --exposure "minutes=40 attenuation=45"`, explainSchema);
    const { options: _, ...published } = await explained(name);
    expect(await explained('set.json')).toMatchObject(published);
    const varied = async (preset: string) =>
      (
        await place.json(
          `calibrate whatif field.csv --preset ${preset} --vary shift=-2..2dB --bootstrap 0`,
          whatifSchema,
        )
      ).points;
    expect(await varied('bare.json')).toEqual(await varied(name));
  });

  it('in fit, as what is compared', async () => {
    const fit = async (preset: string) =>
      (await place.json(`calibrate fit field.csv --preset ${preset} --bootstrap 0`, fitSchema)).default;
    expect(await fit('set.json')).toEqual({ ...(await fit(name)), preset: 'set.json' });
  });
});

describe('a preset of somebody', () => {
  const place = new Workplace({
    'field.csv': fieldCsv(),
    'own.json': JSON.stringify({ ...own, parameters: { ...parameters, operator: '>', threshold: 25 } }),
    'nine.json': JSON.stringify({ ...own, parameters: { ...parameters, D: [0, 0, 0, 0, 5, 5, 5, 9] } }),
    'nameless.json': JSON.stringify({ model: 'immuni', parameters }),
    'half.json': JSON.stringify({ name: 'mine', model: 'immuni' }),
  });

  it('decides by its own operator', async () => {
    const exposure = '--exposure "minutes=20 attenuation=60"';
    const { score, operator, threshold, alert } = await place.json(
      `calibrate explain --preset own.json ${exposure}`,
      explainSchema,
    );
    expect([score, operator, threshold, alert]).toEqual([25, '>', 25, false]);
  });

  it.each([
    ['nine.json', 'E-FILE-INVALID', /nine\.json: parameters\.D\.7: must be a whole number 0\.\.8/],
    ['nameless.json', 'E-FILE-INVALID', /nameless\.json: name: .*\n {2}hint: a preset is one JSON object/],
    [
      'half.json',
      'E-FILE-FORMAT',
      /no configuration that enlab knows[^]*a preset file, with name, model and parameters/,
    ],
    ['all.json', 'E-FILE-FORMAT', /all\.json: this file holds 29 presets, not one[^]*enlab presets NAME --format json/],
  ])('%s is refused with what is wrong', async (name, code, message) => {
    await place.output('presets --format json --out all.json');
    expectError(await place.enlab(`calibrate check field.csv --preset ${name}`), 2, code, message);
  });
});
