/** backend configure: what "calibrate export" wrote, served to phones while the backend runs. */
import { configureEndpoint } from '../../../src/backend/operator.ts';
import { readSettings } from '../../../src/risk/config/immuniSettings.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import { readText } from '../../files.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<file>', 'settings, as "calibrate export --target immuni" writes them');
  addOperatorOptions(command);
  examples(command, [
    [
      'enlab backend configure out/settings.json --data out/backend',
      'until it ends; "backend start --config" for longer',
    ],
  ]);
  command.action((file: string, flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'configure',
      title: 'Settings',
      work: async () => {
        const body = { ...readSettings(readText(edge, file), file) };
        return figuresOf(await askOperator(edge, flags, configureEndpoint, { body }));
      },
    }),
  );
};
