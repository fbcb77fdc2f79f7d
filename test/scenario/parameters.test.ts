/** Every parameter has a range: what lies outside is refused by its name. */
import { describe, expect, it } from 'vitest';
import { isPlainObject } from '../../src/scenario/merge.ts';
import { parametersSchema } from '../../src/scenario/schema.ts';
import { refused, resolved } from '../helpers/scenario.ts';

/** A scenario with one value at a path. */
function withValue(path: string, value: unknown): string {
  const own = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return JSON.stringify({ title: 'x', ...(own as object) });
}

const [{ parameters }] = resolved('title: x\n').arms as [ReturnType<typeof resolved>['arms'][number]];

/** Paths of all numbers and lists of the shipped parameters. */
function numbersIn(value: unknown, path: readonly string[] = []): readonly string[] {
  if (isPlainObject(value)) return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, [...path, key]));
  return typeof value === 'number' || Array.isArray(value) ? [path.join('.')] : [];
}
const numbers = numbersIn(parameters).filter((path) => !path.startsWith('app.risk'));

describe('parameters', () => {
  it('are many, and the shipped ones are what they are checked against', () => {
    expect(numbers.length).toBeGreaterThan(70);
    expect(Object.keys(parameters)).toEqual(Object.keys(parametersSchema.shape));
  });

  it.each(numbers)('%s cannot be infinite, a word, or absurd', (path) => {
    for (const value of [1e12, 'many', null, { a: 1 }]) {
      const error = refused(withValue(path, value));
      expect(error).toMatchObject({ code: 'E-FILE-INVALID' });
      expect(error.message).toContain(path.split('.')[0]);
      expect(error.place).toMatchObject({ file: 'own.yaml', line: 1 });
    }
  });

  it.each(numbers.filter((path) => !/radio.places|disease.peak|app.models/.test(path)))(
    '%s cannot be negative',
    (path) => {
      expect(refused(withValue(path, -1))).toMatchObject({
        code: 'E-FILE-INVALID',
        message: expect.stringContaining(path),
      });
    },
  );

  it.each([
    [
      'population.ages',
      [
        { from: 20, share: 1, uses: 1 },
        { from: 20, share: 1, uses: 1 },
      ],
      /ages must increase/,
    ],
    ['population.ages', [{ from: 20, share: 1 }], /population.ages.0.uses: it is missing/],
    ['population.households', Array.from({ length: 16 }, () => 1), /at most 15/],
    ['app.models', [], /at least 1/],
    ['app.models', [{ share: 0, rx: 0, tx: 0, advertises: true }], /one of the weights must be above 0/],
    ['population.ages', [{ from: 20, share: 0, uses: 1 }], /one of the weights must be above 0/],
    ['radio.carriage', { hand: 0, pocket: 0, bag: 0 }, /one of the weights must be above 0/],
    ['app.models', [{ share: 1, rx: 0, tx: 0, advertises: 'yes' }], /advertises: it must be a boolean, not "yes"/],
    ['radio.bodies', { group: [0, 0] }, /radio.bodies.group: one of the weights must be above 0/],
    ['radio.bodies', { group: [] }, /radio.bodies.group/],
    ['radio.bodies', { bus: [1] }, /radio.bodies has no bus/],
    ['radio.level', 'packet', /radio.level/],
    ['radio.schedule', { advertInterval: 5 }, /advertInterval must be at most window/],
    ['app.risk', 5, /app.risk: this is not what belongs here/],
    ['app.risk', { name: 'x', sauce: 1 }, /app.risk/],
  ])('%s = %j is refused', (path, value, message) => {
    expect(refused(withValue(path, value)).message).toMatch(message);
  });

  it.each(['no-app', 'default'])('of the arm %s are taken back by a manifest', (name) => {
    const arm = resolved('title: x\n').arms.find((one) => one.name === name)!;
    const again = resolved(JSON.stringify({ title: 'x', ...arm.parameters, arms: { own: {} } }));
    expect(again.arms[0]!.parameters).toEqual(arm.parameters);
  });
});
