/** Every kind of configuration document that calibration writes, the backend serves and a device reads. */
import { isDeepStrictEqual } from 'node:util';
import { EnlabError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { binarySource } from './binarySource.ts';
import { cwaV1 } from './cwaV1.ts';
import { cwaV2Android, cwaV2Ios } from './cwaV2.ts';
import { dp3t } from './dp3t.ts';
import { env1Apple } from './env1Apple.ts';
import { env1Google } from './env1Google.ts';
import { env2Apple } from './env2Apple.ts';
import { env2Google } from './env2Google.ts';
import { immuni } from './immuni.ts';
import type { Path } from './path.ts';
import { parseSource, placeOf, type Source } from './source.ts';
import { recognises, type Target } from './target.ts';

export type AnyTarget = Target<unknown, unknown>;

/** A document is of the first kind that recognises it; iOS configurations may carry both versions, 2 wins there. */
const targets: readonly AnyTarget[] = [
  immuni,
  env2Apple,
  env2Google,
  env1Apple,
  env1Google,
  cwaV1,
  // iOS first, because risk parameters alone are read as Android's (cwaV2.ts).
  cwaV2Ios,
  cwaV2Android,
  dp3t,
];

export const targetNames: readonly string[] = targets.map(({ name }) => name);

/** Those that a server may deliver as protobuf. */
export const binaryTargetNames: readonly string[] = targets.filter((target) => target.protobuf).map(({ name }) => name);

/** Throws E-USAGE with the nearest name. */
export function targetNamed(name: string): AnyTarget {
  const found = targets.find((target) => target.name === name.toLowerCase());
  if (found) return found;
  const similar = nearest(name, targetNames);
  throw new EnlabError('E-USAGE', `there is no target "${name}"`, {
    hint: `${similar ? `did you mean ${similar}? ` : ''}targets: ${targetNames.join(', ')}`,
  });
}

/**
 * A configuration from its text, or from bytes that are no text (text.ts). Throws E-FILE-EMPTY, E-FILE-FORMAT,
 * E-FILE-INVALID.
 */
export const sourceOf = (content: string | Uint8Array, file: string): Source =>
  typeof content === 'string' ? parseSource(content, file) : binarySource(content, file, targets);

/** Throws E-FILE-FORMAT where no target knows the document. */
export function targetOf({ value, file, target: named }: Source): AnyTarget {
  if (named !== undefined) return targetNamed(named);
  const found = targets.find((target) => recognises(target, value));
  if (found) return found;
  const isFit = (value as { schema?: unknown }).schema === 'enlab.calibrate.fit';
  throw new EnlabError('E-FILE-FORMAT', 'this is no configuration that enlab knows', {
    place: { file, line: 1 },
    hint: isFit
      ? 'this is the result of a fit: "enlab calibrate export FILE --target NAME"'
      : `it knows ${targetNames.join(', ')}; --preset also takes a preset file, with name, model and parameters`,
  });
}

export interface Issue {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  /** Of a value that is too small or too big: "number", "array". */
  readonly origin?: string;
}

export interface Checked {
  /** Without unknown keys; undefined where there are issues. */
  readonly document: unknown;
  readonly issues: readonly Issue[];
  /** Paths of keys that the target does not have. Apps ignore them. */
  readonly unknownKeys: readonly Path[];
}

/** A parsed document against the schema of its target. */
export function checkDocument({ schema }: AnyTarget, value: unknown): Checked {
  const first = schema.safeParse(value);
  if (first.success) return { document: first.data, issues: [], unknownKeys: [] };
  const issues = first.error.issues as (Issue & { readonly keys?: readonly string[] })[];
  const unknownKeys = issues.flatMap(({ path, keys }) => (keys ?? []).map((key) => [...path, key]));
  const others = issues.filter(({ keys }) => keys === undefined);
  if (others.length > 0) return { document: undefined, issues: others, unknownKeys };
  // zod runs refinements only on objects without unknown keys, so they come in this second pass.
  const second = schema.safeParse(without(value, unknownKeys));
  if (second.success) return { document: second.data, issues: [], unknownKeys };
  return { document: undefined, issues: second.error.issues as readonly Issue[], unknownKeys };
}

function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    let parent = copy as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) parent = parent[step] as typeof parent;
    delete parent[path.at(-1)!];
  }
  return copy;
}

export interface Decoded {
  readonly target: string;
  readonly model: string;
  readonly parameters: unknown;
  /** Options of the fit that wrote the document; absent in documents of others. */
  readonly fitted?: Readonly<Record<string, unknown>>;
}

export interface Valid {
  readonly target: AnyTarget;
  /** As it stands in the file, with keys that the target does not have: what a server passes on. */
  readonly whole: Readonly<Record<string, unknown>>;
  /** Without those keys. */
  readonly document: unknown;
}

/** A configuration without mistakes. Throws E-FILE-EMPTY, E-FILE-FORMAT and E-FILE-INVALID with line and column. */
export function validConfiguration(content: string | Uint8Array, file: string): Valid {
  const source = sourceOf(content, file);
  const target = targetOf(source);
  const { document, issues } = checkDocument(target, source.value);
  const [issue] = issues;
  if (!issue) return { target, whole: source.value as Valid['whole'], document };
  const message = [issue.path.join('.'), issue.message].filter((part) => part !== '').join(': ');
  throw new EnlabError('E-FILE-INVALID', message, {
    place: placeOf(file, source.spot(issue.path)),
    hint: '"enlab calibrate lint FILE" lists everything that is wrong with it',
  });
}

/**
 * The model and the parameters of a configuration file, whatever its kind: what "check --preset FILE" judges by.
 * Throws as validConfiguration does.
 */
export function decodeConfiguration(content: string | Uint8Array, file: string): Decoded {
  const { target, whole, document } = validConfiguration(content, file);
  const { _enlab: origin } = whole as { _enlab?: { options?: Readonly<Record<string, unknown>> } };
  return {
    target: target.name,
    model: target.model.name,
    parameters: target.decode(document),
    ...(origin?.options && { fitted: origin.options }),
  };
}

/**
 * The document of parameters, such as those of a preset, for a server to deliver: as JSON, or by encodeMessage as the
 * target's protobuf. Throws E-USAGE for an unknown target, and E-LOSSY, naming the parameter, where an app would read
 * another value out of it.
 */
export function encodeConfiguration(name: string, parameters: unknown): Readonly<Record<string, unknown>> {
  const target = targetNamed(name);
  const lossy = (path: Path, reason: string) =>
    new EnlabError('E-LOSSY', `${target.name} cannot hold these parameters: ${path.join('.')} ${reason}`);
  const { data: own, error } = target.model.parameters.safeParse(parameters);
  if (error) throw lossy(error.issues[0]!.path as Path, error.issues[0]!.message);
  const { document, issues } = checkDocument(target, target.encode(own));
  if (issues[0]) throw lossy(issues[0].path, issues[0].message);
  const decoded = target.decode(document) as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(own as object)) {
    // Parameters that say nothing (weights of ENv1, which change no score) may come back filled in.
    if (value !== undefined && !isDeepStrictEqual(decoded[key], value))
      throw lossy([key], `${JSON.stringify(value)} would be read as ${JSON.stringify(decoded[key])}`);
  }
  return document as Readonly<Record<string, unknown>>;
}
