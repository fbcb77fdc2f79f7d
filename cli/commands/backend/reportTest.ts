/** backend report-test: what a laboratory does when the result of a test is known. */
import { InvalidArgumentError, Option } from 'commander';
import { testKeyOf } from '../../../src/protocol/wire/cwa/testCode.ts';
import { labResults, resultNumbers } from '../../../src/protocol/wire/cwa/testResultServer.ts';
import { addOperatorOptions, askOperator, type OperatorFlags, operate, refused } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';

interface Flags extends OperatorFlags {
  readonly result: keyof typeof resultNumbers;
}

function testHash(text: string): string {
  const key = testKeyOf(text);
  if (key === undefined)
    throw new InvalidArgumentError(
      'It must be what the QR code of a test says, or its SHA-256, 64 hexadecimal digits.',
    );
  return key;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<test>', 'what its QR code says, or the SHA-256 of it', testHash);
  command.addOption(
    new Option('--result <result>', 'of the laboratory').choices(Object.keys(resultNumbers)).makeOptionMandatory(),
  );
  addOperatorOptions(command);
  examples(command, [
    [
      'enlab backend report-test 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --result positive --data out/cwa',
      'the phone that registered it asks for it',
    ],
  ]);
  command.action((test: string, { result, ...flags }: Flags) =>
    operate(edge, flags, {
      name: 'report-test',
      title: 'Reported',
      work: async () => {
        const body = { testResults: [{ id: test, result: resultNumbers[result] }] };
        const { status } = await askOperator(edge, flags, labResults, { body });
        if (status !== 204) throw refused(`it answered ${status}`, 'is it a backend of the Corona-Warn-App?');
        return { test, result };
      },
    }),
  );
};
