import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../../src/core/errors.ts';
import { parseSource } from '../../../src/risk/config/source.ts';

const text = ['# captured on 22nd june', '', '{"a": {"b": [0,', '   5], "c": null},', ' "d": "x"', '}', ''].join('\n');

describe('places', () => {
  it.each([
    [[], { line: 3, column: 1 }],
    [['a'], { line: 3, column: 7 }],
    [['a', 'b'], { line: 3, column: 13 }],
    [['a', 'b', 1], { line: 4, column: 4 }],
    [['a', 'c'], { line: 4, column: 13 }],
    [['d'], { line: 5, column: 7 }],
  ])('finds the value at %j', (path, spot) => {
    expect(parseSource(text, 'f').spot(path)).toEqual(spot);
  });

  it('names the object around a value that is missing', () => {
    const { spot, keySpot } = parseSource(text, 'f');
    expect(spot(['a', 'missing'])).toEqual({ line: 3, column: 7 });
    expect(keySpot(['a', 'missing'])).toEqual({ line: 3, column: 7 });
    expect(spot(['a', 'b', 7])).toEqual({ line: 3, column: 13 });
    expect(keySpot(['missing', 'deeper'])).toEqual({ line: 3, column: 1 });
  });

  it('names keys', () => {
    const { keySpot } = parseSource(text, 'f');
    expect(keySpot(['a', 'c'])).toEqual({ line: 4, column: 8 });
    expect(keySpot(['d'])).toEqual({ line: 5, column: 2 });
  });

  it('counts lines that end in CR LF', () => {
    expect(parseSource('{\r\n"a":\r\n1}', 'f').spot(['a'])).toEqual({ line: 3, column: 1 });
  });
});

describe('values', () => {
  it('are those of JSON.parse', () => {
    const json = '{"a":[1,2.5,-3e2,{"b":"\\u00e9\\n\\/"}],"t":true,"n":null,"":{},"e":[]}';
    expect(parseSource(json, 'f').value).toEqual(JSON.parse(json));
    const spread = JSON.stringify(JSON.parse(json), null, '\t');
    expect(parseSource(`\uFEFF${spread}`, 'f').value).toEqual(JSON.parse(json));
  });

  it('are those of JSON.parse for any JSON, and every place leads to its value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
        const json = JSON.stringify({ value }, null, indent);
        const source = parseSource(json, 'f');
        expect(source.value).toEqual(JSON.parse(json));
        const { line, column } = source.spot(['value']);
        const rest = json
          .split('\n')
          .slice(line! - 1)
          .join('\n')
          .slice(column! - 1);
        expect(rest.startsWith(JSON.stringify(value)?.slice(0, 1))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes the last of two equal keys and says where it stands', () => {
    const { value, duplicates, spot } = parseSource('{"a": {"x": 1},\n "b": 2,\n "a": {"x": 3,\n  "x": 4}}', 'f');
    expect(value).toEqual({ a: { x: 4 }, b: 2 });
    expect(duplicates).toEqual([
      { key: 'a', spot: { line: 3, column: 2 } },
      { key: 'x', spot: { line: 4, column: 3 } },
    ]);
    expect(spot(['a', 'x'])).toEqual({ line: 4, column: 8 });
  });
});

describe('what is no JSON object', () => {
  it.each([
    ['nothing', ' \n\t', 'E-FILE-EMPTY', undefined],
    ['a list', '[1, 2]', 'E-FILE-FORMAT', 1],
    ['only a comment', '# nothing\n', 'E-FILE-FORMAT', 1],
    ['a bare word', 'immuni', 'E-FILE-INVALID', 1],
    ['YAML', 'a: 1\nb: 2', 'E-FILE-INVALID', 1],
    ['an open brace', '{"a": 1,\n "b": [2', 'E-FILE-INVALID', 2],
    ['no number', '{"a":\n NaN}', 'E-FILE-INVALID', 2],
    ['two documents', '{"a": 1}\n{"b": 2}', 'E-FILE-INVALID', 2],
    ['an anchor', '{"a":\n &x [1]}', 'E-FILE-INVALID', 2],
    ['a comma before the brace', '# captured\n{"a": 1,\n}', 'E-FILE-INVALID', 3],
    ['a comma before the bracket', '{"a": [1,\n2,]}', 'E-FILE-INVALID', 2],
    ['single quotes', "{\n'a': 1}", 'E-FILE-INVALID', 2],
    ['a comment behind a value', '{"a": 1 # one\n}', 'E-FILE-INVALID', 1],
    ['a number with a plus', '{"a":\n\n +1}', 'E-FILE-INVALID', 3],
    ['a leading zero', '{"a": 020}', 'E-FILE-INVALID', 1],
    ['binary', `\u0000\u0001PK${'\u0003'.repeat(5000)}`, 'E-FILE-INVALID', 1],
  ] as const)('refuses %s', (_, input, code, line) => {
    const error = thrownBy(() => parseSource(input, 'settings.json'));
    expect(error.code).toBe(code);
    expect(error.place?.file).toBe('settings.json');
    expect(error.place?.line).toBe(line);
    expect(error.message.length).toBeLessThan(120);
  });
});

it.each([
  ['binary', '\u007fELF\u0002\u0001\u0000', 'it is a binary file, or text in UTF-16'],
  ['UTF-16', '{\0"\0a\0"\0:\x001\0}\0', 'it is a binary file, or text in UTF-16'],
  ['a table', 'user,minutes\n1,2\n', 'it does not begin with {'],
  ['a page', '# saved\n<html>', 'it does not begin with {'],
  ['a colon too few', '# captured\n{"a" 1}', 'Missing , or : between flow map items'],
])('says what is wrong with %s in words about JSON', (_, input, words) => {
  expect(thrownBy(() => parseSource(input, 'f')).message).toBe(`this is not JSON: ${words}`);
});

function thrownBy(act: () => unknown): EnlabError {
  try {
    act();
  } catch (error) {
    if (error instanceof EnlabError) return error;
  }
  throw new Error('no EnlabError was thrown');
}
