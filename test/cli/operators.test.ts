/** backend add-operator: a password that is shown once, for a backend that may be running. */
import { describe, expect, it } from 'vitest';
import { isPassword } from '../../src/backend/console/accounts.ts';
import { readAccounts } from '../../src/backend/files.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { expectError, Workplace } from '../helpers/cli.ts';

const place = new Workplace({ 'out/backend/secrets.json': '', 'file.txt': '' });
const folder = place.path('out/backend');

it.each(['out/none', 'out', 'file.txt', 'file.txt/x'])('in %s there is no backend: exit 2', async (data) => {
  const ran = await place.enlab(`backend add-operator anna --data ${data}`);
  expectError(ran, 2, 'E-STORE', 'this is not the folder of a backend', 'enlab backend start');
  expect(place.has('out/none')).toBe(false);
});

describe('an operator', () => {
  it('is added with a password that opens, and is not written down', async () => {
    const { exitCode, stdout, stderr } = await place.enlab('backend add-operator anna --data out/backend');
    expect([exitCode, stderr]).toEqual([
      0,
      'anna may log in at /console of the backend; the password is shown only now\n',
    ]);
    expect(await isPassword(readAccounts(folder), 'anna', stdout.trim())).toBe(true);
    expect(place.text('out/backend/operators.json')).not.toContain(stdout.trim());
  });

  it('is not replaced by accident', async () => {
    const before = place.text('out/backend/operators.json');
    expectError(
      await place.enlab('backend add-operator anna --data out/backend'),
      2,
      'E-USAGE',
      /there is an operator/,
    );
    expect(place.text('out/backend/operators.json')).toBe(before);
  });

  it('gets a new password on purpose, and the others keep theirs', async () => {
    const bruno = (await place.enlab('backend add-operator bruno --data out/backend')).stdout.trim();
    const world = { entropy: keyedEntropy(9, 'another') };
    const anna = (await place.enlab('backend add-operator anna --replace --data out/backend', world)).stdout.trim();
    const accounts = readAccounts(folder);
    expect(await isPassword(accounts, 'anna', anna)).toBe(true);
    expect(await isPassword(accounts, 'bruno', bruno)).toBe(true);
  });

  it.each(['Anna', 'a/b', '.', 'anna;rm'])('named "%s" is refused', async (name) => {
    expectError(await place.enlab(`backend add-operator ${name} --data out/backend`), 2, 'E-USAGE', /small letters/);
  });

  it('of a file that is damaged is refused, and the file stays', async () => {
    place.put('out/broken/secrets.json', '');
    place.put('out/broken/operators.json', '{');
    expectError(await place.enlab('backend add-operator anna --data out/broken'), 2, 'E-STORE', /cannot be read/);
    expect(place.text('out/broken/operators.json')).toBe('{');
  });
});
