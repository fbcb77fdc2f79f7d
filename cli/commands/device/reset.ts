/** device reset: the app is installed again. Keys and sightings belong to the system of the phone, and stay. */
import { newMemory } from '../../../src/device/memory.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, openPhone, type StoreFlags, savePhone } from '../../device/phone.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command);
  examples(command, [['enlab device reset --store out/anna', 'exposures and batches are forgotten, and found again']]);
  command.action(({ store }: StoreFlags) => {
    const phone = openPhone(edge, store);
    const { keys, heard } = phone.memory;
    savePhone(edge, store, { ...phone, memory: { ...newMemory(), keys, heard } });
    edge.stderr.write(`reset ${store}\n`);
  });
};
