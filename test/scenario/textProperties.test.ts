/** Any values, written as YAML by a library, come back, and each is where it is said to be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { EnlabError } from '../../src/core/errors.ts';
import { isPlainObject, type PlainObject } from '../../src/scenario/merge.ts';
import { type Path, parseScenarioText } from '../../src/scenario/text.ts';
import { refused } from '../helpers/scenario.ts';

const key = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/).filter((name) => name !== 'value' && name !== 'source');
const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 .,:-]{0,20}$/);
const leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((own) => own + 0 || 0),
  fc.boolean(),
  word,
);
const { tree } = fc.letrec<{ tree: PlainObject; node: unknown }>((tie) => ({
  tree: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 4 }),
  node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 3 }), tie('tree')),
}));

/** Every leaf with its path. */
function leavesOf(value: unknown, path: Path = []): readonly (readonly [Path, unknown])[] {
  if (isPlainObject(value)) return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
  return Array.isArray(value) ? value.flatMap((inner, k) => leavesOf(inner, [...path, k])) : [[path, value]];
}

describe('scenario texts', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, isJson) => {
        const text = isJson ? JSON.stringify(value, null, 2) : stringify(value);
        expect(parseScenarioText(text, 'a.yaml').value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('know where each leaf stands', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value, { lineWidth: 0 });
        const lines = text.split('\n');
        const { placeOf } = parseScenarioText(text, 'a.yaml');
        for (const [path, own] of leavesOf(value)) {
          const { line, column } = placeOf(path)!;
          const rest = lines[line! - 1]!.slice(column! - 1);
          // What stands there, up to the end of the line, is the leaf; -0 is written as it is.
          expect(parse(rest)).toEqual(own);
        }
      }),
    );
  });

  it('give values with sources the values, and remember the sources', () => {
    fc.assert(
      fc.property(tree, word, (value, source) => {
        const { sources, value: read } = parseScenarioText(stringify({ a: { value, source } }), 'a.yaml');
        expect(read).toEqual({ a: JSON.parse(JSON.stringify(value)) });
        expect(sources.get('a')).toBe(source);
      }),
    );
  });

  it('that are cut anywhere are read, or refused with a place', () => {
    const whole = stringify({
      title: 'x',
      days: 3,
      arms: { a: { app: { adoption: 0.2 } }, b: null },
      checks: ['a.warned > 0'],
    });
    for (let end = 0; end < whole.length; end++) {
      try {
        parseScenarioText(whole.slice(0, end), 'a.yaml');
      } catch (error) {
        expect(error).toBeInstanceOf(EnlabError);
        expect((error as EnlabError).place?.file).toBe('a.yaml');
      }
    }
  });

  it('of any bytes are read, or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseScenarioText(text, 'a.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(EnlabError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a key that does not exist', () => {
  it.each([
    [[]],
    [['population']],
    [['contacts', 'group']],
    [['contacts', 'household', 'minutes']],
    [['disease', 'incubationDays']],
    [['testing', 'waitDays']],
    [['delivery', 'operatorHours']],
    [['app']],
    [['behaviour']],
    [['radio', 'schedule']],
    [['radio', 'places', 'transport']],
    [['radio', 'places', 'random', 'carriage']],
    [['truth']],
  ])('below %j is named where it stands', (path) => {
    const value = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), { nonsense: 1 });
    const text = stringify({ title: 'x', ...(value as object) });
    const line = text.split('\n').findIndex((own) => own.includes('nonsense')) + 1;
    const error = refused(text);
    expect(error.message).toMatch(/has no nonsense$/);
    expect(error.place).toEqual({ file: 'own.yaml', line, column: 1 + 2 * path.length });
  });
});
