/** Immuni in a town: an operator authorises a password on the telephone, and the server publishes every half hour. */
import { INFECTIOUS_DAYS_BEFORE_SYMPTOMS } from '../../backend/immuni/keyFilter.ts';
import { utcDayOf } from '../../core/time.ts';
import { newOtp } from '../../protocol/wire/immuni/otp.ts';
import { productionSettings, settingsWith } from '../../risk/config/immuniSettings.ts';
import { encodeConfiguration } from '../../risk/config/registry.ts';
import { immuni } from '../../risk/models/immuni.ts';
import type { TownSystem } from './system.ts';

const BATCH_HOURS = 0.5;

export const immuniTown: TownSystem = {
  server: 'immuni',
  apps: ['immuni'],
  batchHours: BATCH_HOURS,
  followsUp: false,
  dummyHeader: 'immuni-dummy-data',

  demands: ({ app, delivery }) => [
    {
      name: 'delivery.batchHours',
      value: delivery.batchHours,
      wanted: BATCH_HOURS,
      because: 'Immuni publishes keys every half hour',
    },
    {
      name: 'app.keysBeforeOnset',
      value: app.keysBeforeOnset,
      wanted: INFECTIOUS_DAYS_BEFORE_SYMPTOMS,
      because: 'as Immuni publishes them',
    },
    { name: 'app.followUp', value: app.followUp, wanted: false, because: 'Immuni sends keys once' },
    {
      name: 'delivery.embargo',
      value: delivery.embargo,
      wanted: 'phone',
      because: "Immuni's server keeps no key back",
    },
  ],

  choices: () => ({}),

  settings({ parameters }) {
    // Throws where an app would read another rule out of the settings.
    encodeConfiguration('immuni', parameters);
    return settingsWith(immuni.parameters.parse(parameters), productionSettings);
  },

  documents: (settings) => [settings],

  async upload({ memory, entropy, app, options, ports, server }, onset) {
    const code = newOtp(entropy);
    const now = ports.clock.now();
    await server.authorise(code, now, utcDayOf(now) - onset);
    return app.upload(memory, { ...options, code, symptoms: 'unknown' }, ports);
  },
};
