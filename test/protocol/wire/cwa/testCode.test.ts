import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import { newTestCode, testKeyOf } from '../../../../src/protocol/wire/cwa/testCode.ts';

const GUID = '3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it.each([
  [`https://localhost/?${GUID}`, sha256(GUID)],
  [GUID, sha256(GUID)],
  [`  ${GUID}\n`, sha256(GUID)],
  ['3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA', sha256('3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA')],
  [sha256('a test'), sha256('a test')],
])('%s is a test', (text, key) => {
  expect(testKeyOf(text)).toBe(key);
});

it('a new one is a test, and another one each time', () => {
  const entropy = keyedEntropy(1, 'codes');
  const codes = Array.from({ length: 20 }, () => newTestCode(entropy));
  expect(new Set(codes.map(testKeyOf)).size).toBe(20);
  for (const code of codes) expect(testKeyOf(code)).toBe(sha256(code));
});

it.each([`https://example.org/?${GUID}`, GUID.slice(1), `${GUID}0`, 'FE9A5MAK6C', '', `http://localhost/?${GUID}`])(
  '"%s" is none',
  (text) => {
    expect(testKeyOf(text)).toBeUndefined();
  },
);
