/** Tables of several simulated runs, which must not be pooled. */
import { describe, expect, it } from 'vitest';
import type { OpenOptions } from '../../src/trace/open.ts';
import { openText, textError } from '../helpers/traces.ts';

describe('a histogram of simulated runs', () => {
  const head = 'arm,replicate,attenuation,minutes,days,label,weight';
  const table = (...rows: readonly string[]): string => [head, ...rows, ''].join('\n');
  const [one, other, again] = ['a,0,60,20,1,true,5', 'b,0,60,20,1,true,5', 'a,1,60,20,1,true,5'];

  it.each([
    [
      [one, one.replace('60', '61'), other],
      'rows of several runs: arm a, then b',
      4,
      /awk -F, 'NR == 1 \|\| \$1 == "a"'/,
    ],
    [[one, again], 'rows of several runs: replicate 0, then 1', 3, /\$2 == "0"'.*leave the column out/],
  ])('is refused where runs would be pooled: %j', async (rows, message, line, hint) => {
    const error = await textError(table(...rows));
    expect(error).toMatchObject({
      code: 'E-FILE-INVALID',
      message,
      place: { line },
      hint: expect.stringMatching(hint),
    });
  });

  it.each<[string, OpenOptions]>([
    [table(one, one.replace('60', '61')), {}],
    // Somebody else's arms.
    [table(one, other).replaceAll(/^([^,]*),[^,]*,/gm, '$1,'), {}],
    [table(one, other), { columns: { scenario: 'arm' } }],
  ])('is read: %j %j', async (text, options) => {
    const { records } = await openText(text, options);
    expect(records).toHaveLength(2);
  });
});
