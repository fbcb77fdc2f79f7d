/** otp check: whether one-time passwords of Immuni are well formed, and if not, where they are wrong. */
import { checkCodes } from '../../codes.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addShowOptions, type ShowFlags } from '../../show.ts';
import { otp } from './kind.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<code...>', 'as it was typed: blanks, hyphens and lower case do not matter');
  addShowOptions(command);
  examples(command, [
    ['enlab otp check 9K2-RAY8-UUQ', 'exit code 3 when a code is invalid'],
    ['enlab otp check "9k2 ray8 uuq" UQ776R9A7E --format json', 'for scripts, with the SHA-256 that the app sends'],
  ]);
  command.action((codes: readonly string[], flags: ShowFlags) => checkCodes(edge, otp, codes, flags));
};
