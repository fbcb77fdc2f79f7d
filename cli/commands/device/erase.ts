/** device erase: a phone is no more. */
import { eraseSealed } from '../../../src/device/store/sealed.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, folderOf, openPhone, type StoreFlags } from '../../device/phone.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command);
  examples(command, [['enlab device erase --store out/anna', 'the key first: without it the rest is noise']]);
  command.action(({ store }: StoreFlags) => {
    // Only what is a phone is deleted.
    openPhone(edge, store);
    eraseSealed(folderOf(edge, store));
    edge.stderr.write(`erased ${store}\n`);
  });
};
