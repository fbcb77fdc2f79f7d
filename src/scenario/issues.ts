/** What a schema complains about, as an error that names file, line and column. */
import type { z } from 'zod';
import { EnlabError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { type Path, pathText, type ScenarioText } from './text.ts';

/** A text, or a part of one, whose values stand above those of the layers before it. */
export interface Layer {
  readonly text: ScenarioText;
  readonly at: Path;
}

/** A complaint of a schema. */
type Issue = z.core.$ZodIssue;

/** Of the value at a path in the highest layer that has it, or of what is around it. */
export function placeIn(layers: readonly Layer[], path: Path): Place {
  const saying = layersOf(layers, path);
  for (let length = path.length; length > 0; length--) {
    const found = highest(saying, path.slice(0, length), 'placeOf');
    if (found) return found;
  }
  const { text, at } = saying.at(-1)!;
  return text.placeOf(at) ?? { file: text.file };
}

/** Those that a value can come from: lists are replaced as a whole, so that nothing of one below the highest is left. */
function layersOf(layers: readonly Layer[], path: Path): readonly Layer[] {
  const list = path.findIndex((step) => typeof step === 'number');
  if (list < 0) return layers;
  const around = path.slice(0, list);
  const lowest = layers.findLastIndex(({ text, at }) => text.placeOf([...at, ...around]) !== undefined);
  return lowest < 0 ? layers : layers.slice(lowest);
}

const highest = (layers: readonly Layer[], path: Path, what: 'placeOf' | 'keyPlaceOf'): Place | undefined =>
  layers.map(({ text, at }) => text[what]([...at, ...path])).findLast((place) => place !== undefined);

/** What a file is about, and where its keys are explained. */
export interface Subject {
  readonly name: string;
  readonly hint: string;
}

const TOWN: Subject = { name: 'a scenario', hint: 'units, ranges and shipped values: docs/parameters.md' };

/** The complaint that helps most. `schema`: of all that there may be, for suggestions. */
export function errorOf(
  { issues }: z.core.$ZodError,
  layers: readonly Layer[],
  schema: z.ZodType,
  subject = TOWN,
): EnlabError {
  const issue = chosen(issues);
  if (issue.code === 'unrecognized_keys') return unknownKey([...issue.path, issue.keys[0]!], layers, schema, subject);
  const name = pathText(issue.path);
  const value = saidAt(layers, issue.path);
  const message = `${name === '' ? 'the scenario' : name}: ${complaint(issue, value)}`;
  const hint = percentHint(issue, value) ?? subject.hint;
  return new EnlabError('E-FILE-INVALID', message, { place: placeIn(layers, issue.path), hint });
}

/** Where a key is missing beside one that nobody knows, that one is misspelt. */
function chosen(issues: readonly Issue[]): Issue {
  const first = issues[0]!;
  const around = pathText(first.path.slice(0, -1));
  const unknown = issues.find(({ code, path }) => code === 'unrecognized_keys' && pathText(path) === around);
  return isMissing(first) && unknown ? unknown : first;
}

const isMissing = ({ code, message }: Issue): boolean => code === 'invalid_type' && message.endsWith('undefined');

/** What stands in a text at a path. */
function saidAt(layers: readonly Layer[], path: Path): unknown {
  const saying = layersOf(layers, path).findLast(({ text, at }) => text.placeOf([...at, ...path]) !== undefined);
  return saying && valueAt(saying.text.value, [...saying.at, ...path]);
}

/** Shares are 0..1, and many people think of them in per cent. */
function percentHint(issue: Issue, value: unknown): string | undefined {
  const isShare = issue.code === 'too_big' && issue.origin === 'number' && issue.maximum === 1;
  return isShare && typeof value === 'number' && value <= 100
    ? `shares are from 0 to 1: ${Number((value / 100).toPrecision(6))} is ${value} %`
    : undefined;
}

function unknownKey(path: Path, layers: readonly Layer[], schema: z.ZodType, subject: Subject): EnlabError {
  const around = path.slice(0, -1);
  const candidates = Object.keys(shapeOf(around.reduce<z.ZodType | undefined>(within, schema)) ?? {});
  const name = String(path.at(-1));
  const guess = nearest(name, candidates);
  const where = around.length === 0 ? subject.name : pathText(around);
  const all = candidates.length === 0 ? subject.hint : `it may have: ${candidates.join(', ')}`;
  const hint = guess === undefined ? all : `did you mean ${guess}?`;
  const place = highest(layersOf(layers, path), path, 'keyPlaceOf') ?? placeIn(layers, path);
  return new EnlabError('E-FILE-INVALID', `${where} has no ${name}`, { place, hint });
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );

/** Parts of a schema that may hold others; what none has is absent. */
interface Parts {
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

/** Without "optional", "nullable" and "default" around it. */
function partsOf(schema: z.ZodType | undefined): Parts {
  const parts = (schema?.def ?? {}) as Parts;
  return parts.innerType ? partsOf(parts.innerType) : parts;
}

const shapeOf = (schema: z.ZodType | undefined): Parts['shape'] => partsOf(schema).shape;

/** Schema of an entry of an object, list or record. */
function within(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  const { shape, element, valueType } = partsOf(schema);
  return shape?.[String(step)] ?? element ?? valueType;
}

/** In fewer words than zod's. */
function complaint(issue: Issue, value: unknown): string {
  const { code, message } = issue;
  if (code === 'too_small' && issue.origin === 'string') return 'it must not be empty';
  if ((code === 'too_small' || code === 'too_big') && issue.origin === 'array') return entries(issue);
  if (code === 'too_big') return `it must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
  if (code === 'too_small') return `it must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
  if (code === 'invalid_key') return issue.issues[0]!.message;
  if (code === 'invalid_union') return 'this is not what belongs here';
  if (code !== 'invalid_type') return message;
  const [, received] = /received (.*)/.exec(message)!;
  const wanted = WORDS[issue.expected] ?? `a ${issue.expected}`;
  if (received === 'undefined') return `it is missing: ${wanted}`;
  return `it must be ${wanted}, not ${isText(value) ? JSON.stringify(value).slice(0, MOST_SHOWN) : received}`;
}

/** Of a value in a message. */
const MOST_SHOWN = 60;
const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

/** How many a list has. */
function entries(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const [words, count] =
    issue.code === 'too_small' ? ['it needs at least', issue.minimum] : ['it may have at most', issue.maximum];
  return `${words} ${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};
