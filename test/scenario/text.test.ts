import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { parseScenarioText } from '../../src/scenario/text.ts';

const text = `title: A town
testing:
  delay: { value: { median: 3, sigma: 0.4 }, source: assumption }
  tested:
    value: 0.7
    source: "a study"
app:
  models:
    - { share: 1 }
    - { share: 2, value: 3 }
checks: []
empty:
`;

describe('the text of a scenario', () => {
  const read = parseScenarioText(text, 'a.yaml');

  it('has values without their sources', () => {
    expect(read.value).toEqual({
      title: 'A town',
      testing: { delay: { median: 3, sigma: 0.4 }, tested: 0.7 },
      app: { models: [{ share: 1 }, { share: 2, value: 3 }] },
      checks: [],
      empty: null,
    });
    expect(Object.fromEntries(read.sources)).toEqual({ 'testing.delay': 'assumption', 'testing.tested': 'a study' });
  });

  it.each([
    [['title'], 1, 8],
    [['testing', 'delay', 'sigma'], 3, 39],
    [['testing', 'tested'], 5, 12],
    [['app', 'models', 1, 'share'], 10, 16],
  ])('knows where %j stands', (path, line, column) => {
    expect(read.placeOf(path)).toEqual({ file: 'a.yaml', line, column });
  });

  it('knows where keys stand, and what is not there', () => {
    expect(read.keyPlaceOf(['testing', 'tested'])).toEqual({ file: 'a.yaml', line: 4, column: 3 });
    expect(read.keyPlaceOf(['empty'])).toEqual({ file: 'a.yaml', line: 12, column: 1 });
    expect(read.placeOf(['testing', 'sensitivity'])).toBeUndefined();
  });

  it('takes JSON, which is YAML', () => {
    expect(parseScenarioText('{"title": "x", "days": 3}', 'a.json').value).toEqual({ title: 'x', days: 3 });
  });

  it('has keys that objects inherit as keys like others', () => {
    const { value } = parseScenarioText('constructor: 1\n__proto__: { a: 1 }\n', 'a.yaml');
    expect(Object.keys(value as object)).toEqual(['constructor', '__proto__']);
  });
});

describe('junk', () => {
  it.each([
    ['', 'E-FILE-EMPTY', /empty/, undefined],
    [' \n\t\n', 'E-FILE-EMPTY', /empty/, undefined],
    ['- 1\n- 2\n', 'E-FILE-FORMAT', /no scenario/, 1],
    ['just words', 'E-FILE-FORMAT', /no scenario/, 1],
    ['title: x\n  days: 3\n', 'E-FILE-INVALID', /not YAML/, 1],
    ['title: x\ntitle: y\n', 'E-FILE-INVALID', /unique/, 2],
    ['a: &b 1\nc: *b\n', 'E-FILE-INVALID', /aliases/, 2],
    ['a: [1, 2\nb: 3', 'E-FILE-INVALID', /not YAML/, 2],
    ['\u0000\u0001\u0002PK', 'E-FILE-FORMAT', /no scenario/, 1],
    [`title: ${'x'.repeat(4_000_001)}`, 'E-LIMIT', /4000008 characters/, undefined],
  ])('%j is refused', (junk, code, message, line) => {
    let thrown: unknown;
    try {
      parseScenarioText(junk, 'a.yaml');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EnlabError);
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((thrown as EnlabError).place?.line).toBe(line);
  });
});
