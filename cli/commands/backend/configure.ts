/** backend configure: what "calibrate export" wrote, served to phones while the backend runs. */
import { configureEndpoint } from '../../../src/backend/operator.ts';
import { immuni } from '../../../src/risk/config/immuni.ts';
import { productionSettings } from '../../../src/risk/config/immuniSettings.ts';
import { validConfiguration } from '../../../src/risk/config/registry.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import { readText } from '../../files.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<file>', 'settings, as "calibrate export --target immuni" (or cwa-v1) writes them');
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
        const { target, whole } = validConfiguration(readText(edge, file), file);
        // What settings of Immuni leave out is as in production.
        const body = target.name === immuni.name ? { ...productionSettings, ...whole } : { ...whole };
        return figuresOf(await askOperator(edge, flags, configureEndpoint, { body }));
      },
    }),
  );
};
