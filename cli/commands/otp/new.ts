/** otp new: one-time passwords as the Immuni app shows them. */
import { addCount, newCodes } from '../../codes.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addShowOptions, type ShowFlags } from '../../show.ts';
import { otp } from './kind.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addCount(command);
  addShowOptions(command);
  examples(command, [
    ['enlab otp new', 'a code, and the SHA-256 that the app sends in its place'],
    ['enlab otp new --count 1000 --format csv --out otp.csv', 'many, for a load test'],
  ]);
  command.action((flags: ShowFlags & { readonly count: number }) => newCodes(edge, otp, flags));
};
