/** device new: a phone without keys, sightings and batches. */
import { InvalidArgumentError, Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import type { UnixSeconds } from '../../../src/core/units.ts';
import {
  type BackgroundName,
  backgroundNames,
  DETECTIONS_A_DAY,
  type ScheduleName,
  scheduleNames,
} from '../../../src/device/background.ts';
import { type TrafficName, trafficNames } from '../../../src/device/cover.ts';
import { newMemory } from '../../../src/device/memory.ts';
import { type AppName, appNames, newProfile, type PhoneProfile } from '../../../src/device/profile.ts';
import { phoneText } from '../../../src/device/saved.ts';
import { createSealed } from '../../../src/device/store/sealed.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, folderOf, type StoreFlags } from '../../device/phone.ts';
import { instant, integer } from '../../options/values.ts';

interface Flags extends StoreFlags {
  readonly clock: 'real' | 'virtual';
  readonly begin?: UnixSeconds;
  readonly platform: PhoneProfile['platform'];
  readonly build: number;
  readonly province: string;
  readonly background: BackgroundName;
  readonly app: AppName;
  readonly schedule?: ScheduleName;
  readonly traffic: TrafficName;
  readonly detectionsADay: number;
}

function province(text: string): string {
  if (!/^[A-Z]{2}$/.test(text)) throw new InvalidArgumentError('It must be two capitals, such as MI.');
  return text;
}

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command);
  command
    .addOption(
      new Option('--clock <clock>', 'virtual: stands still until "device advance" moves it')
        .choices(['real', 'virtual'])
        .default('real'),
    )
    .addOption(new Option('--begin <time>', 'begin of a virtual clock (default: now)').argParser(instant))
    .addOption(new Option('--platform <name>', 'its operating system').choices(['ios', 'android']).default('android'))
    .addOption(new Option('--app <app>', 'whose app; cwa-v2 from version 1.9 on').choices(appNames).default('immuni'))
    .addOption(new Option('--build <n>', 'of the app').argParser(integer({ min: 1, max: 20_000 })).default(1))
    .addOption(
      new Option('--background <profile>', 'when the system lets the app work')
        .choices(backgroundNames)
        .default('ideal'),
    )
    .addOption(
      new Option(
        '--schedule <app>',
        'when it asks for background runs: a period after the last, or spread over an hour (default: of the app)',
      ).choices(scheduleNames),
    )
    .addOption(
      new Option('--traffic <kind>', 'dummies as the app had them, or so that they cover all that its user does')
        .choices(trafficNames)
        .default('deployed'),
    )
    .addOption(
      new Option('--detections-a-day <n>', 'how often the system lets it look for exposures')
        .argParser(integer({ min: 1, max: 1000 }))
        .default(DETECTIONS_A_DAY),
    )
    .option('--province <code>', 'where the user lives', province, 'MI');
  examples(command, [
    ['enlab device new --store out/carla --clock virtual --begin 2020-09-12T12:00Z', 'a phone in simulated time'],
  ]);
  command.action(({ store, clock, begin, schedule, ...chosen }: Flags) => {
    if (begin !== undefined && clock === 'real')
      throw new EnlabError('E-USAGE', '--begin is of a virtual clock', { hint: 'add --clock virtual' });
    const time = clock === 'virtual' ? (begin ?? edge.now()) : null;
    const own = schedule ?? (chosen.app === 'immuni' ? 'immuni' : 'cwa');
    const profile = newProfile({ ...chosen, schedule: own }, edge.entropy);
    createSealed(folderOf(edge, store), phoneText({ clock: time, profile, memory: newMemory() }), edge.entropy);
    edge.stderr.write(`made ${store}\n`);
  });
};
