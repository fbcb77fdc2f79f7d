/**
 * What is wrong with an app's configuration, and on which line. docs/configurations.md lists the rules; a test keeps the
 * list and this file equal.
 */
import { nearest } from '../src/core/nearest.ts';
import { levelNumber } from '../src/risk/config/cwaV1.ts';
import { type AnyTarget, checkDocument, type Issue, targetOf } from '../src/risk/config/registry.ts';
import { parseSource, type Source, type Spot } from '../src/risk/config/source.ts';
import type { Path } from '../src/risk/config/target.ts';
import type { LintResult } from './schemas.ts';

export type Finding = LintResult['findings'][number];

export interface Lint {
  readonly target: string;
  /** In the order of their lines. */
  readonly findings: readonly Finding[];
}

/** Throws E-FILE-EMPTY, E-FILE-INVALID (no JSON), E-FILE-FORMAT (no configuration). */
export function lintText(text: string, file: string): Lint {
  const source = parseSource(text, file);
  const target = targetOf(source);
  const document: Inspected = { source, target, number: (path) => numberAt(source.value, path) };
  const findings = [
    ...duplicateKeys(source),
    ...schemaFindings(document),
    ...tableRules(document),
    ...scoreRules(document),
    ...weightRules(document),
    ...thresholdRules(document),
    ...classRules(document),
  ];
  return { target: target.name, findings: findings.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

interface Inspected {
  readonly source: Source;
  readonly target: AnyTarget;
  /** Undefined where there is no number (or level) at the path. */
  readonly number: (path: Path) => number | undefined;
}

const finding = (severity: Finding['severity'], rule: string, spot: Spot, message: string): Finding => ({
  severity,
  rule,
  line: spot.line,
  column: spot.column,
  message,
});

/** Rules look at the numbers that are there, so that one wrong key does not hide what else is wrong. */
function numberAt(value: unknown, path: Path): number | undefined {
  let parent: unknown;
  let own = value;
  for (const step of path) {
    if (typeof own !== 'object' || own === null) return undefined;
    parent = own;
    own = (own as Readonly<Record<string | number, unknown>>)[step];
  }
  // Absent from a list is missing; absent from an object of levels is 0 (protobuf).
  return own === undefined && Array.isArray(parent) ? undefined : levelNumber(own);
}

const duplicateKeys = ({ duplicates }: Source): readonly Finding[] =>
  duplicates.map(({ key, spot }) =>
    finding('error', 'duplicate-key', spot, `"${key}" stands here a second time; apps may read either`),
  );

function schemaFindings({ source, target }: Inspected): readonly Finding[] {
  const { issues, unknownKeys } = checkDocument(target, source.value);
  const known = Object.keys((target.schema as { readonly shape?: object }).shape ?? {});
  return [
    // Thresholds and classes have rules of their own, which say more than a refinement does.
    ...issues.filter(({ code }) => code !== 'custom').map((issue) => schemaFinding(issue, source)),
    ...unknownKeys.map((path) => {
      const key = String(path.at(-1));
      const similar = path.length === 1 ? nearest(key, known) : undefined;
      const advice = similar === undefined ? '' : `; did you mean "${similar}"?`;
      return finding('warning', 'unknown-key', source.keySpot(path), `${target.name} has no key "${key}"${advice}`);
    }),
  ];
}

function schemaFinding({ code, path, message, ...issue }: Issue, source: Source): Finding {
  const name = path.join('.');
  if (isMissing(source.value, path)) return finding('error', 'missing-key', source.keySpot(path), `${name} is missing`);
  const isSize = code === 'too_small' || code === 'too_big';
  const isLength = isSize && (issue as { readonly origin?: string }).origin === 'array';
  const rule = isLength ? 'table-length' : isSize ? 'out-of-range' : 'wrong-type';
  return finding('error', rule, source.spot(path), `${name} ${message}`);
}

function isMissing(value: unknown, path: Path): boolean {
  let own = value;
  for (const step of path) own = (own as Readonly<Record<string | number, unknown>> | undefined)?.[step];
  return own === undefined;
}
