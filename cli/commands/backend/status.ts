/** backend status: counts, batches and the time there. */
import { statusEndpoint } from '../../../src/backend/operator.ts';
import { isoTime } from '../../../src/core/time.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addOperatorOptions(command);
  examples(command, [['enlab backend status --data out/backend', 'counts, batches and the time there']]);
  command.action((flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'status',
      title: 'What the backend holds',
      work: async () => {
        const { now, ...figures } = figuresOf(await askOperator(edge, flags, statusEndpoint, {}));
        return { now: isoTime(now as number), ...figures };
      },
    }),
  );
};
