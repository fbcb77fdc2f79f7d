import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openText, textError } from '../helpers/traces.ts';

describe('cells', () => {
  it.each([
    ['commas', 'D,A,positives,negatives\n5,3,10,2\n1,8,0,7\n'],
    ['semicolons, other order, other case', 'negatives;a;d;Positives\n2;3;5;10\n7;8;1;0\n'],
    ['names of buckets', 'D\tA\tpos\tneg\nD5\tA3\t10\t2\nd1\ta8\t0\t7\n'],
    ['more columns', 'D,A,positives,negatives,note\n5,3,10,2,x\n1,8,0,7,\n'],
  ])('%s', async (_name, text) => {
    const { records, tally, importer } = await openText(text);
    expect(importer.name).toBe('cells');
    expect(records).toEqual([
      { type: 'cell', D: 5, A: 3, positives: 10, negatives: 2 },
      { type: 'cell', D: 1, A: 8, positives: 0, negatives: 7 },
    ]);
    expect(tally).toMatchObject({ rows: 2, used: 2 });
  });

  it('scenarios have tables of their own', async () => {
    const { records } = await openText('scenario,D,A,positives,negatives\nbus,1,1,1,1\ntram,1,1,2,2\nNA,1,1,3,3\n');
    expect(records).toMatchObject([{ scenario: 'bus' }, { scenario: 'tram' }, { positives: 3 }]);
    expect(records[2]).not.toHaveProperty('scenario');
  });

  it('a count with thousands gets the hint that helps', async () => {
    const hintOf = async (count: string) => (await textError(`D;A;positives;negatives\n5;3;${count};1\n`)).hint;
    for (const count of ['1.000', '1,000', "12'345", '1 000 000']) expect(await hintOf(count)).toContain('thousands');
    for (const count of ['<5', '1.0', '1000.5']) expect(await hintOf(count)).toContain('suppressed');
  });

  it('NA and an empty scenario are the same scenario', async () => {
    const error = await textError('scenario,D,A,positives,negatives\nNA,1,1,1,1\n,1,1,2,2\n');
    expect(error.message).toBe('D1 A1 stands on line 2 and again on line 3');
  });

  it('mapped columns', async () => {
    const columns = { D: 'durata', A: 'att', positives: 'casi', negatives: 'controlli' };
    const { records } = await openText('durata;att;casi;controlli\n5;3;1;2\n', { columns });
    expect(records).toEqual([{ type: 'cell', D: 5, A: 3, positives: 1, negatives: 2 }]);
  });

  it('any set of different cells is read back', async () => {
    const cell = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.nat(2e6), fc.nat(2e6));
    const different = fc.uniqueArray(cell, { minLength: 1, selector: ([d, a]) => d * 10 + a });
    await fc.assert(
      fc.asyncProperty(different, async (table) => {
        const { records } = await openText(
          ['D,A,positives,negatives', ...table.map((row) => row.join(','))].join('\n'),
        );
        expect(records).toEqual(
          table.map(([D, A, positives, negatives]) => ({ type: 'cell', D, A, positives, negatives })),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['D of 0', '0,3,1,1', 'D is "0"'],
    ['D of 9', '9,3,1,1', 'D is "9"'],
    ['A instead of D', 'A5,3,1,1', 'D is "A5"'],
    ['A of 1.5', '5,1.5,1,1', 'A is "1.5"'],
    ['no A', '5,,1,1', 'A is ""'],
    ['negative counts', '5,3,-1,1', 'positives is "-1"'],
    ['half a person', '5,3,1,0.5', 'negatives is "0.5"'],
    ['a suppressed count', '5,3,1,<5', 'negatives is "<5"'],
    ['NA', '5,3,NA,1', 'positives is "NA"'],
    ['more than could be rows', '5,3,1,2000001', 'negatives is "2000001", not a whole number from 0 to 2000000'],
    ['a thousand, or one', '5,3,1.000,1', 'positives is "1.000"'],
    ['an exponent', '5,3,1,1e3', 'negatives is "1e3"'],
    ['a short row', '5,3,1', 'negatives is ""'],
  ])('%s is an error with its line', async (_name, row, message) => {
    const error = await textError(`D,A,positives,negatives\n1,1,1,1\n\n${row}\n`);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { line: 4 } });
    expect(error.message).toContain(message);
  });

  it('a cell that comes twice is an error that names both lines', async () => {
    const error = await textError('D,A,positives,negatives\n5,3,1,1\n5,4,1,1\nD5,A3,1,1\n');
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { line: 4 } });
    expect(error.message).toBe('D5 A3 stands on line 2 and again on line 4');
  });

  it('a missing column names those that are there', async () => {
    const error = await textError('D,A,positive,negativos\n5,3,1,1\n', { from: 'cells' });
    expect(error.message).toContain('no column negatives; found: D, A, positive, negativos');
    expect(error.hint).toContain('negatives="negativos"');
  });
});
