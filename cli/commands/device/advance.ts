/** device advance: later on the phone; what is more than 14 days old is forgotten. */
import { EnlabError } from '../../../src/core/errors.ts';
import { isoTime } from '../../../src/core/time.ts';
import { counted } from '../../../src/core/words.ts';
import { withDailyKeys } from '../../../src/device/broadcasting.ts';
import { liveUntil } from '../../../src/device/live.ts';
import { forgotten } from '../../../src/device/memory.ts';
import { isInTheAir } from '../../../src/device/profile.ts';
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
import { type Move, move, moved } from '../../options/move.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<move>', '+90s, +30min, +2h, +14d, or the time to move to', move);
  addSyncOptions(addStoreOption(command));
  examples(command, [
    ['enlab device advance +1d --store out/anna', 'the next day'],
    ['enlab device advance +1d --store out/anna --url http://127.0.0.1:8080', 'with its background runs'],
  ]);
  command.action(async (by: Move, { store, ...flags }: StoreFlags & SyncFlags) => {
    const phone = openPhone(edge, store);
    const { clock, memory: before, profile } = phone;
    if (clock === null)
      throw new EnlabError('E-USAGE', 'this phone has the clock of the machine', {
        hint: 'only one that was made with --clock virtual can be moved',
      });
    if (flags.publicKey !== undefined && !flags.url)
      throw new EnlabError('E-USAGE', '--public-key is of background runs', { hint: 'add --url URL' });
    const time = moved(clock, by);
    if (time < clock) throw new EnlabError('E-USAGE', 'the clock never goes back', { hint: `it is ${isoTime(clock)}` });
    const span = { from: clock, to: time };
    const memory = isInTheAir(profile) ? withDailyKeys(before, span, edge.entropy) : before;
    const lived = flags.url
      ? await liveUntil(memory, span, syncOptionsOf(edge, phone, flags), portsOf(edge, phone))
      : forgotten(memory, time);
    savePhone(edge, store, { ...phone, clock: time, memory: lived });
    for (const remark of systemOf(profile).news(before, lived)) edge.stderr.write(`${remark}\n`);
    const runs = lived.background.runs.filter((run) => run.time > clock);
    if (flags.url) edge.stderr.write(`${counted(runs.length, 'background run')} in the last 14 days\n`);
    edge.stderr.write(`it is ${isoTime(time)} on ${store}\n`);
  });
};
