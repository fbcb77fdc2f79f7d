/** docs/wire.md says what the descriptions say. */
import { describe, expect, it } from 'vitest';
import { cwaDifferences } from '../../../src/protocol/wire/cwa/documented.ts';
import { cwaEndpoints } from '../../../src/protocol/wire/cwa/endpoints.ts';
import { TELETAN_ALPHABET } from '../../../src/protocol/wire/cwa/teleTan.ts';
import { immuniDifferences } from '../../../src/protocol/wire/immuni/documented.ts';
import { immuniEndpoints } from '../../../src/protocol/wire/immuni/endpoints.ts';
import { OTP_ALPHABET } from '../../../src/protocol/wire/immuni/otp.ts';
import { INGESTION_REQUEST_BYTES } from '../../../src/protocol/wire/immuni/padding.ts';
import { wirePage } from '../../../tools/wirePage.ts';
import { textOf } from '../../helpers/sourceFiles.ts';

const page = textOf('docs/wire.md');

describe('docs/wire.md', () => {
  it('has the tables of the descriptions (npm run docs:wire)', () => {
    expect(page).toBe(wirePage(page));
  });

  it('would be noticed to drift: a changed table is put right, a lost marker is an error', () => {
    expect(wirePage(page.replaceAll('cwa.tan |', 'cwa.tin |'))).toBe(page);
    expect(() => wirePage(page.replace('<!-- cwa endpoints -->', ''))).toThrow(/no place for "cwa endpoints"/);
  });

  it.each([...immuniEndpoints, ...cwaEndpoints].map(({ name, method, path }) => [name, `${method} ${path}`]))(
    'has a line for %s',
    (name, call) => {
      expect(page.split('\n').filter((line) => line.startsWith(`| ${name} | \`${call}\` |`))).toHaveLength(1);
    },
  );

  it('names the alphabets and the size of ingestion requests', () => {
    for (const fact of [OTP_ALPHABET, TELETAN_ALPHABET, INGESTION_REQUEST_BYTES.toLocaleString('en')])
      expect(page).toContain(fact);
  });

  it('lists differences that are some', () => {
    for (const { what, documented, deployed } of [...immuniDifferences, ...cwaDifferences])
      expect(documented, what).not.toBe(deployed);
  });
});
