/** Complaints of schemas in words that somebody understands who has never seen the schema. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorOf, placeIn } from '../../src/scenario/issues.ts';
import { parseScenarioText } from '../../src/scenario/text.ts';

/** The first complaint about a value, which stands in a text of its own. */
function complaintOf(schema: z.ZodType, value: unknown): string {
  const text = parseScenarioText(JSON.stringify({ own: value }), 'a.yaml');
  const whole = z.strictObject({ own: schema });
  const { error } = whole.safeParse(text.value);
  return errorOf(error!, [{ text, at: [] }], whole).message;
}

describe('a complaint', () => {
  it.each([
    [z.number(), 'x', 'own: it must be a number, not "x"'],
    [z.number(), '30 d', 'own: it must be a number, not "30 d"'],
    [z.number(), 'x'.repeat(99), `own: it must be a number, not "${'x'.repeat(59)}`],
    [z.number(), ['a'], 'own: it must be a number, not array'],
    [z.number(), null, 'own: it must be a number, not null'],
    [z.int(), 1.5, 'own: it must be a whole number, not 1.5'],
    [z.string(), 5, 'own: it must be a string, not 5'],
    [z.boolean(), 'yes', 'own: it must be a boolean, not "yes"'],
    [z.array(z.string()), 'a', 'own: it must be a list, not "a"'],
    [z.strictObject({}), [], 'own: it must be an object, not array'],
    [z.record(z.string(), z.string()), 5, 'own: it must be an object, not 5'],
    [z.number().min(3), 2, 'own: it must be at least 3'],
    [z.number().gt(3), 3, 'own: it must be above 3'],
    [z.number().max(3), 4, 'own: it must be at most 3'],
    [z.number().lt(3), 3, 'own: it must be below 3'],
    [z.array(z.string()).min(2), ['a'], 'own: it needs at least 2 entries'],
    [z.array(z.string()).min(1), [], 'own: it needs at least 1 entry'],
    [z.array(z.string()).max(1), ['a', 'b'], 'own: it may have at most 1 entry'],
    [z.array(z.string()).max(0), ['a'], 'own: it may have at most 0 entries'],
    [z.string().min(1), '', 'own: it must not be empty'],
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

describe('advice', () => {
  const schema = z.strictObject({
    share: z.number().max(1).optional(),
    most: z.number().max(5).optional(),
    lists: z.record(z.string(), z.array(z.strictObject({ share: z.number(), uses: z.number() }))).default({}),
    inner: z.strictObject({ known: z.number().optional() }).nullable().optional(),
    word: z.string().optional(),
  });

  it.each([
    [{ share: 60 }, 'share: it must be at most 1', 'shares are from 0 to 1: 0.6 is 60 %'],
    [{ share: 12.5 }, 'share: it must be at most 1', 'shares are from 0 to 1: 0.125 is 12.5 %'],
    [{ share: 101 }, 'share: it must be at most 1', 'see there'],
    [{ most: 60 }, 'most: it must be at most 5', 'see there'],
    [{ inner: { knwon: 1 } }, 'inner has no knwon', 'did you mean known?'],
    [{ inner: { zzzzzzzz: 1 } }, 'inner has no zzzzzzzz', 'it may have: known'],
    [{ sahre: 1 }, 'a thing has no sahre', 'did you mean share?'],
    // A key that is missing is the one that is misspelt.
    [{ lists: { a: [{ shares: 1, uses: 1 }] } }, 'lists.a.0 has no shares', 'did you mean share?'],
    [{ lists: { a: [{ share: 1, uses: 1 }, { shraes: 1 }] } }, 'lists.a.1 has no shraes', 'did you mean share?'],
    [{ lists: { a: [{ share: 1 }] } }, 'lists.a.0.uses: it is missing: a number', 'see there'],
    // Not of another object.
    [
      { lists: { a: [{ share: 1 }, { share: 1, uses: 1, x: 1 }] } },
      'lists.a.0.uses: it is missing: a number',
      'see there',
    ],
  ])('about %j', (value, message, hint) => {
    const text = parseScenarioText(JSON.stringify(value), 'a.yaml');
    const { error } = schema.safeParse(value);
    const told = errorOf(error!, [{ text, at: [] }], schema, { name: 'a thing', hint: 'see there' });
    expect(told).toMatchObject({ message, hint });
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

  it('is never that of a list which another replaces as a whole', () => {
    const [low, high] = ['a: [{ b: 1, c: 2 }, { b: 3 }]\n', 'x: 0\na:\n  - { b: 5 }\n'].map((text, k) =>
      parseScenarioText(text, `${k}.yaml`),
    );
    const two = [
      { text: low!, at: [] },
      { text: high!, at: [] },
    ];
    expect(placeIn(two, ['a', 0, 'c'])).toEqual({ file: '1.yaml', line: 3, column: 5 });
    expect(placeIn(two, ['a', 1, 'b'])).toEqual({ file: '1.yaml', line: 3, column: 3 });
    expect(placeIn(two.slice(0, 1), ['a', 0, 'c'])).toEqual({ file: '0.yaml', line: 1, column: 16 });
  });

  it('is that of the scenario where an arm does not say', () => {
    expect(placeIn(layers.slice(0, 2), ['a', 'b'])).toEqual({ file: '1.yaml', line: 3, column: 6 });
  });
});
