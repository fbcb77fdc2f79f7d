/** What the server of real phones serves: the rule of an arm as settings of Immuni. */
import { EnlabError } from '../../core/errors.ts';
import { productionSettings, settingsWith } from '../../risk/config/immuniSettings.ts';
import { encodeConfiguration } from '../../risk/config/registry.ts';
import { immuni } from '../../risk/models/immuni.ts';
import type { Risk } from '../schema.ts';

/** Throws E-FILE-INVALID for a rule that no settings of Immuni hold, E-LOSSY where apps would read another out of them. */
export function servedRule({ name, source }: Risk): Readonly<Record<string, unknown>> {
  if (source?.model !== immuni.name)
    throw new EnlabError('E-FILE-INVALID', `real phones run Immuni's app, which has no settings for the rule ${name}`, {
      hint: 'take a parameter set of the model immuni, or what "enlab calibrate export --target immuni" writes',
    });
  encodeConfiguration('immuni', source.parameters);
  return settingsWith(immuni.parameters.parse(source.parameters), productionSettings);
}
