/** backend publish: publish what waits, without waiting for the next batch. */
import { publishEndpoint } from '../../../src/backend/operator.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addOperatorOptions(command);
  examples(command, [
    ['enlab backend publish --data out/backend', 'publish what waits, without waiting for the next batch'],
  ]);
  command.action((flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'publish',
      title: 'What was published',
      work: async () => figuresOf(await askOperator(edge, flags, publishEndpoint, {})),
    }),
  );
};
