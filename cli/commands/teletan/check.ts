/** teletan check: as the Corona-Warn-App checks a teleTAN before it asks the server, which looks at the symbols only. */
import { checkCodes } from '../../codes.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addShowOptions, type ShowFlags } from '../../show.ts';
import { teleTan } from './kind.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<code...>', 'as it was typed: blanks, hyphens and lower case do not matter');
  addShowOptions(command);
  examples(command, [
    ['enlab teletan check FE9-A5M-AK6C', 'exit code 3 when a code is invalid'],
    ['enlab teletan check WPHSATMHD4 9N4UTTACE6 --format json', 'for scripts'],
  ]);
  command.action((codes: readonly string[], flags: ShowFlags) => checkCodes(edge, teleTan, codes, flags));
};
