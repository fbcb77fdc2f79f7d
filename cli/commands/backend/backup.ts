/** backend backup: copies the databases of a running backend. */
import { resolve } from 'node:path';
import { backupEndpoint } from '../../../src/backend/operator.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<folder>', 'new folder for the copies, on the machine of the backend');
  addOperatorOptions(command);
  examples(command, [
    ['enlab backend backup out/copy --data out/backend', 'databases only: keep secrets.json apart from them'],
  ]);
  command.action((folder: string, flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'backup',
      title: 'Backup',
      work: async () => {
        const body = { folder: resolve(edge.folder, folder) };
        return figuresOf(await askOperator(edge, flags, backupEndpoint, { body }));
      },
    }),
  );
};
