/** device new: a phone without keys, sightings and batches. */
import { Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import type { UnixSeconds } from '../../../src/core/units.ts';
import { newMemory } from '../../../src/device/memory.ts';
import { phoneText } from '../../../src/device/saved.ts';
import { createSealed } from '../../../src/device/store/sealed.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, folderOf, type StoreFlags } from '../../device/phone.ts';
import { instant } from '../../options/values.ts';

interface Flags extends StoreFlags {
  readonly clock: 'real' | 'virtual';
  readonly begin?: UnixSeconds;
}

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command);
  command
    .addOption(
      new Option('--clock <clock>', 'virtual: stands still until "device advance" moves it')
        .choices(['real', 'virtual'])
        .default('real'),
    )
    .addOption(new Option('--begin <time>', 'begin of a virtual clock (default: now)').argParser(instant));
  examples(command, [
    ['enlab device new --store out/carla --clock virtual --begin 2020-09-12T12:00Z', 'a phone in simulated time'],
  ]);
  command.action(({ store, clock, begin }: Flags) => {
    if (begin !== undefined && clock === 'real')
      throw new EnlabError('E-USAGE', '--begin is of a virtual clock', { hint: 'add --clock virtual' });
    const time = clock === 'virtual' ? (begin ?? edge.now()) : null;
    createSealed(folderOf(edge, store), phoneText({ clock: time, memory: newMemory() }), edge.entropy);
    edge.stderr.write(`made ${store}\n`);
  });
};
