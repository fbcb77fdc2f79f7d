/** device upload: what the user presses while the health operator is on the telephone. */
import { EnlabError } from '../../../src/core/errors.ts';
import { upload } from '../../../src/device/immuni/upload.ts';
import { type CommandModule, examples } from '../../command.ts';
import {
  addServersOption,
  addStoreOption,
  openPhone,
  portsOf,
  type ServerFlags,
  type StoreFlags,
  serversOf,
} from '../../device/phone.ts';
import { typedOtp } from '../../options/otp.ts';
import { counted } from '../../words.ts';

type Flags = StoreFlags & ServerFlags;

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<code>', 'the one-time password that the operator authorised', typedOtp);
  addServersOption(addStoreOption(command));
  examples(command, [
    ['enlab device upload 9K2-RAY8-UUQ --store out/anna --url http://127.0.0.1:8080', 'keys and known exposures'],
  ]);
  command.action(async (otp: string, { store, ...flags }: Flags) => {
    const phone = openPhone(edge, store);
    const options = { servers: serversOf(flags), otp, province: phone.profile.province };
    const outcome = await upload(phone.memory, options, portsOf(edge, phone));
    if (outcome !== 'sent')
      throw new EnlabError('E-SERVER', 'the code is not authorised, used or too old; nothing was sent', {
        hint: 'let the operator authorise it ("enlab backend authorise-otp"), and send again within 150 s',
      });
    edge.stderr.write(`sent ${counted(phone.memory.keys.length, 'key')}\n`);
  });
};
