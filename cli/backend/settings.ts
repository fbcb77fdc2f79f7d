/** What a backend serves to apps at its start: a file of the user, or a published parameter set. */
import type { BackendOptions } from '../../src/backend/start.ts';
import type { SystemName } from '../../src/backend/systems.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { cwaSettings } from '../../src/risk/config/cwaSettings.ts';
import { productionSettings, readSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { encodeConfiguration, validConfiguration } from '../../src/risk/config/registry.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';
import type { Edge } from '../edge.ts';
import { readText } from '../files.ts';

interface Chosen {
  /** File. */
  readonly config?: string;
  /** Name of a parameter set; absent: what was served for most of the time. */
  readonly preset?: string;
}

type Settings = BackendOptions['settings'];

/**
 * Throws what reading a configuration throws, E-USAGE for one of another app, and E-LOSSY for a parameter set that no
 * settings can hold.
 */
export const settingsFor: Readonly<Record<SystemName, (edge: Edge, chosen: Chosen) => Settings>> = {
  immuni(edge, { config, preset: name = 'immuni-2020-06-05' }) {
    if (config !== undefined) return readSettings(readText(edge, config), config);
    const { model, parameters, name: found } = findPreset(name);
    if (model !== immuni.name) throw ofAnother(found, 'Immuni', 'immuni');
    // Throws where an app would read another rule out of the settings.
    encodeConfiguration('immuni', parameters);
    return settingsWith(immuni.parameters.parse(parameters), productionSettings);
  },
  cwa(edge, { config, preset: name }) {
    const usual = { ...cwaDocuments('cwa-v1-2020-06-15'), ...cwaDocuments('cwa-v2-2021-04-15') };
    if (config !== undefined) {
      const { target, whole } = validConfiguration(readText(edge, config), config);
      if (!Object.hasOwn(usual, target.name)) throw ofAnother(config, 'the Corona-Warn-App', 'cwa-v1');
      return { ...usual, [target.name]: whole };
    }
    return name === undefined ? usual : { ...usual, ...cwaDocuments(name) };
  },
};

/** Documents by the names of their kinds. */
function cwaDocuments(name: string): Settings {
  const { model, parameters, name: found } = findPreset(name);
  const settings = cwaSettings(model, parameters);
  if (!settings) throw ofAnother(found, 'the Corona-Warn-App', 'cwa-v1 and cwa-v2');
  return settings;
}

const ofAnother = (what: string, app: string, models: string): EnlabError =>
  new EnlabError('E-USAGE', `${what} has no settings of ${app}`, {
    hint: `"enlab presets" lists those of model ${models}`,
  });
