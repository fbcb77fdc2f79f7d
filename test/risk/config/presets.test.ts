/** Published sets written as the documents that apps loaded, and read again. */
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/risk/config/protobuf.ts';
import {
  checkDocument,
  decodeConfiguration,
  encodeConfiguration,
  targetNamed,
} from '../../../src/risk/config/registry.ts';
import { allPresets, findPreset } from '../../../src/risk/presets.ts';
import { modelNamed } from '../../../src/risk/registry.ts';

/** The document that holds the parameters of a model. */
const targetOfModel: Readonly<Record<string, string>> = {
  immuni: 'immuni',
  dp3t: 'dp3t',
  'cwa-v1': 'cwa-v1',
  'cwa-v2': 'cwa-v2-android',
};

const written = allPresets()
  // The DPIA's operator and grid have no document; the assumption of May 2020 was never served and looks back 14 days.
  .filter(({ name, model }) => model in targetOfModel && !['immuni-dpia', 'cwa-2020-05-assumption'].includes(name))
  .map(({ name }) => name);

describe('published sets', () => {
  it('are there for the four models', () => {
    const models = new Set(written.map((name) => findPreset(name).model));
    expect(models).toEqual(new Set(Object.keys(targetOfModel)));
    expect(written.length).toBeGreaterThanOrEqual(19);
  });

  it.each(written)('%s comes back from its document unchanged', (name) => {
    const preset = findPreset(name);
    const target = targetNamed(targetOfModel[preset.model]!);
    const parameters = modelNamed(preset.model).parameters.parse(preset.parameters) as object;
    const document = target.encode(parameters);
    expect(checkDocument(target, document)).toMatchObject({ issues: [], unknownKeys: [] });
    const decoded = decodeConfiguration(JSON.stringify(document), 'f').parameters;
    expect(decoded).toMatchObject(parameters);
  });

  it.each(written.filter((name) => name.startsWith('cwa-')))('%s comes back from its bytes unchanged', (name) => {
    const preset = findPreset(name);
    const target = targetNamed(targetOfModel[preset.model]!);
    const parameters = modelNamed(preset.model).parameters.parse(preset.parameters) as object;
    const bytes = encodeMessage(target.protobuf!, target.encode(parameters) as object);
    const decoded = decodeConfiguration(bytes, 'f');
    expect(decoded).toMatchObject({ target: target.name, model: preset.model, parameters });
    expect(encodeMessage(target.protobuf!, target.encode(decoded.parameters) as object)).toEqual(bytes);
  });

  it.each([
    ['immuni-dpia', 'immuni', 'operator ">" would be read as ">="'],
    ['cwa-2020-05-assumption', 'dp3t', 'lastDays 14 would be read as 10'],
    ['cwa-v1-2020-05-25', 'env1-google', 'minimumRiskScore 90 would be read as 2750'],
    ['cwa-v1-2020-05-25', 'env1-apple', 'minimumRiskScore must be a whole number 0..255'],
    ['cwa-v2-2020-11', 'cwa-v2-ios', 'platform "android" would be read as "ios"'],
    ['lfph-v1-wide', 'env2-apple', 'boundary "open" would be read as "closed"'],
    ['swisscovid-2020-09-10', 'immuni', 'D '],
  ])('%s has no document of %s: %s', (name, target, reason) => {
    expect(() => encodeConfiguration(target, findPreset(name).parameters)).toThrow(
      expect.objectContaining({
        code: 'E-LOSSY',
        message: expect.stringContaining(`${target} cannot hold these parameters: ${reason}`),
      }),
    );
  });

  it.each([
    ...written.map((name) => [name, targetOfModel[findPreset(name).model]!]),
    ['lfph-v2-narrow', 'env2-apple'],
    ['lfph-v2-wide', 'env2-google'],
  ])('%s is held by %s, as every other key of parameters', (name, target) => {
    const { parameters } = findPreset(name);
    const document = encodeConfiguration(target, parameters);
    expect(decodeConfiguration(JSON.stringify(document), 'f').parameters).toMatchObject(parameters as object);
  });

  it('of CWA v2 have a document for iOS too, with its platform', () => {
    const parameters = { ...(findPreset('cwa-v2-2021-04-15').parameters as object), platform: 'ios' };
    const document = encodeConfiguration('cwa-v2-ios', parameters);
    expect(document).toMatchObject({ minVersion: { patch: 1 } });
    const bytes = encodeMessage(targetNamed('cwa-v2-ios').protobuf!, document);
    expect(decodeConfiguration(bytes, 'f')).toMatchObject({ target: 'cwa-v2-ios', parameters });
  });
});
