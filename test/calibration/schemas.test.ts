/** The schemas that ship, and results of every command that follow them (contract.md 4). */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  checkSchema,
  compareSchema,
  curveSchema,
  explainSchema,
  fitSchema,
  inspectSchema,
  lintSchema,
  presetsSchema,
  replaySchema,
  whatifSchema,
} from '../../calibration/schemas.ts';
import { recordSchema } from '../../src/core/records.ts';
import { committedFiles, schemaFiles, schemas } from '../../tools/schemas.ts';
import { parsed, Workplace } from '../helpers/cli.ts';
import { fixture, hasRealData, realData } from '../helpers/imports.ts';

describe('schemas/', () => {
  it('holds one file for each schema and nothing else', () => {
    expect(committedFiles()).toEqual([...schemaFiles().keys()].toSorted());
  });

  it.each([...schemaFiles()])('%s is what the code says (update: npm run schemas)', (name, text) => {
    expect(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')).toBe(text);
  });

  it('has every result and the trace record', () => {
    const described: readonly z.ZodType[] = Object.values(schemas);
    const results = [checkSchema, compareSchema, curveSchema, explainSchema, fitSchema, lintSchema, whatifSchema];
    for (const schema of [...results, replaySchema, inspectSchema, presetsSchema, recordSchema])
      expect(described).toContain(schema);
  });
});

const work = new Workplace();
const trace = fixture('synthetic-field.ndjson');
const options = '--bootstrap 20';
const rules = '--preset immuni-2020-06-05 --rule "attenuation<=63 minutes>15"';

describe('results on the synthetic trace follow their schemas', () => {
  it.each([
    ['check', checkSchema, `calibrate check ${trace} ${rules} --all-presets ${options}`],
    ['check at exposure level', checkSchema, `calibrate check ${trace} ${rules} --level exposure --prevalence 0.01`],
    ['compare', compareSchema, `calibrate compare immuni-2020-06-05 immuni-2020-10-30 ${trace} ${options}`],
    [
      'compare with a condition',
      compareSchema,
      `calibrate compare immuni-2020-06-05 lfph-v1-wide ${trace} ${options} --fail-if "sensitivity drop > 0.9"`,
    ],
    ['explain', explainSchema, 'calibrate explain --preset immuni-2020-06-05 --exposure "minutes=15 attenuation=60"'],
    [
      'explain with four factors',
      explainSchema,
      'calibrate explain --preset cwa-v1-2020-06-15 --exposure "minutes=20 attenuation=50 level=8 days=5"',
    ],
    ['whatif', whatifSchema, `calibrate whatif ${trace} --vary A4=0..8 ${options}`],
    ['whatif shifted', whatifSchema, `calibrate whatif ${trace} --vary shift=-2..2dB ${options}`],
    ['inspect', inspectSchema, `trace inspect ${trace} --head 3`],
    ['presets', presetsSchema, 'presets'],
    ['one preset', presetsSchema, 'presets covidwatch-az'],
  ] as const)('%s', async (_, schema: z.ZodType, command) => {
    await expect(work.json(command, schema)).resolves.toBeDefined();
  });

  it.each([
    ['D x A', options],
    [
      'every limit and policy',
      '--max-fpr 0.4 --forbid "minutes<=15" --fix A1=0 --objective mcc --weight-by scenario --bootstrap 20',
    ],
    ['without bootstrap', '--bootstrap 0'],
    ['unconstrained', '--level exposure --unconstrained --bootstrap 0'],
    ['minutes rules', '--family minutes --bootstrap 5'],
    ['ENv2', '--family env2 --restarts 1 --bootstrap 5'],
  ])('fit: %s', async (_, more) => {
    const result = await work.json(`calibrate fit ${trace} ${more}`, fitSchema);
    expect(result.data.n).toBe(result.data.positives + result.data.negatives);
    expect(result.options).toMatchObject({ level: expect.any(String), truth: expect.any(String) });
  });

  it('replay, line by line', async () => {
    const lines = (await work.output(`replay ${trace} --format ndjson`)).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) parsed(line, replaySchema);
  });

  it('lint of what export wrote', async () => {
    await work.output(`calibrate fit ${trace} --bootstrap 0 --out fit.json`);
    parsed(work.text('fit.json'), fitSchema);
    await work.output('calibrate export fit.json --target immuni --out settings.json');
    await expect(work.json('calibrate lint settings.json', lintSchema)).resolves.toMatchObject({ target: 'immuni' });
  });

  it('undefined figures carry their reason', async () => {
    const cells = 'D,A,positives,negatives\n5,3,4,0\n6,3,2,0\n';
    const own = new Workplace({ 'cells.csv': cells });
    const result = await own.json(`calibrate check cells.csv ${rules}`, checkSchema);
    expect(result.rules[0]!.specificity).toEqual({ value: null, low: null, high: null, reason: '0 negatives' });
  });
});

describe('a schema', () => {
  const explained = () =>
    work.json('calibrate explain --preset immuni-2020-06-05 --exposure "minutes=15 attenuation=60"', explainSchema);

  it.each([
    ['a field that it does not know', { more: 1 }],
    ['a field of another type', { score: '25' }],
    ['another version', { version: 2 }],
    ['the name of another result', { schema: 'enlab.calibrate.fit' }],
  ])('refuses %s', async (_, change) => {
    const { success } = explainSchema.safeParse({ ...(await explained()), ...change });
    expect(success).toBe(false);
  });

  it('refuses a result without options', async () => {
    const { options: _, ...rest } = await explained();
    expect(explainSchema.safeParse(rest).success).toBe(false);
  });
});

describe.skipIf(!hasRealData)('results on the real traces follow their schemas', () => {
  it.each([
    ['curve', curveSchema, `calibrate curve ${lunch()} --distance 1.5 --device-table 200813`],
    ['check', checkSchema, `calibrate check ${realData('leith-tram')} --all-presets`],
    ['inspect', inspectSchema, `trace inspect ${lunch()} ${realData('leith-bus')}`],
    ['fit', fitSchema, `calibrate fit ${realData('leith-tram')} ${options}`],
  ] as const)('%s', async (_, schema: z.ZodType, command) => {
    expect(existsSync(lunch())).toBe(true);
    await expect(work.json(command, schema)).resolves.toBeDefined();
  });
});

function lunch(): string {
  return realData('dp3t-exp34/scenario01-lunch.sqlite');
}
