/** backend issue-teletan: what the hotline of the Corona-Warn-App does for somebody who is ill and has no code. */
import { Option } from 'commander';
import { TELETANS_AN_HOUR } from '../../../src/backend/cwa/verification.ts';
import { statusEndpoint } from '../../../src/backend/operator.ts';
import { displayTeleTan, guessChance } from '../../../src/protocol/wire/cwa/teleTan.ts';
import { teleTan, teleTanTypes } from '../../../src/protocol/wire/cwa/verification.ts';
import {
  addOperatorOptions,
  askOperator,
  figuresOf,
  type OperatorFlags,
  operate,
  refused,
} from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

/** An hour of a thousand a second. */
const GUESSES = 3_600_000;

interface Flags extends OperatorFlags {
  readonly type: (typeof teleTanTypes)[number];
}

export const define: CommandModule['define'] = (command, edge) => {
  command.addOption(
    new Option('--type <type>', 'TEST: an hour; EVENT: of a health office that warns guests, two days')
      .choices(teleTanTypes)
      .default('TEST'),
  );
  addOperatorOptions(command);
  examples(command, [['enlab backend issue-teletan --data out/cwa', 'to read out; good once']]);
  command.action(({ type, ...flags }: Flags) =>
    operate(edge, flags, {
      name: 'issue-teletan',
      title: 'teleTAN',
      work: async () => {
        const headers = { authorization: '', 'x-cwa-teletan-type': type };
        const { status, body } = await askOperator(edge, flags, teleTan, { headers });
        if (status === 429)
          throw refused('a thousand teleTANs were issued in the last hour', 'wait, or move the clock');
        if (status !== 201) throw refused(`it answered ${status}`, 'is it a backend of the Corona-Warn-App?');
        const { teleTans } = figuresOf(await askOperator(edge, flags, statusEndpoint, {}));
        const good = Number(teleTans);
        return {
          code: displayTeleTan(body.value),
          type,
          issued: good,
          'issued an hour at most': TELETANS_AN_HOUR,
          [`chance of ${GUESSES.toLocaleString('en')} guesses`]: Number(guessChance(good, GUESSES).toPrecision(2)),
        };
      },
    }),
  );
};
