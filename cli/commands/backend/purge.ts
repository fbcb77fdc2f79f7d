/** backend purge: the end of the emergency, by which the impact assessment has everything deleted. */
import { purgeEndpoint } from '../../../src/backend/operator.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.requiredOption('--everything', 'yes, all passwords, keys, batches and reports; there is no way back');
  addOperatorOptions(command);
  examples(command, [['enlab backend purge --everything --data out/backend', 'numbers of batches go on after it']]);
  command.action((flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'purge',
      title: 'What was deleted',
      work: async () => figuresOf(await askOperator(edge, flags, purgeEndpoint, {})),
    }),
  );
};
