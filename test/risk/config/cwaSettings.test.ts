/** What a server of the Corona-Warn-App serves for one parameter set. */
import { expect, it } from 'vitest';
import { cwaSettings } from '../../../src/risk/config/cwaSettings.ts';
import { checkDocument, targetNamed } from '../../../src/risk/config/registry.ts';
import { findPreset } from '../../../src/risk/presets.ts';

const settingsOf = (preset: string, changes: object = {}) => {
  const { model, parameters } = findPreset(preset);
  return cwaSettings(model, { ...(parameters as object), ...changes });
};

it.each([
  ['cwa-v1-2020-06-15', ['cwa-v1']],
  ['cwa-v2-2021-04-15', ['cwa-v2-android', 'cwa-v2-ios']],
])('of %s there are %j', (preset, kinds) => {
  const settings = settingsOf(preset)!;
  expect(Object.keys(settings)).toEqual(kinds);
  for (const kind of kinds) expect(checkDocument(targetNamed(kind), settings[kind]!).issues).toEqual([]);
});

it('both platforms read the same of version 2, each as it counts', () => {
  const settings = settingsOf('cwa-v2-2021-04-15')!;
  const read = (kind: string) => targetNamed(kind).decode(settings[kind]) as object;
  expect({ ...read('cwa-v2-ios'), platform: 'android' }).toEqual(read('cwa-v2-android'));
  expect(read('cwa-v2-ios')).toMatchObject({ platform: 'ios' });
});

it('there are none of other apps', () => {
  expect(settingsOf('immuni-2020-06-05')).toBeUndefined();
});

it('there are none that an app would read otherwise', () => {
  expect(() => settingsOf('cwa-v2-2021-04-15', { attenuation: 'typical' })).toThrow('cannot hold');
});
