/** The Corona-Warn-App in a town: a laboratory reports a test, its owner scans the code, and the app sends with a TAN. */
import { EnlabError } from '../../core/errors.ts';
import { KEPT_DAYS, type PhoneMemory } from '../../device/memory.ts';
import { newTestCode, testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { cwaSettings } from '../../risk/config/cwaSettings.ts';
import type { Laboratory, TownSystem, Uploader } from './system.ts';

const BATCH_HOURS = 1;

const laboratory: Laboratory = {
  newCode: newTestCode,
  scan: (code, { memory, app, options, ports }) => app.register(memory, code, options, ports),
  report: (code, server) => server.report(testKeyOf(code)!, 'positive'),
};

/** Who has scanned no code does it now, and who has not heard of the result opens the app, which looks for no keys then. */
async function knowingResult(uploader: Uploader): Promise<PhoneMemory> {
  const { memory, entropy, app, options, ports, server } = uploader;
  const state = app.testState(memory);
  if (state === 'positive') return memory;
  if (state !== null) return (await app.sync(memory, { ...options, hold: 'the user asks for a result' }, ports)).memory;
  const code = newTestCode(entropy);
  await laboratory.report(code, server);
  return laboratory.scan(code, uploader);
}

export const cwaTown: TownSystem = {
  server: 'cwa',
  apps: ['cwa-v1', 'cwa-v2'],
  batchHours: BATCH_HOURS,
  followsUp: true,
  dummyHeader: 'cwa-fake',

  demands: ({ app, delivery, radio }) => [
    {
      name: 'delivery.batchHours',
      value: delivery.batchHours,
      wanted: BATCH_HOURS,
      because: 'the Corona-Warn-App publishes keys every hour',
    },
    {
      name: 'delivery.embargo',
      value: delivery.embargo,
      wanted: 'server',
      because: 'the server of the Corona-Warn-App keeps keys back until they have been over for two hours',
    },
    {
      name: 'app.keysBeforeOnset',
      value: app.keysBeforeOnset,
      wanted: KEPT_DAYS,
      because: 'the Corona-Warn-App sends all that there are',
    },
    {
      name: 'app.levels',
      value: app.levels,
      wanted: 'cwa',
      because: 'the Corona-Warn-App sends a level with each key',
    },
    {
      name: 'radio.level',
      value: radio.level === 'contact' ? 'contact' : 'scan',
      wanted: 'scan',
      because: 'the Corona-Warn-App adds up scans, and a contact drawn as a whole has two; or take advert',
    },
  ],

  // The threshold of 140 keys is that of a nation: a town would wait for ever. One TAN a test is what was deployed.
  choices: ({ app: { followUp } }) => ({ leastKeys: 1, tansPerToken: followUp ? 2 : 1 }),

  settings({ model, parameters }) {
    if ((parameters as { readonly platform?: string }).platform === 'ios')
      throw new EnlabError('E-FILE-INVALID', 'real phones run Android, and the rule counts as iPhones do', {
        hint: 'leave out platform: ios',
      });
    return cwaSettings(model, parameters)!;
  },

  documents: (settings) => Object.values(settings) as Readonly<Record<string, unknown>>[],

  laboratory,

  async upload(uploader, onset) {
    const { app, options, ports } = uploader;
    return app.upload(await knowingResult(uploader), { ...options, symptoms: onset }, ports);
  },
};
