/** Rules of lint about the numbers of a configuration: tables, thresholds, weights, classes. */
import { EACH, type Path } from '../src/risk/config/path.ts';
import type { AnyTarget } from '../src/risk/config/registry.ts';
import type { Source, Spot } from '../src/risk/config/source.ts';
import type { LintResult } from './schemas.ts';

/** In the order of the table in docs/configurations.md. */
export const ruleNames = [
  'duplicate-key',
  'missing-key',
  'unknown-key',
  'wrong-type',
  'out-of-range',
  'table-length',
  'not-held',
  'not-monotone',
  'all-zero',
  'duration-cap',
  'not-constant',
  'product-equals-threshold',
  'above-255',
  'never-alerts',
  'always-alerts',
  'minimum-above-threshold',
  'thresholds-order',
  'class-gap',
  'class-overlap',
] as const;
type RuleName = (typeof ruleNames)[number];

export type Finding = LintResult['findings'][number];

/** A finding at a place, in the form that the command prints. */
export const finding = (severity: Finding['severity'], rule: RuleName, spot: Spot, message: string): Finding => ({
  severity,
  rule,
  line: spot.line,
  column: spot.column,
  ...(spot.field !== undefined && { field: spot.field }),
  message,
});

/** Rules look at the numbers that are there, so that one wrong key does not hide what else is wrong. */
export function numberRules(source: Source, target: AnyTarget): readonly Finding[] {
  const { value, spot } = source;
  const read = target.parts.number ?? numberOnly;
  const inspected: Inspected = { ...target.parts, spot, number: (path) => read(valueAt(value, path)) };
  return [
    ...tableRules(inspected),
    ...scoreRules(inspected),
    ...weightRules(inspected, value),
    ...thresholdRules(inspected),
    ...classRules(inspected, value),
  ];
}

type Inspected = Omit<AnyTarget['parts'], 'number'> & {
  readonly spot: Source['spot'];
  /** Undefined where there is no number at the path. */
  readonly number: (path: Path) => number | undefined;
};

/** The value at a path, undefined where the path ends early. */
export function valueAt(value: unknown, path: Path): unknown {
  let own = value;
  for (const step of path) {
    if (typeof own !== 'object' || own === null) return undefined;
    own = (own as Readonly<Record<string | number, unknown>>)[step];
  }
  return own;
}

const numberOnly = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

type Tables = NonNullable<AnyTarget['parts']['tables']>;
type TableName = keyof Tables;

const titles: Readonly<Record<TableName, string>> = {
  D: 'duration',
  A: 'attenuation',
  days: 'days',
  transmission: 'transmission',
};

/** The eight scores of a table; undefined where one is missing. */
function scoresOf({ number }: Inspected, paths: readonly Path[]): readonly number[] | undefined {
  const scores = paths.map(number);
  return scores.every((score) => score !== undefined) ? scores : undefined;
}

/** Shape of each table by itself. */
function tableRules(inspected: Inspected): readonly Finding[] {
  const { tables, spot, onlyDurationAndAttenuation } = inspected;
  if (!tables) return [];
  return (Object.keys(titles) as TableName[]).flatMap((name) => {
    const paths = tables[name];
    const scores = scoresOf(inspected, paths);
    if (!scores) return [];
    const table = spot(paths[0]!.slice(0, -1));
    const findings: Finding[] = [];
    if (scores.every((score) => score === 0))
      findings.push(finding('error', 'all-zero', table, `every ${titles[name]} score is 0, so every product is`));
    if (name === 'D' || name === 'A') findings.push(...monotoneRule(name, scores, paths, spot));
    else if (onlyDurationAndAttenuation && new Set(scores).size > 1) {
      const message = `${titles[name]} scores differ: alerts depend on more than duration and attenuation`;
      findings.push(finding('warning', 'not-constant', table, message));
    }
    if (name === 'D' && scores[6] !== scores[7]) {
      const message = `D8 = ${scores[7]} is not D7 = ${scores[6]}, but reported durations end at 30 min, which is D7`;
      findings.push(finding('warning', 'duration-cap', spot(paths[7]!), message));
    }
    return findings;
  });
}

/** The first entry that is lower than the one before; the later ones follow from how it is mended. */
function monotoneRule(
  name: 'D' | 'A',
  scores: readonly number[],
  paths: readonly Path[],
  spot: Source['spot'],
): readonly Finding[] {
  const at = scores.findIndex((score, k) => k > 0 && score < scores[k - 1]!);
  if (at < 0) return [];
  const what = name === 'D' ? 'a longer contact' : 'a closer contact';
  const message = `${name}${at + 1} = ${scores[at]} is below ${name}${at} = ${scores[at - 1]}: ${what} counts less`;
  return [finding('error', 'not-monotone', spot(paths[at]!), message)];
}

/** Largest score that iOS reports (risk-models.md 0.6). */
const IOS_LIMIT = 255;

/** What the tables, the minimum and the threshold do together. */
function scoreRules(inspected: Inspected): readonly Finding[] {
  const { tables, alert, minimum, above255, spot, number } = inspected;
  const products = tables && productsOf(inspected, tables);
  if (!products) return [];
  const highest = Math.max(...products);
  const findings: Finding[] = [];
  if (above255 && highest > IOS_LIMIT) {
    const message = `products reach ${highest}, and iOS limits scores to ${IOS_LIMIT}`;
    findings.push(finding(above255, 'above-255', spot(tables.D[0]!.slice(0, -1)), message));
  }
  const least = minimum && number(minimum);
  const reach = alert && number(alert);
  const limit = Math.max(least ?? 0, reach ?? 0);
  // The higher of the two limits is the one to lower.
  const place = spot((reach === undefined || reach < limit ? minimum : alert) ?? []);
  if (highest < limit)
    findings.push(finding('error', 'never-alerts', place, `no product reaches ${limit}: the highest is ${highest}`));
  if (reach === undefined) return findings;
  // A threshold of 0 is reached even by scores that were dropped.
  if (reach === 0 || Math.min(...products) >= limit)
    findings.push(
      finding('warning', 'always-alerts', spot(alert!), `every product reaches ${reach}: any contact alerts`),
    );
  if (products.has(reach)) {
    const message = `a product equals the threshold ${reach}: it alerts with >=, as in apps, and not with >`;
    findings.push(finding('warning', 'product-equals-threshold', spot(alert!), message));
  }
  if (least !== undefined && least > reach) {
    const message = `scores below ${least} count as 0, so the threshold ${reach} is not what decides`;
    findings.push(finding('error', 'minimum-above-threshold', spot(minimum!), message));
  }
  return findings;
}

/** Every product of one entry from each table; undefined where a table is incomplete. */
function productsOf(inspected: Inspected, tables: Tables): ReadonlySet<number> | undefined {
  let products = new Set([1]);
  for (const paths of Object.values(tables)) {
    const scores = scoresOf(inspected, paths);
    if (!scores) return undefined;
    products = new Set([...products].flatMap((product) => scores.map((score) => product * score)));
  }
  return products;
}

/** A weighted sum that is always 0, or always enough. */
function weightRules({ weights, tables, alert, spot, number }: Inspected, value: unknown): readonly Finding[] {
  if (!weights) return [];
  const reach = alert && number(alert);
  if (reach === 0 && !tables)
    return [finding('warning', 'always-alerts', spot(alert!), 'a threshold of 0 is always reached')];
  return weights
    .filter((group) => group.flatMap((path) => everyPath(value, path)).every((path) => number(path) === 0))
    .map(([first = []]) => {
      const list = first.indexOf(EACH);
      const place = spot(list < 0 ? first : first.slice(0, list));
      return finding('error', 'never-alerts', place, 'these weights are all 0, so the sum is');
    });
}

/** The paths that a path through EACH entry of a list stands for; none where the list is empty or absent. */
function everyPath(value: unknown, path: Path): readonly Path[] {
  const at = path.indexOf(EACH);
  if (at < 0) return [path];
  const list = valueAt(value, path.slice(0, at));
  return Array.isArray(list) ? list.map((_, k) => [...path.slice(0, at), k, ...path.slice(at + 1)]) : [];
}

/** dB thresholds must increase; between equal ones lies an empty bucket, which some apps allow. */
function thresholdRules({ thresholds, thresholdsMayBeEqual, spot, number }: Inspected): readonly Finding[] {
  return thresholds.slice(1).flatMap((path, k) => {
    const lower = number(thresholds[k]!);
    const upper = number(path);
    if (lower === undefined || upper === undefined || lower < upper) return [];
    const isEmpty = lower === upper && thresholdsMayBeEqual;
    const message = isEmpty ? 'equal thresholds: nothing is between them' : `${upper} dB does not exceed ${lower} dB`;
    return [finding(isEmpty ? 'warning' : 'error', 'thresholds-order', spot(path), message)];
  });
}

interface RiskClass {
  readonly path: Path;
  readonly min: number;
  readonly max: number;
}

/** Scores from 0 on must lie in exactly one class; an edge may belong to two (risk-models.md 1.4). */
function classRules({ classes, spot, number }: Inspected, value: unknown): readonly Finding[] {
  const list = classes && valueAt(value, classes);
  if (!Array.isArray(list)) return [];
  const ranges = list
    .map((_, k): RiskClass => {
      const path = [...classes!, k];
      return { path, min: number([...path, 'min']) ?? 0, max: number([...path, 'max']) ?? 0 };
    })
    .toSorted((a, b) => a.min - b.min);
  return ranges.flatMap(({ path, min }, k) => {
    const before = ranges[k - 1]?.max ?? 0;
    const place = spot([...path, 'min']);
    if (min > before) return [finding('error', 'class-gap', place, `no class holds scores from ${before} to ${min}`)];
    const message = `two classes hold scores from ${min} to ${before}`;
    return k > 0 && min < before ? [finding('error', 'class-overlap', place, message)] : [];
  });
}
