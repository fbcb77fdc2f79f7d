/** Published sets written as the documents that apps loaded, and read again. */
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/risk/config/protobuf.ts';
import { checkDocument, decodeConfiguration, targetNamed } from '../../../src/risk/config/registry.ts';
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

  it('of the DPIA do not: its operator and edges are no part of the settings', () => {
    const preset = findPreset('immuni-dpia');
    const target = targetNamed('immuni');
    const parameters = modelNamed('immuni').parameters.parse(preset.parameters) as object;
    const decoded = decodeConfiguration(JSON.stringify(target.encode(parameters)), 'f').parameters;
    expect(parameters).toMatchObject({ operator: '>' });
    expect(decoded).toMatchObject({ operator: '>=' });
  });
});
