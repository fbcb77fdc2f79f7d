/** Every published parameter set of a system can be served by its backend, and read back by an app as what it was. */
import { describe, expect, it } from 'vitest';
import { settingsFor } from '../../cli/backend/settings.ts';
import type { Edge } from '../../cli/edge.ts';
import { checkDocument, targetNamed } from '../../src/risk/config/registry.ts';
import { allPresets } from '../../src/risk/presets.ts';

/** No file is read. */
const edge = {} as Edge;
const ofModel = (...models: readonly string[]) => allPresets().filter(({ model }) => models.includes(model));

describe('Immuni', () => {
  const served = ofModel('immuni').filter(({ name }) => name !== 'immuni-dpia');
  it.each(served.map(({ name, parameters }) => [name, parameters] as const))('%s', (name, parameters) => {
    const settings = settingsFor.immuni(edge, { preset: name });
    const target = targetNamed('immuni');
    const { document, issues } = checkDocument(target, settings);
    expect(issues).toEqual([]);
    // The document writes weights of 1 that a preset leaves out.
    expect(target.decode(document)).toMatchObject(target.model.parameters.parse(parameters) as object);
  });

  it('the rule of the impact assessment is in no settings, and is not served as another', () => {
    expect(() => settingsFor.immuni(edge, { preset: 'immuni-dpia' })).toThrow(
      expect.objectContaining({
        code: 'E-LOSSY',
        message: expect.stringContaining('immuni cannot hold these parameters'),
      }),
    );
  });
});

describe('the Corona-Warn-App', () => {
  it.each(ofModel('cwa-v1', 'cwa-v2').map(({ name, model, parameters }) => [name, model, parameters] as const))(
    '%s',
    (name, model, parameters) => {
      const settings = settingsFor.cwa(edge, { preset: name });
      const kinds = model === 'cwa-v1' ? ['cwa-v1'] : ['cwa-v2-android', 'cwa-v2-ios'];
      for (const kind of kinds) {
        const target = targetNamed(kind);
        const { document, issues } = checkDocument(target, settings[kind]);
        expect(issues).toEqual([]);
        const platform = kind.startsWith('cwa-v2') ? { platform: kind.slice('cwa-v2-'.length) } : {};
        expect(target.decode(document)).toEqual(
          target.model.parameters.parse({ ...(parameters as object), ...platform }),
        );
      }
      // Apps of the other version get theirs, too.
      expect(Object.keys(settings).toSorted()).toEqual(['cwa-v1', 'cwa-v2-android', 'cwa-v2-ios']);
    },
  );
});

it('there are some of each', () => {
  expect(ofModel('immuni').length).toBeGreaterThanOrEqual(7);
  expect(ofModel('cwa-v1', 'cwa-v2').length).toBeGreaterThanOrEqual(7);
});
