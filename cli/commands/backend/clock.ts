/** backend clock: moves the virtual clock of a backend; batches and deletions on the way happen at their times. */
import { InvalidArgumentError } from 'commander';
import { clockEndpoint } from '../../../src/backend/operator.ts';
import { isoTime, parseIsoTime } from '../../../src/core/time.ts';
import { addOperatorOptions, askOperator, figuresOf, type OperatorFlags, operate } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

type Move = { readonly seconds: number } | { readonly to: number };

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

function move(text: string): Move {
  const [, amount, unit] = /^\+(\d+(?:\.\d+)?)(s|min|h|d)$/.exec(text) ?? [];
  if (amount !== undefined) return { seconds: Number(amount) * SECONDS[unit!]! };
  const to = parseIsoTime(text);
  if (to === null || to < 0)
    throw new InvalidArgumentError('It must be +90s, +30min, +2h, +14d, or a time as 2020-06-22T12:00Z.');
  return { to };
}

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
