/** device set: what the user of a phone switches on and off. */
import { InvalidArgumentError } from 'commander';
import { type Switch, switches } from '../../../src/device/profile.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, openPhone, type StoreFlags, savePhone } from '../../device/phone.ts';

type Switched = Partial<Record<Switch, boolean>>;

function switched(text: string, earlier: Switched | undefined): Switched {
  const [name = '', to = ''] = text.split('=');
  if (!(switches as readonly string[]).includes(name) || !['on', 'off'].includes(to))
    throw new InvalidArgumentError(`It must be NAME=on or NAME=off; names are ${switches.join(', ')}.`);
  return { ...earlier, [name]: to === 'on' };
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument(
    '<switch...>',
    'NAME=on|off: bluetooth, permission (to use exposure notifications), notifications, network, framework (off: the operating system is too old)',
    switched,
  );
  addStoreOption(command);
  examples(command, [['enlab device set bluetooth=off --store out/anna', 'it neither sends nor hears']]);
  command.action((change: Switched, { store }: StoreFlags) => {
    const phone = openPhone(edge, store);
    const { profile } = phone;
    const on = { ...profile.on, ...change };
    savePhone(edge, store, { ...phone, profile: { ...profile, on } });
    edge.stderr.write(`${store}: ${switches.map((name) => `${name} ${on[name] ? 'on' : 'off'}`).join(', ')}\n`);
  });
};
