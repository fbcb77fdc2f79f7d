/**
 * What is wrong with an app's configuration, and on which line. docs/configurations.md lists the rules; a test keeps the
 * list and the code equal.
 */
import { nearest } from '../src/core/nearest.ts';
import { type AnyTarget, checkDocument, type Issue, sourceOf, targetOf } from '../src/risk/config/registry.ts';
import type { Source } from '../src/risk/config/source.ts';
import { type Finding, finding, numberRules, valueAt } from './lintRules.ts';

export interface Lint {
  readonly target: string;
  /** In the order of their lines; in a binary file, in that of the rules. */
  readonly findings: readonly Finding[];
}

/**
 * Lints a configuration, whose kind is told by its keys, or the bytes of a binary one; `file` is for error places only.
 * Throws E-FILE-EMPTY, E-FILE-INVALID (no JSON) and E-FILE-FORMAT (no configuration).
 */
export function lintConfiguration(content: string | Uint8Array, file: string): Lint {
  const source = sourceOf(content, file);
  const target = targetOf(source);
  const findings = [
    ...duplicateKeys(source),
    ...schemaRules(source, target),
    ...unknownFields(source, target),
    ...numberRules(source, target),
  ];
  return { target: target.name, findings: findings.toSorted(byPlace) };
}

const byPlace = (a: Finding, b: Finding): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

const unknownFields = ({ unknownFields: paths = [], keySpot }: Source, target: AnyTarget): readonly Finding[] =>
  paths.map((path) => {
    const message = `${target.name} is read without ${path.join('.')}, which writing it again would lose`;
    return finding('warning', 'unknown-key', keySpot(path), message);
  });

const duplicateKeys = ({ duplicates }: Source): readonly Finding[] =>
  duplicates.map(({ key, spot }) =>
    finding('error', 'duplicate-key', spot, `"${key}" stands here a second time; apps may read either`),
  );

function schemaRules(source: Source, target: AnyTarget): readonly Finding[] {
  const { issues, unknownKeys } = checkDocument(target, source.value);
  return [
    ...issues.filter((issue) => !isAboutOrder(issue, target)).map((issue) => schemaFinding(issue, source)),
    ...unknownKeys.map((path) => {
      const key = String(path.at(-1));
      const similar = nearest(key, target.marks);
      const advice = similar === undefined ? '' : `; did you mean "${similar}"?`;
      return finding('warning', 'unknown-key', source.keySpot(path), `${target.name} has no key "${key}"${advice}`);
    }),
  ];
}

/** The order of thresholds has a rule of its own, which also judges documents with other mistakes. */
const isAboutOrder = ({ code, path }: Issue, { parts }: AnyTarget): boolean =>
  code === 'custom' && parts.thresholds.some((own) => path.every((step, k) => own[k] === step));

function schemaFinding({ code, path, message, origin }: Issue, source: Source): Finding {
  const name = path.join('.');
  if (valueAt(source.value, path) === undefined)
    return finding('error', 'missing-key', source.keySpot(path), `${name} is missing`);
  if (code === 'custom') return finding('error', 'not-held', source.spot(path), `${name} ${message}`);
  const isSize = code === 'too_small' || code === 'too_big';
  const ofSize = origin === 'array' ? 'table-length' : 'out-of-range';
  return finding('error', isSize ? ofSize : 'wrong-type', source.spot(path), `${name} ${message}`);
}
