/** backend add-operator: somebody who may use the console, with a password that is shown once. */
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { isOperatorName, newAccount, newPassword } from '../../../src/backend/console/accounts.ts';
import { assertBackend, readAccounts, writeAccounts } from '../../../src/backend/files.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { type CommandModule, examples } from '../../command.ts';

interface Flags {
  readonly data: string;
  readonly replace?: true;
}

function operatorName(text: string): string {
  if (!isOperatorName(text))
    throw new InvalidArgumentError('It must be 1 to 32 small letters, digits, dots and dashes, such as anna.rossi.');
  return text;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<name>', 'what the operator logs in with', operatorName);
  command.requiredOption('--data <dir>', 'folder of the backend, which may be running');
  command.option('--replace', 'a new password for somebody who has one');
  examples(command, [['enlab backend add-operator anna --data out/backend', 'then open /console of the backend']]);
  command.action(async (name: string, { data, replace }: Flags) => {
    const folder = resolve(edge.folder, data);
    assertBackend(folder);
    const accounts = readAccounts(folder);
    if (Object.hasOwn(accounts, name) && !replace)
      throw new EnlabError('E-USAGE', `there is an operator ${name}`, { hint: 'add --replace to give a new password' });
    const password = newPassword(edge.entropy);
    writeAccounts(folder, { ...accounts, [name]: await newAccount(password, edge.entropy) });
    edge.stderr.write(`${name} may log in at /console of the backend; the password is shown only now\n`);
    edge.stdout.write(`${password}\n`);
  });
};
