/** device register: what the user scans or types when tested, or hears from the hotline. */
import { systemOf } from '../../../src/device/systems.ts';
import { type CommandModule, examples } from '../../command.ts';
import {
  addServersOption,
  addStoreOption,
  openPhone,
  portsOf,
  type ServerFlags,
  type StoreFlags,
  savePhone,
  serversOf,
} from '../../device/phone.ts';

type Flags = StoreFlags & ServerFlags;

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<code>', 'the code of a test (what its QR code says, or its SHA-256), or a teleTAN');
  addServersOption(addStoreOption(command));
  examples(command, [
    [
      'enlab device register https://localhost/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA --store out/erik --url http://127.0.0.1:8080',
      'the result is asked for from then on',
    ],
  ]);
  command.action(async (code: string, { store, ...flags }: Flags) => {
    const phone = openPhone(edge, store);
    const { profile } = phone;
    const options = { servers: serversOf(flags), profile };
    const system = systemOf(profile);
    const memory = await system.register(phone.memory, code, options, portsOf(edge, phone));
    savePhone(edge, store, { ...phone, memory });
    edge.stderr.write(`registered; the result of the test is ${system.testState(memory)}\n`);
  });
};
