/** Files that are no scenario: what they seem to be, in words that help. */
import { EnlabError, type Place } from '../core/errors.ts';
import { looksLike } from '../trace/looksLike.ts';
import { shownList } from '../trace/shown.ts';
import type { PlainObject } from './merge.ts';

/** Enough of a file to tell what it is. */
const START = 4096;
const HINT = 'it begins with a title, as in: title: A small town';

/** E-FILE-FORMAT for a text without keys. */
export const noScenario = (text: string, file: string): EnlabError => {
  const place = { file, line: 1 };
  return new EnlabError('E-FILE-FORMAT', `the file holds no scenario: it looks like ${kindOf(text)}`, {
    place,
    hint: HINT,
  });
};

function kindOf(text: string): string {
  const start = text.slice(0, START);
  if (/^\s*\{"format":\s*"enlab-trace"/.test(start)) return TRACE;
  // What is in brackets is advice for traces.
  return looksLike({ name: '', bytes: Buffer.from(start), text: start }).replace(/ \(.*$/s, '');
}

const TRACE = 'a trace of enlab';

/** Whether a text that is no YAML is something else for sure, and no scenario with a mistake. */
export const isOther = (text: string): boolean => !/^(?:a text|a table|JSON)/.test(kindOf(text));

/** Throws E-FILE-FORMAT for what has keys, but of something else. `known`: those of a scenario. */
export function assertScenario(value: PlainObject, place: Place, known: readonly string[]): void {
  const keys = Object.keys(value);
  const { schema, format } = value;
  if (typeof schema === 'string' && schema.startsWith('enlab.')) {
    const command = schema.replaceAll('.', ' ');
    const hint = 'a run is repeated from its manifest.json, which --out-dir of "simulate" and "policy" writes';
    throw new EnlabError('E-FILE-FORMAT', `this is a result of "${command}", and no scenario`, { place, hint });
  }
  if (format === 'enlab-baseline')
    throw new EnlabError('E-FILE-FORMAT', 'this is a baseline, and no scenario', {
      place,
      hint: 'name the scenario that it is of, in the folder above',
    });
  // A rule may have a key of the same name, such as days.
  if (keys.includes('title') || 2 * keys.filter((key) => known.includes(key)).length >= keys.length) return;
  throw new EnlabError('E-FILE-FORMAT', `the file holds no scenario: its keys are ${shownList(keys)}`, {
    place,
    hint: `${HINT}; a file with a rule makes an arm of one: --arms NAME=FILE`,
  });
}
