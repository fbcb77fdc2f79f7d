/** Complaints of schemas in words that somebody understands who has never seen the schema. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorOf, placeIn } from '../../src/scenario/issues.ts';
import { parseScenarioText } from '../../src/scenario/text.ts';

/** The first complaint about a value, which stands in a text of its own. */
function complaintOf(schema: z.ZodType, value: unknown): string {
  const text = parseScenarioText(JSON.stringify({ own: value }), 'a.yaml');
  const { error } = z.strictObject({ own: schema }).safeParse(text.value);
  return errorOf(error!.issues[0]!, [{ text, at: [] }], { own: {} }).message;
}

describe('a complaint', () => {
  it.each([
    [z.number(), 'x', 'own: it must be a number, not string'],
    [z.number(), null, 'own: it must be a number, not null'],
    [z.int(), 1.5, 'own: it must be a whole number, not number'],
    [z.string(), 5, 'own: it must be a string, not number'],
    [z.boolean(), 'yes', 'own: it must be a boolean, not string'],
    [z.array(z.string()), 'a', 'own: it must be a list, not string'],
    [z.strictObject({}), [], 'own: it must be an object, not array'],
    [z.record(z.string(), z.string()), 5, 'own: it must be an object, not number'],
    [z.number().min(3), 2, 'own: it must be at least 3'],
    [z.number().gt(3), 3, 'own: it must be above 3'],
    [z.number().max(3), 4, 'own: it must be at most 3'],
    [z.number().lt(3), 3, 'own: it must be below 3'],
    [z.array(z.string()).min(2), ['a'], 'own: it must be at least 2'],
    [z.string().min(1), '', 'own: it must be at least 1'],
    [z.union([z.string(), z.number()]), true, 'own: this is not what belongs here'],
    [z.string().refine(() => false, 'no, never'), 'x', 'own: no, never'],
    [z.record(z.string().regex(/^a/, 'names begin with a'), z.number()), { b: 1 }, 'own.b: names begin with a'],
    [z.strictObject({ inner: z.number() }), {}, 'own.inner: it is missing: a number'],
    [z.array(z.strictObject({ inner: z.number() })), [{ inner: 1 }, {}], 'own.1.inner: it is missing: a number'],
    [z.strictObject({}), { typo: 1 }, 'own has no typo'],
  ])('%#: %s', (schema, value, message) => {
    expect(complaintOf(schema as z.ZodType, value)).toBe(message);
  });
});

describe('the place of a value in layers', () => {
  const [base, own] = ['a:\n  b: 1\n  c: 2\n', 'x: 0\na:\n  b: 3\narms:\n  tuned:\n    a: { b: 5 }\n'].map((text, k) =>
    parseScenarioText(text, `${k}.yaml`),
  );
  const layers = [
    { text: base!, at: [] },
    { text: own!, at: [] },
    { text: own!, at: ['arms', 'tuned'] },
  ];

  it.each([
    // The arm says so itself.
    [['a', 'b'], '1.yaml', 6, 13],
    // Only the lowest layer does.
    [['a', 'c'], '0.yaml', 3, 6],
    // Nobody does: what is around it.
    [['a', 'd'], '1.yaml', 6, 8],
    [['z'], '1.yaml', 6, 5],
  ])('%j', (path, file, line, column) => {
    expect(placeIn(layers, path)).toEqual({ file, line, column });
  });

  it('is that of the scenario where an arm does not say', () => {
    expect(placeIn(layers.slice(0, 2), ['a', 'b'])).toEqual({ file: '1.yaml', line: 3, column: 6 });
  });
});
