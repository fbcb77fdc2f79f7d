/** Configuration files on the command line, JSON and protobuf: exported, judged by, linted, refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchema, fitSchema, lintSchema } from '../../calibration/schemas.ts';
import { encodeMessage } from '../../src/risk/config/protobuf.ts';
import { binaryTargetNames, targetNamed } from '../../src/risk/config/registry.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows } from '../helpers/cliTraces.ts';
import { cleanDocuments, type TargetName } from '../helpers/configurations.ts';

const bytesOf = (name: string, document: object): Uint8Array => encodeMessage(targetNamed(name).protobuf!, document);
/** Everybody meets others on one day only, as a rule summed over all days needs. */
const oneDay = fieldRows.map((row) => ({ ...row, day: '2020-06-01' }));

let place: Workplace;
beforeAll(async () => {
  place = new Workplace({ 'field.csv': fieldCsv(undefined, oneDay), 'days.csv': fieldCsv() });
  for (const trace of ['field', 'days'])
    await place.output(`calibrate fit ${trace}.csv --family minutes --bootstrap 0 --out ${trace}.json`);
});

const countsOf = async (trace: string, preset: string) => {
  const { rules } = await place.json(`calibrate check ${trace} --preset ${preset} --bootstrap 0`, checkSchema);
  const { tp, fp, fn, tn } = rules[0]!;
  return { tp, fp, fn, tn };
};

describe('calibrate export --encoding protobuf', () => {
  it.each(binaryTargetNames)('%s: bytes and JSON both decide as the fit, and have no findings', async (target) => {
    await place.output(`calibrate export field.json --target ${target} --out ${target}.json`);
    await place.output(`calibrate export field.json --target ${target} --encoding protobuf --out ${target}.bin`);
    const { tp, fp, fn, tn } = fitSchema.parse(JSON.parse(place.text('field.json'))).best;
    for (const file of [`${target}.json`, `${target}.bin`]) {
      expect(await countsOf('field.csv', file)).toEqual({ tp, fp, fn, tn });
      const lint = await place.json(`calibrate lint ${file}`, lintSchema);
      expect(lint).toMatchObject({ target, data: { errors: 0 } });
    }
    // The origin is no part of the message, and the rest is the same.
    const { _enlab: origin, ...document } = JSON.parse(place.text(`${target}.json`));
    expect(origin).toMatchObject({ source: 'enlab.calibrate.fit' });
    expect(place.bytes(`${target}.bin`)).toEqual(Buffer.from(bytesOf(target, document)));
  });

  it('refuses as JSON does, with the reason', async () => {
    const ran = await place.enlab('calibrate export days.json --target cwa-v1 --encoding protobuf --out refused.bin');
    expectError(ran, 2, 'E-LOSSY', /the app sums over all days/);
    expect(place.has('refused.bin')).toBe(false);
  });

  it('refuses a target that apps load as JSON, and stdout', async () => {
    const ran = await place.enlab('calibrate export field.json --target dp3t --encoding protobuf --out out.bin');
    expectError(ran, 2, 'E-USAGE', /dp3t has no protobuf form/, /cwa-v1, cwa-v2-ios, cwa-v2-android/);
    expect(place.has('out.bin')).toBe(false);
    const shown = await place.enlab('calibrate export field.json --target cwa-v1 --encoding protobuf');
    expectError(shown, 2, 'E-USAGE', /no text for stdout/, /--out/);
  });
});

describe('--preset FILE in protobuf', () => {
  const served = allPresets().filter(({ name, model }) => /^cwa-v[12]$/.test(model) && name.startsWith('cwa-v'));

  it.each(served.map(({ name }) => name))('%s as bytes decides every row as the preset does', async (name) => {
    const { model, parameters } = served.find((preset) => preset.name === name)!;
    const target = targetNamed(model === 'cwa-v1' ? model : 'cwa-v2-android');
    place.put('served.bin', encodeMessage(target.protobuf!, target.encode(parameters) as object));
    const replayed = async (preset: string) =>
      (await place.output(`replay days.csv --preset ${preset} --level exposure --format csv`)).trim().split('\n');
    const rows = await replayed('served.bin');
    expect(rows.length).toBe(fieldRows.length + 1);
    expect(rows).toEqual(await replayed(name));
  });
});

describe('calibrate lint of protobuf', () => {
  it('names fields instead of lines, exit 3 on an error', async () => {
    const document = cleanDocuments()['cwa-v1'];
    document.exposureConfig.duration.gt_30_min = 'UNSPECIFIED';
    place.put('wrong.bin', bytesOf('cwa-v1', document));
    const ran = await place.enlab('calibrate lint wrong.bin');
    expect(ran.exitCode).toBe(3);
    expect(ran.stdout).toMatch(/wrong\.bin: exposureConfig\.duration\.gt_30_min\s+error\s+not-monotone/);
    expect(ran.stderr).toContain('error E-CHECK: wrong.bin: 1 error');
    const json = await place.enlab('calibrate lint wrong.bin --format json');
    const { findings } = lintSchema.parse(JSON.parse(json.stdout));
    expect(findings).toContainEqual(
      expect.objectContaining({ line: null, column: null, field: 'exposureConfig.duration.gt_30_min' }),
    );
  });

  it('tells of fields that are read without, exit 0', async () => {
    const bytes = bytesOf('cwa-v2-ios', cleanDocuments()['cwa-v2-ios']);
    place.put('more.bin', Uint8Array.from([...bytes, 0x62, 0x00]));
    const { findings } = await place.json('calibrate lint more.bin', lintSchema);
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'warning', rule: 'unknown-key', field: 'field 12' }),
    ]);
  });

  it.each<[TargetName, string]>([
    ['cwa-v2-android', 'minutesAtAttenuationWeights'],
    ['cwa-v2-ios', 'transmissionRiskValueMapping'],
  ])('%s that never alerts, for want of %s', async (name, key) => {
    const document: { riskCalculationParameters?: object } = cleanDocuments()[name] as never;
    document.riskCalculationParameters = { ...document.riskCalculationParameters, [key]: [] };
    place.put('silent.bin', bytesOf(name, document));
    const ran = await place.enlab('calibrate lint silent.bin');
    expect(ran.stdout).toMatch(/error\s+never-alerts/);
    expect(ran.stdout).toContain(`riskCalculationParameters.${key}\n`);
    expect(ran.exitCode).toBe(3);
  });
});

describe('files that are no configuration', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a zip', Buffer.from('PK\u0003\u0004 rest'), /this is a zip[^]*export\.bin/],
    ['junk', Uint8Array.from([1, 2, 3, 255]), /neither JSON[^]*cwa-v1, cwa-v2-ios, cwa-v2-android/],
    ['UTF-16', Buffer.from('\uFEFF{"exposureConfig": {}}', 'utf16le'), /neither JSON \(in UTF-8\)/],
    ['half a message', bytesOf('cwa-v1', cleanDocuments()['cwa-v1']).subarray(0, 90), /or it is damaged/],
  ])('%s', async (_, bytes, message) => {
    place.put('x.bin', bytes);
    for (const line of ['calibrate lint x.bin', 'calibrate check field.csv --preset x.bin --bootstrap 0'])
      expectError(await place.enlab(line), 2, 'E-FILE-FORMAT', /: x\.bin: /, message);
  });

  it('an empty one', async () => {
    place.put('empty.bin', '');
    expectError(await place.enlab('calibrate lint empty.bin'), 2, 'E-FILE-EMPTY', /empty\.bin/);
  });
});
