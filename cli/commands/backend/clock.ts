/** backend clock: moves the virtual clock of a backend; batches and deletions on the way happen at their times. */
import { clockEndpoint } from '../../../src/backend/operator.ts';
import { isoTime } from '../../../src/core/time.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import { type Move, move } from '../../options/move.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<move>', '+90s, +30min, +2h, +14d, or the time to move to', move);
  addOperatorOptions(command);
  examples(command, [['enlab backend clock +2h --data out/backend', 'two hours later, in no time']]);
  command.action((body: Move, flags: OperatorFlags) =>
    operate(edge, flags, {
      name: 'clock',
      title: 'The clock of the backend',
      work: async () => {
        const { now } = figuresOf(await askOperator(edge, flags, clockEndpoint, { body }));
        return { now: isoTime(now as number) };
      },
    }),
  );
};
