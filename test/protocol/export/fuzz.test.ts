/** A few damaged files; test/system/keyFiles.test.ts reads a hundred thousand. */
import { expect, it } from 'vitest';
import { fuzzKeyFiles } from '../../helpers/keyFileFuzz.ts';

it('damaged files end in an error with advice, or are read', () => {
  const { read, refused } = fuzzKeyFiles(900, 1);
  expect(read).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(500);
});
