import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../../src/core/errors.ts';
import { TraceFile } from '../../../src/trace/files.ts';
import { jsonElements } from '../../../src/trace/importers/jsonElements.ts';
import { fileWith } from '../../helpers/imports.ts';

async function elementsOf(text: string, member?: string) {
  const elements = [];
  for await (const batch of jsonElements(new TraceFile(fileWith('x.json', text)), member)) elements.push(...batch);
  return elements;
}

const valuesOf = async (text: string, member?: string): Promise<unknown[]> =>
  (await elementsOf(text, member)).map(({ value }) => value);

/** What JSON makes of a value: -0 becomes 0. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const errorOf = async (text: string): Promise<EnlabError> => {
  const error: unknown = await elementsOf(text, 'list').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EnlabError);
  return error as EnlabError;
};

describe('the elements of a JSON file', () => {
  it.each([
    ['an array', '[{"a":1},\n {"a":2}]'],
    ['an array with a byte order mark', '\uFEFF [{"a":1},{"a":2}]\n\n'],
    ['one a line', '{"a":1}\n{"a":2}\n'],
    ['one a line, the last one without its end', '{"a":1}\r\n\r\n{"a":2}'],
    ['a member of an object', '{"x":{"list":[5]},"list":[{"a":1},{"a":2}],"y":[]}'],
  ])('%s', async (_what, text) => {
    expect(await valuesOf(text, 'list')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('have the line on which they end', async () => {
    const elements = await elementsOf('[\n{"a":1},\n{"a":\n2}\n]');
    expect(elements.map(({ number, place }) => [number, place.line])).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('are those that JSON.parse finds, in every layout', async () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 });
    const indent = fc.constantFrom(undefined, 1);
    await fc.assert(
      fc.asyncProperty(objects, indent, async (list, space) => {
        expect(await valuesOf(JSON.stringify(list, null, space))).toEqual(json(list));
        if (list.length === 0) return;
        expect(await valuesOf(JSON.stringify({ n: 1, list }, null, space), 'list')).toEqual(json(list));
        expect(await valuesOf(list.map((item) => JSON.stringify(item)).join('\n'))).toEqual(json(list));
      }),
      { numRuns: 50 },
    );
  });

  it('are read from files larger than a chunk', async () => {
    const list = Array.from({ length: 30_000 }, (_, k) => ({ k, text: 'é'.repeat(30) }));
    const elements = await elementsOf(JSON.stringify(list));
    expect(elements.map(({ value }) => value)).toEqual(list);
    expect(elements.at(-1)?.number).toBe(30_000);
  });

  it.each([
    ['NaN', '[1,\n NaN]', 2, /Unexpected/],
    ['a missing comma', '[{"a":1}\n{"a":2}]', 2, /Unexpected/],
    ['something behind the end', '[1]\n\n]', 3, /Unexpected/],
    ['an array that ends early', '[{"a":1},\n{"a":', 2, /ends inside a value/],
    ['a line that ends early', '{"a":1}\n{"a', 2, /ends inside a value/],
  ])('%s is an error with its line', async (_what, text, line, message) => {
    const error = await errorOf(text);
    expect(error.code).toBe('E-FILE-INVALID');
    expect(error.place?.line).toBe(line);
    expect(error.message).toMatch(message);
  });
});
