/** otp and teletan, check and new: verdicts, exit codes, forms, files. */
import { describe, expect, it } from 'vitest';
import { otpCheckSchema, otpNewSchema, teleTanCheckSchema, teleTanNewSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { checkTeleTan } from '../../src/protocol/wire/cwa/teleTan.ts';
import { checkOtp, otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';

const here = new Workplace();

describe('check', () => {
  it.each([
    ['otp check 9K2-RAY8-UUQ', '9K2-RAY8-UUQ'],
    ['otp check "9k2 ray8 uuq"', '9K2-RAY8-UUQ'],
    ['teletan check fe9a5mak6c', 'FE9-A5M-AK6C'],
  ])('%s: valid, exit 0', async (line, shown) => {
    const { exitCode, stdout, stderr } = await here.enlab(line);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('1 checked, 0 invalid');
    expect(stdout).toContain(shown);
  });

  it.each([
    ['otp check 9K2RAY8UUA', 'check character "A" instead of "Q"'],
    ['otp check 9K2RAY8UU', '9 symbols instead of 10'],
    ['otp check 9K2RAY0UUQ', '"0" at position 7 is never used'],
    ['teletan check FE9A5MAK6D', 'check character "D" instead of "C"'],
    ['teletan check 29ABCzAE4O', '"O" at position 10 is never used'],
    ['teletan check ""', '0 symbols instead of 10'],
  ])('%s: says why, exit 3', async (line, reason) => {
    const { exitCode, stdout, stderr } = await here.enlab(line);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(reason);
    expect(stderr).toMatch(/^error E-CHECK: 1 of 1 code invalid\n {2}hint: symbols are \S+; .*\n$/);
  });

  it('goes on after an invalid code and counts', async () => {
    const { exitCode, stdout, stderr } = await here.enlab('otp check A 9K2RAY8UUQ BCD --format json');
    const { data, codes } = parsed(stdout, otpCheckSchema);
    expect({ exitCode, data }).toEqual({ exitCode: 3, data: { n: 3, valid: 1, invalid: 2 } });
    expect(stderr).toContain('2 of 3 codes invalid');
    expect(codes.map(({ given, valid }) => [given, valid])).toEqual([
      ['A', false],
      ['9K2RAY8UUQ', true],
      ['BCD', false],
    ]);
  });

  it('tells programs the token, the place and the symbol that would fit', async () => {
    const { codes } = await here.json('otp check 9K2-RAY8-UUQ', otpCheckSchema);
    expect(codes).toEqual([
      {
        given: '9K2-RAY8-UUQ',
        valid: true,
        code: '9K2RAY8UUQ',
        display: '9K2-RAY8-UUQ',
        token: otpToken('9K2RAY8UUQ'),
      },
    ]);
    const wrong = parsed((await here.enlab('teletan check FE9A5MAK6D --format json')).stdout, teleTanCheckSchema);
    expect(wrong).toMatchObject({ schema: 'enlab.teletan.check', codes: [{ position: 10, expected: 'C' }] });
  });

  it('writes what it found, also when a code is invalid', async () => {
    const { exitCode } = await here.enlab('otp check A --out verdict.json');
    expect(exitCode).toBe(3);
    expect(parsed(here.text('verdict.json'), otpCheckSchema).data.invalid).toBe(1);
  });

  it.each(['otp check', 'teletan check'])('%s without a code is a usage error', async (line) => {
    expectError(await here.enlab(line), 2, 'E-USAGE', /missing required argument 'code'/);
  });
});

describe('new', () => {
  it('draws from the entropy at the edge: the same bytes, the same codes', async () => {
    const first = await here.output('otp new --count 3');
    expect(await here.output('otp new --count 3')).toBe(first);
    const entropy = (length: number) => new Uint8Array(length).fill(1);
    expect(await here.output('otp new --count 3', { entropy })).not.toBe(first);
  });

  it('makes as many as asked for, all valid', async () => {
    const world = { entropy: keyedEntropy(1, 'codes') };
    const otp = parsed(await here.output('otp new --count 40 --format json', world), otpNewSchema);
    expect(otp).toMatchObject({ schema: 'enlab.otp.new', options: { count: 40 }, data: { n: 40 } });
    for (const { code, display, token } of otp.codes) {
      expect(checkOtp(display)).toEqual({ valid: true, code });
      expect(token).toBe(otpToken(code));
    }
    expect(new Set(otp.codes.map(({ code }) => code)).size).toBe(40);
    const { codes } = await here.json('teletan new --count 40', teleTanNewSchema);
    for (const { code, display, token } of codes) {
      expect(checkTeleTan(display)).toEqual({ valid: true, code });
      expect(token).toBeUndefined();
    }
  });

  it('makes one where nothing is asked', async () => {
    const { codes } = await here.json('teletan new', teleTanNewSchema);
    expect(codes).toHaveLength(1);
  });

  it('writes a table for a load test', async () => {
    await here.output('teletan new --count 5 --format csv --out codes.csv');
    const [head, ...lines] = here.text('codes.csv').trimEnd().split(/\r?\n/);
    expect(head).toBe('display,code');
    expect(lines).toHaveLength(5);
  });

  it.each(['0', '-1', '1.5', 'many', '100001'])('--count %s is a usage error', async (count) => {
    expectError(await here.enlab(`otp new --count=${count}`), 2, 'E-USAGE', 'from 1 to 100000');
  });
});
