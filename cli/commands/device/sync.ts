/** device sync: what the app does in the background: settings, new batches, exposures, perhaps a notification. */

import { counted } from '../../../src/core/words.ts';
import { systemOf } from '../../../src/device/systems.ts';
import { type CommandModule, examples } from '../../command.ts';
import {
  addStoreOption,
  addSyncOptions,
  openPhone,
  portsOf,
  type StoreFlags,
  type SyncFlags,
  savePhone,
  syncOptionsOf,
} from '../../device/phone.ts';
import type { Edge } from '../../edge.ts';

type Flags = StoreFlags & SyncFlags;

export const define: CommandModule['define'] = (command, edge) => {
  addSyncOptions(addStoreOption(command));
  examples(command, [
    ['enlab device sync --store out/bruno --url http://127.0.0.1:8080', 'then "enlab device status"'],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

async function act(edge: Edge, flags: Flags): Promise<void> {
  const { store } = flags;
  const phone = openPhone(edge, store);
  const options = syncOptionsOf(edge, phone, flags);
  const ports = portsOf(edge, phone);
  const system = systemOf(phone.profile);
  const { memory, files, refused, held, remarks } = await system.sync(phone.memory, options, ports);
  savePhone(edge, store, { ...phone, memory });
  for (const { file, reason } of refused) edge.stderr.write(`${file} refused: ${reason}\n`);
  if (held !== undefined) edge.stderr.write(`nothing looked at: ${held}\n`);
  for (const remark of [...remarks, ...system.news(phone.memory, memory)]) edge.stderr.write(`${remark}\n`);
  const fresh = memory.exposures.length - phone.memory.exposures.length;
  edge.stderr.write(`${counted(files.length, 'new key file')}, ${counted(Math.max(0, fresh), 'new exposure')}\n`);
  if (memory.notification && memory.notification !== phone.memory.notification)
    edge.stderr.write(
      memory.notification.shown ? 'NOTIFICATION\n' : 'NOTIFICATION (not shown: they are switched off)\n',
    );
}
