/** device advance: later on the phone; what is more than 14 days old is forgotten. */
import { EnlabError } from '../../../src/core/errors.ts';
import { isoTime } from '../../../src/core/time.ts';
import { forgotten } from '../../../src/device/memory.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, openPhone, type StoreFlags, savePhone } from '../../device/phone.ts';
import { type Move, move, moved } from '../../options/move.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<move>', '+90s, +30min, +2h, +14d, or the time to move to', move);
  addStoreOption(command);
  examples(command, [['enlab device advance +1d --store out/anna', 'the next day']]);
  command.action((by: Move, { store }: StoreFlags) => {
    const phone = openPhone(edge, store);
    const { clock, memory } = phone;
    if (clock === null)
      throw new EnlabError('E-USAGE', 'this phone has the clock of the machine', {
        hint: 'only one that was made with --clock virtual can be moved',
      });
    const time = moved(clock, by);
    if (time < clock) throw new EnlabError('E-USAGE', 'the clock never goes back', { hint: `it is ${isoTime(clock)}` });
    savePhone(edge, store, { ...phone, clock: time, memory: forgotten(memory, time) });
    edge.stderr.write(`it is ${isoTime(time)} on ${store}\n`);
  });
};
