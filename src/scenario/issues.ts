/** What a schema complains about, as an error that names file, line and column. */
import type { z } from 'zod';
import { EnlabError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { isPlainObject } from './merge.ts';
import { type Path, pathText, type ScenarioText } from './text.ts';

/** A text, or a part of one, whose values stand above those of the layers before it. */
export interface Layer {
  readonly text: ScenarioText;
  readonly at: Path;
}

/** A complaint of a schema. */
export type Issue = z.core.$ZodIssue;

/** Of the value at a path in the highest layer that has it, or of what is around it. */
export function placeIn(layers: readonly Layer[], path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const found = highest(layers, path.slice(0, length), 'placeOf');
    if (found) return found;
  }
  const { text, at } = layers.at(-1)!;
  return text.placeOf(at) ?? { file: text.file };
}

const highest = (layers: readonly Layer[], path: Path, what: 'placeOf' | 'keyPlaceOf'): Place | undefined =>
  layers.map(({ text, at }) => text[what]([...at, ...path])).findLast((place) => place !== undefined);

/** `known`: an object with all keys that there may be, for suggestions. */
export function errorOf(issue: Issue, layers: readonly Layer[], known: unknown): EnlabError {
  if (issue.code === 'unrecognized_keys') return unknownKey([...issue.path, issue.keys[0]!], layers, known);
  const name = pathText(issue.path);
  const message = `${name === '' ? 'the scenario' : name}: ${complaint(issue)}`;
  return new EnlabError('E-FILE-INVALID', message, { place: placeIn(layers, issue.path), hint: HINT });
}

const HINT = 'units, ranges and shipped values: docs/parameters.md';

function unknownKey(path: Path, layers: readonly Layer[], known: unknown): EnlabError {
  const around = path.slice(0, -1);
  const there = valueAt(known, around);
  const candidates = isPlainObject(there) ? Object.keys(there) : [];
  const name = String(path.at(-1));
  const guess = nearest(name, candidates);
  const where = around.length === 0 ? 'a scenario' : pathText(around);
  const hint = guess === undefined ? `it may have: ${candidates.join(', ')}` : `did you mean ${guess}?`;
  const place = highest(layers, path, 'keyPlaceOf') ?? placeIn(layers, path);
  return new EnlabError('E-FILE-INVALID', `${where} has no ${name}`, { place, hint });
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );

/** In fewer words than zod's. */
function complaint(issue: Issue): string {
  const { code, message } = issue;
  if (code === 'too_big') return `it must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
  if (code === 'too_small') return `it must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
  if (code === 'invalid_key') return issue.issues[0]!.message;
  if (code === 'invalid_union') return 'this is not what belongs here';
  if (code !== 'invalid_type') return message;
  const [, received] = /received (.*)/.exec(message)!;
  const wanted = WORDS[issue.expected] ?? `a ${issue.expected}`;
  return received === 'undefined' ? `it is missing: ${wanted}` : `it must be ${wanted}, not ${received}`;
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};
