import { describe, expect, it } from 'vitest';
import { annotations, stepSummary } from '../../cli/scenario/github.ts';
import type { Verdict } from '../../src/scenario/suite.ts';

const verdictOf = (changes: Partial<Verdict> = {}): Verdict => ({
  file: 'scenarios/a.yaml',
  title: 'A town',
  outcome: 'failed',
  problems: [
    { message: 'does not hold: a < b', found: 'a = 2, b = 1', place: { file: 'scenarios/a.yaml', line: 7, column: 5 } },
  ],
  differences: [],
  ...changes,
});

describe('annotations', () => {
  it('name file, line and column', () => {
    expect(annotations([verdictOf()])).toBe(
      '::error file=scenarios/a.yaml,line=7,col=5,title=A town::does not hold: a < b%0Afound: a = 2, b = 1\n',
    );
  });

  it('leave out what is not known', () => {
    const problems = [{ message: 'broken', place: { file: 'a.yaml' } }];
    expect(annotations([verdictOf({ problems })])).toBe('::error file=a.yaml,title=A town::broken\n');
  });

  it.each([
    ['100 %', '100 %25', '100 %25'],
    ['a: b', 'a%3A b', 'a: b'],
    ['a, b', 'a%2C b', 'a, b'],
    ['a\r\nb', 'a%0D%0Ab', 'a%0D%0Ab'],
    ['::error::x', '%3A%3Aerror%3A%3Ax', '::error::x'],
  ])('cannot be made to say something else: %j', (text, title, message) => {
    const problems = [{ message: text, place: { file: 'a.yaml' } }];
    expect(annotations([verdictOf({ title: text, problems })])).toBe(
      `::error file=a.yaml,title=${title}::${message}\n`,
    );
  });

  it('are none where all passed, and ten at most', () => {
    expect(annotations([verdictOf({ outcome: 'passed', problems: [] })])).toBe('');
    expect(annotations(Array.from({ length: 30 }, () => verdictOf())).match(/^::error/gm)).toHaveLength(10);
  });
});

describe('the summary of a step', () => {
  it('is a table with a line for each scenario', () => {
    const passed = verdictOf({ outcome: 'passed', problems: [], title: 'Fine' });
    expect(stepSummary([passed, verdictOf()]).split('\n')).toEqual([
      '## Scenarios',
      '',
      '1 of 2 passed.',
      '',
      '| outcome | scenario | file | problems |',
      '|---|---|---|---|',
      '| ✅ passed | Fine | `scenarios/a.yaml` |  |',
      '| ❌ failed | A town | `scenarios/a.yaml` | does not hold: a < b |',
      '',
    ]);
  });

  it('keeps its columns, whatever stands in them', () => {
    const problems = [{ message: 'a | b\nc', place: { file: 'a.yaml' } }];
    const [, line] = stepSummary([verdictOf({ title: 'x | y', problems })]).split('|---|---|---|---|\n');
    expect(line!.trim()).toBe('| ❌ failed | x \\| y | `scenarios/a.yaml` | a \\| b c |');
  });
});
