/** The bars that our code is held to (docs/architecture.md, "Sizes"), and the figures it reaches. */
import { afterAll, describe, expect, it } from 'vitest';
import { commentShare, functionLengths, lineCount, quantile } from './helpers/codeSize.ts';
import { productFiles, sourceFiles } from './helpers/sourceFiles.ts';

const product = productFiles();
const tests = sourceFiles('test');
const fileLines = product.map(({ text }) => lineCount(text));
const functionLines = product.flatMap(functionLengths);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const file = (text: string) => ({ path: 'a.ts', text });

/** Name, figure, lowest and highest allowed. */
const bars: readonly (readonly [string, number, number, number])[] = [
  ['lines per file, median', quantile(fileLines, 0.5), 0, 110],
  ['lines per file, 95th percentile', quantile(fileLines, 0.95), 0, 350],
  ['lines per file, most', Math.max(...fileLines), 0, 450],
  ['lines per function, median', quantile(functionLines, 0.5), 0, 12],
  ['lines per function, 95th percentile', quantile(functionLines, 0.95), 0, 50],
  ['lines per function, most', Math.max(...functionLines), 0, 80],
  ['share of comment lines', commentShare(product), 0.12, 0.25],
  ['test lines per source line', sum(tests.map(({ text }) => lineCount(text))) / sum(fileLines), 0.9, 3],
];

afterAll(() => console.info(bars.map(([name, figure]) => `${name}: ${Number(figure.toFixed(2))}`).join('\n')));

describe('the size of our code', () => {
  it.each(bars)('%s', (_, figure, lowest, highest) => {
    expect(figure).toBeGreaterThanOrEqual(lowest);
    expect(figure).toBeLessThanOrEqual(highest);
  });
});

describe('the measure', () => {
  it('counts lines with and without a last line end', () => {
    expect([lineCount('a\nb\n'), lineCount('a\nb')]).toEqual([2, 2]);
  });

  it('takes quantiles by nearest rank', () => {
    const values = [5, 1, 4, 2, 3];
    expect([0.01, 0.5, 0.95, 1].map((q) => quantile(values, q))).toEqual([1, 3, 5, 5]);
  });

  it('sees declarations, bound arrows and methods, but no callbacks', () => {
    const text = [
      'function a(): void {',
      '}',
      'const b = (x: number[]): number[] =>',
      '  x.map((y) => {',
      '    return y;',
      '  });',
      'class C {',
      '  private d<T>(t: T): T { return t; }',
      '}',
    ].join('\n');
    expect(functionLengths(file(text))).toEqual([2, 4, 1]);
  });

  it('tells comments from code and ignores blank lines', () => {
    const text = ['/**', ' * why', ' */', '', 'const a = 1; // not a line of comment', '// why', '/* one */', 'a;'];
    expect(commentShare([file(text.join('\n'))])).toBe(5 / 7);
  });
});
