/** device sync: what the app does in the background: settings, new batches, exposures, perhaps a notification. */
import { sync } from '../../../src/device/immuni/sync.ts';
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
import { counted } from '../../words.ts';

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
  const { memory, batches, refused, held, analyticsFailure } = await sync(phone.memory, options, portsOf(edge, phone));
  savePhone(edge, store, { ...phone, memory });
  for (const { batch, reason } of refused) edge.stderr.write(`batch ${batch} refused: ${reason}\n`);
  if (held !== undefined) edge.stderr.write(`nothing looked at: ${held}\n`);
  if (analyticsFailure !== undefined) edge.stderr.write(`operational info not sent: ${analyticsFailure}\n`);
  const fresh = memory.exposures.length - phone.memory.exposures.length;
  edge.stderr.write(
    `${counted(batches.length, 'new batch', 'new batches')}, ${counted(Math.max(0, fresh), 'new exposure')}\n`,
  );
  if (memory.notification && memory.notification !== phone.memory.notification)
    edge.stderr.write(
      memory.notification.shown ? 'NOTIFICATION\n' : 'NOTIFICATION (not shown: they are switched off)\n',
    );
}
