/** teletan new: teleTANs as the hotline of the Corona-Warn-App reads them out. */
import { addCount, newCodes } from '../../codes.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addShowOptions, type ShowFlags } from '../../show.ts';
import { teleTan } from './kind.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addCount(command);
  addShowOptions(command);
  examples(command, [
    ['enlab teletan new', 'one'],
    ['enlab teletan new --count 1000 --format csv --out teletans.csv', 'many, for a load test'],
  ]);
  command.action((flags: ShowFlags & { readonly count: number }) => newCodes(edge, teleTan, flags));
};
