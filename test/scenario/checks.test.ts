import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { assertChecks, evaluateCheck, type Facts } from '../../src/scenario/checks.ts';
import { dailyNames, figureNames } from '../../src/scenario/figures.ts';
import { refused, resolved } from '../helpers/scenario.ts';

const place = { file: 'own.yaml', line: 7, column: 5 };
/** All 0 but what is given; the n-th value is of the n-th replicate. */
function armOf(values: Readonly<Record<string, readonly (number | null)[]>>): Facts[string] {
  const replicates = [0, 1, 2];
  const figures = replicates.map((k) =>
    Object.fromEntries(figureNames().map((name) => [name, values[name] ? values[name][k]! : 0])),
  );
  const daily = replicates.map((k) => Object.fromEntries(dailyNames.map((name) => [name, [10 + k, 20, 30]])));
  return { figures, daily };
}
const facts: Facts = {
  'no-app': armOf({ infections: [100, 110, 120] }),
  tuned: armOf({ infections: [90, 100, 109], warned: [5, 7, 9], averted: [10, null, 5] }),
};
const holds = (text: string, own: Facts = facts): boolean => evaluateCheck({ text, place }, own).holds;

describe('a check', () => {
  it.each([
    ['tuned.infections < no-app.infections', true],
    ['tuned.infections > no-app.infections', false],
    ['no-app.infections == 110', true],
    ['no-app.infections != 110', false],
    ['tuned.warned >= 7', true],
    ['tuned.warned > 7', false],
    ['tuned.warned <= 7', true],
    ['5 < tuned.warned < 9', true],
    ['5 < tuned.warned < 6', false],
    ['9 < tuned.warned < 10', false],
    ['no-app.warned < tuned.warned < tuned.infections < no-app.infections', true],
    ['-tuned.warned == -7', true],
    ['tuned.warned / tuned.infections * 100 - 1 < 10 - 3.9', true],
    ['(tuned.warned + 1) * 2 == 16', true],
    ['abs(tuned.infections - 100) < 0.1 * 100', true],
    // A hyphen in a name, in a number, and as a minus.
    ['6.9e-9 < tuned.warned * 1e-9 < 7.1e-9', true],
    ['6.9E-2 < tuned.warned / 1e2 < 7.1e-2', true],
    ['no-app.infections - 1e-1 < 110', true],
    // By replicate: 10, 10, 11 less. Their means alone would have intervals that overlap.
    ['high(tuned.infections - no-app.infections) < -8.8', true],
    ['high(tuned.infections - no-app.infections) < -9', false],
    ['low(no-app.infections) < 90', true],
    ['least(no-app.infections) == 100', true],
    ['most(no-app.infections) == 120', true],
    ['tuned.infections[1] == 11', true],
    ['tuned.infections[3] == 30', true],
    ['tuned.infections[1] < tuned.infections[2]', true],
    // What is undefined compares with nothing.
    ['tuned.averted > 0', false],
    ['tuned.averted <= 0', false],
    ['tuned.warned / no-app.warned > 0', false],
    ['low(tuned.averted) > 0', false],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('needs no arm where there is one', () => {
    expect(holds('infections < 101', { tuned: facts['tuned']! })).toBe(true);
  });

  it('says what it found', () => {
    const { facts: found, because } = evaluateCheck(
      { text: 'tuned.warned < tuned.warned + tuned.averted', because: 'x', place },
      facts,
    );
    expect(because).toBe('x');
    expect(found.map(({ name, estimate }) => [name, estimate.value, estimate.reason])).toEqual([
      ['tuned.warned + tuned.averted', null, 'in 1 of 3'],
      ['tuned.warned', 7, undefined],
      ['tuned.averted', null, 'in 1 of 3'],
    ]);
  });

  it.each([
    // The ends of an interval are told with the difference of which they are.
    ['high(tuned.infections - no-app.infections) < 0', ['tuned.infections - no-app.infections']],
    ['0 < low(no-app.infections - tuned.infections) < 20', ['no-app.infections - tuned.infections']],
    ['high(tuned.warned) < 10', []],
    ['tuned.warned - 1 < 10 - 3.9', ['tuned.warned - 1']],
    ['(tuned.warned + 1) * 2 == 16', ['(tuned.warned + 1) * 2']],
    ['100 - (tuned.warned - 1) == 94', ['100 - (tuned.warned - 1)']],
    ['abs(tuned.infections - 100) < 0.1 * 100', ['tuned.infections - 100', 'abs(tuned.infections - 100)']],
    ['most(no-app.infections) == 120', ['most(no-app.infections)']],
    ['-tuned.infections[2] < -(tuned.warned + 1)', ['-tuned.infections[2]', '-(tuned.warned + 1)']],
    ['no-app.warned == 0', []],
    // What is on both sides is told once.
    ['tuned.warned * 2 <= tuned.warned * 2', ['tuned.warned * 2']],
  ])('tells what was compared before the names: %s', (text, expected) => {
    const names = evaluateCheck({ text, place }, facts).facts.map(({ name }) => name);
    expect(names.slice(0, expected.length)).toEqual(expected);
    for (const name of names.slice(expected.length)) expect(name).toMatch(/^[a-z-]+\.[a-z]+(\[\d\])?$/);
  });

  it('gives differences the interval of differences by seed', () => {
    const [difference] = evaluateCheck({ text: 'high(tuned.infections - no-app.infections) < 0', place }, facts).facts;
    const { value, low, high } = difference!.estimate;
    // -10, -10, -11: a standard error of 1/3, and t = 4.303 with two degrees of freedom.
    expect(value).toBeCloseTo(-31 / 3, 9);
    expect(high! - value!).toBeCloseTo(4.3027 / 3, 3);
    expect(value! - low!).toBeCloseTo(4.3027 / 3, 3);
  });
});

describe('a check that cannot be', () => {
  it.each([
    ['tuned.infections', /compares nothing/],
    ['tuned.infections + 3', /compares nothing/],
    ['', /compares nothing/],
    ['tuned.infections <', /cannot be read/],
    ['tuned.infections < 3 extra', /compares nothing/],
    ['tunde.infections < 3', /there is no arm or actor tunde/],
    ['infections < 3', /there is no arm or actor infections/],
    ['tuned.infectoins < 3', /there is no figure infectoins/],
    ['tuned.constructor < 3', /there is no figure constructor/],
    ['tuned.peakDay[2] < 3', /there is no daily figure peakDay/],
    ['tuned.infections[0] < 3', /day 0 is not one of 1 to 3/],
    ['tuned.infections[4] < 3', /day 4 is not one of 1 to 3/],
    ['tuned.infections["a"] < 3', /a is no number/],
    ['tuned.infections < "3"', /3 is no number/],
    ['tuned.infections = 3', /cannot be read/],
    ['!tuned.infections < 3', /a check has no !/],
    ['tuned.infections % 2 < 3', /a check has no %/],
    ['sum(tuned.infections) < 3', /a check has no sum\(\)/],
    ['toString(1) < 3', /a check has no toString\(\)/],
    ['low(tuned.infections, 2) < 3', /a check has no low\(\) of 2/],
    ['low(3) < 3', /low\(\) needs more than one replicate/],
    ['[1, 2] < 3', /a check has names, numbers/],
    ['tuned.infections < (1 < 2)', /a check has no < here/],
    ['a.b.c < 3', /there is no arm/],
  ])('%j is refused at its place', (text, message) => {
    let thrown: unknown;
    try {
      holds(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EnlabError);
    expect(thrown).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringMatching(message), place });
  });

  it('is found before the run', () => {
    const scenario = resolved('title: x\nchecks:\n  - default.infections > 0\n  - default.warnd > 0\n');
    expect(() => assertChecks(scenario)).toThrow(/no figure warnd/);
    expect(() => assertChecks(resolved('title: x\nchecks: ["low(default.warned) > 0"]\n'))).toThrow(/replicate/);
    expect(() =>
      assertChecks(resolved('title: x\nreplicates: 2\nchecks: ["low(default.warned) > 0"]\n')),
    ).not.toThrow();
  });

  it('must be text', () => {
    expect(refused('title: x\nchecks: [5]\n').place).toMatchObject({ line: 2 });
  });
});
