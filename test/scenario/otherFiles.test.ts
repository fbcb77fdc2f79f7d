/** Files that somebody took for a scenario: the error says what they look like. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPreset } from '../../src/risk/presets.ts';
import { isOther } from '../../src/scenario/otherFiles.ts';
import { parseScenarioText } from '../../src/scenario/text.ts';
import { refused, smallTown } from '../helpers/scenario.ts';

describe('a file that is no scenario', () => {
  it.each([
    [
      '<!doctype html>\n<html lang="en"><title>A town</title>',
      'the file holds no scenario: it looks like an HTML page',
    ],
    ['<html><body>\n<p>a: b: c</p>', 'the file holds no scenario: it looks like an HTML page'],
    ['<?xml version="1.0"?>\n<testsuites/>', 'the file holds no scenario: it looks like an XML document'],
    ['PK\u0003\u0004abc', 'the file holds no scenario: it looks like a ZIP archive'],
    ['%PDF-1.7\n', 'the file holds no scenario: it looks like a PDF'],
    ['a\u0000b', 'the file holds no scenario: it looks like a binary file'],
    [
      '{"format":"enlab-trace","version":1}\n{"type":"exposure"}\n',
      'the file holds no scenario: it looks like a trace of enlab',
    ],
    [
      'minutes,attenuation\n15,60\n',
      'the file holds no scenario: it looks like a table with the columns minutes, attenuation',
    ],
    ['just words\n', 'the file holds no scenario: it looks like a text'],
    ['[1, 2]', 'the file holds no scenario: it looks like JSON of another kind'],
    ['{"schema":"enlab.simulate","version":1,"arms":[]}', 'this is a result of "enlab simulate", and no scenario'],
    ['{"schema":"enlab.scenario.run","version":1}', 'this is a result of "enlab scenario run", and no scenario'],
    ['{"format":"enlab-baseline","version":1,"seed":1}', 'this is a baseline, and no scenario'],
    [
      '{"setup":{},"exposureConfiguration":{}}',
      'the file holds no scenario: its keys are setup, exposureConfiguration',
    ],
  ])('%j', (text, message) => {
    expect(refused(text)).toMatchObject({
      code: 'E-FILE-FORMAT',
      message,
      place: { file: 'own.yaml', line: 1 },
      hint: expect.stringMatching(/title|manifest|the folder above/),
    });
  });

  it('may hold a rule', () => {
    const { parameters } = findPreset('immuni-dpia');
    expect(refused(JSON.stringify(parameters))).toMatchObject({
      code: 'E-FILE-FORMAT',
      hint: expect.stringMatching(/--arms NAME=FILE/),
    });
  });

  it.each([
    ['{}', 'E-FILE-INVALID', /title: it is missing/],
    ['days: 3\n', 'E-FILE-INVALID', /title: it is missing/],
    ['title: x\nfoo: 3\n', 'E-FILE-INVALID', /a scenario has no foo/],
    ['{"title": "x", "days": 3', 'E-FILE-INVALID', /not YAML/],
    ['a: [1, 2\nb: 3', 'E-FILE-INVALID', /not YAML/],
    ['actors: {}\n', 'E-FILE-FORMAT', /a story/],
  ])('is not %j, which is one with a mistake', (text, code, message) => {
    expect(refused(text)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is none of the scenarios, whatever is cut off', () => {
    fc.assert(
      fc.property(fc.nat(smallTown.length), (length) => {
        expect(isOther(smallTown.slice(0, length))).toBe(false);
      }),
    );
    expect(() => parseScenarioText(smallTown, 'a.yaml')).not.toThrow();
  });
});
