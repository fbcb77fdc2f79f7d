/** device upload: what the user presses after a positive test, with Immuni while the operator is on the telephone. */
import { Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import type { UtcDay } from '../../../src/core/units.ts';
import { counted } from '../../../src/core/words.ts';
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
import { typedOtp } from '../../options/otp.ts';
import { utcDay } from '../../options/values.ts';

interface Flags extends StoreFlags, ServerFlags {
  /** False: the user says that there were none. */
  readonly symptoms?: UtcDay | false;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('[code]', 'Immuni: the one-time password that the operator authorised', typedOtp);
  addServersOption(addStoreOption(command));
  command
    .addOption(
      new Option(
        '--symptoms <day>',
        'Corona-Warn-App: since when, for the levels of the keys (default: not said)',
      ).argParser(utcDay),
    )
    .option('--no-symptoms', 'Corona-Warn-App: there were none');
  examples(command, [
    ['enlab device upload 9K2-RAY8-UUQ --store out/anna --url http://127.0.0.1:8080', 'keys and known exposures'],
  ]);
  command.action(async (code: string | undefined, { store, symptoms, ...flags }: Flags) => {
    const phone = openPhone(edge, store);
    const { profile } = phone;
    const said = symptoms === false ? 'none' : (symptoms ?? 'unknown');
    if (said !== 'unknown' && profile.app === 'immuni')
      throw new EnlabError('E-USAGE', 'Immuni does not ask for symptoms', {
        hint: 'the operator enters the day: enlab backend authorise-otp CODE --symptoms DAY',
      });
    const options = { servers: serversOf(flags), profile, code, symptoms: said } as const;
    const { memory, keys, refusal } = await systemOf(profile).upload(phone.memory, options, portsOf(edge, phone));
    savePhone(edge, store, { ...phone, memory });
    if (refusal !== undefined)
      throw new EnlabError('E-SERVER', `${refusal}; nothing was sent`, {
        hint:
          profile.app === 'immuni'
            ? 'let the operator authorise it ("enlab backend authorise-otp"), and send again within 150 s'
            : 'nothing is lost: the keys are still on the phone',
      });
    edge.stderr.write(`sent ${counted(keys, 'key')}\n`);
  });
};
