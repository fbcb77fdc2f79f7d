/**
 * Constraints of a policy: what a rule must or must not do whatever the data say. They filter the lattice before the search,
 * so the optimum stays exact and the certificate counts the rules that were left (contract.md 4).
 */
import { EnlabError } from '../src/core/errors.ts';
import { ATTENUATION_EDGES, DURATION_EDGES, type Reading } from '../src/risk/reading.ts';
import { type Fixes, IntegerSolver, type Tables } from './integers.ts';
import { flags, type Lattice, type RuleId } from './lattice.ts';

export interface ConstraintOptions {
  /** "minutes<=15": no rule may flag these cells. */
  readonly forbid: readonly string[];
  /** "minutes>15 attenuation<=63": every rule must flag these cells. */
  readonly require: readonly string[];
  /** "A1=0", "threshold=20". */
  readonly fix: readonly string[];
  /** D7 = D8, because reported durations end at 30 minutes; null = no cap. */
  readonly durationCap: 30 | null;
}

/** Largest class count that integers 0..8 can express (calibration.md 1). */
const MOST_CLASSES = 5;

interface Constraint {
  readonly text: string;
  readonly allows: (rule: RuleId) => boolean;
}

export interface RuleSpace {
  readonly lattice: Lattice;
  /** Rules that the search may choose from, ascending. */
  readonly candidates: Int32Array;
  /** Integers of a candidate. */
  readonly tables: (rule: RuleId) => Tables;
}

/** The rules that a policy leaves. Throws E-CONSTRAINTS naming the constraints that contradict each other. */
export function ruleSpace(lattice: Lattice, options: ConstraintOptions, reading: Reading): RuleSpace {
  const fixes = withCap(parseFixes(options.fix), options.durationCap);
  const solver = new IntegerSolver(lattice, fixes);
  const region = (text: string) => cellsOfRegion(text, reading.durationEdge === 'ge');
  const constraints: readonly Constraint[] = [
    ...options.forbid.map((text) => regionConstraint(lattice, `--forbid "${text}"`, region(text), false)),
    ...options.require.map((text) => regionConstraint(lattice, `--require "${text}"`, region(text), true)),
    ...options.fix.map((text) => fixConstraint(lattice, text)),
    ...(options.durationCap === null ? [] : [capConstraint(lattice)]),
  ];
  const reachable = Int32Array.from(
    Array.from({ length: lattice.size }, (_, rule) => rule).filter((rule) => lattice.classes[rule]! <= MOST_CLASSES),
  );
  const candidates = reachable.filter(
    (rule) => constraints.every(({ allows }) => allows(rule)) && (fixes.size === 0 || solver.tables(rule) !== null),
  );
  if (candidates.length === 0) throw contradiction(constraints, reachable);
  return { lattice, candidates, tables: (rule) => solver.tables(rule)! };
}

function regionConstraint(
  lattice: Lattice,
  text: string,
  cells: readonly (readonly [number, number])[],
  flagged: boolean,
): Constraint {
  return { text, allows: (rule) => cells.every(([row, column]) => flags(lattice, rule, row, column) === flagged) };
}

function fixConstraint(lattice: Lattice, text: string): Constraint {
  const solver = new IntegerSolver(lattice, parseFixes([text]));
  return { text: `--fix ${text}`, allows: (rule) => solver.tables(rule) !== null };
}

function capConstraint({ lengths, rows }: Lattice): Constraint {
  return {
    text: '--duration-cap 30',
    allows: (rule) => lengths[rule * rows + rows - 2] === lengths[rule * rows + rows - 1],
  };
}

function contradiction(constraints: readonly Constraint[], rules: Int32Array): EnlabError {
  const empty = (group: readonly Constraint[]): boolean =>
    !rules.some((rule) => group.every(({ allows }) => allows(rule)));
  const pairs = constraints.flatMap((one, k) => constraints.slice(k + 1).map((other) => [one, other]));
  const single = constraints.find((one) => empty([one]));
  const culprits = single ? [single] : (pairs.find(empty) ?? constraints);
  const names = culprits.map(({ text }) => text).join(' and ');
  const what = culprits.length === 1 ? 'excludes every rule' : 'contradict each other: no rule satisfies all of them';
  return new EnlabError('E-CONSTRAINTS', `${names} ${what}`);
}

function parseFixes(texts: readonly string[]): Fixes {
  const fixes = new Map<string, number>();
  for (const text of texts) {
    const match = /^\s*([DA][1-8]|threshold)\s*=\s*(\d+)\s*$/i.exec(text);
    const name = match?.[1]?.toLowerCase() === 'threshold' ? 'threshold' : match?.[1]?.toUpperCase();
    const value = Number(match?.[2]);
    if (!match || name === undefined || (name !== 'threshold' && value > 8)) throw badFix(text);
    const earlier = fixes.get(name);
    if (earlier !== undefined && earlier !== value)
      throw new EnlabError(
        'E-CONSTRAINTS',
        `--fix ${name}=${earlier} and --fix ${name}=${value} contradict each other`,
      );
    fixes.set(name, value);
  }
  return fixes;
}

/** Under the cap D7 and D8 are one number: fixing one fixes the other. */
function withCap(fixes: Fixes, cap: ConstraintOptions['durationCap']): Fixes {
  const [d7, d8] = [fixes.get('D7'), fixes.get('D8')];
  const both = d7 ?? d8;
  if (cap === null || both === undefined) return fixes;
  if (d7 !== undefined && d8 !== undefined && d7 !== d8)
    throw new EnlabError(
      'E-CONSTRAINTS',
      `--fix D7=${d7}, --fix D8=${d8} and --duration-cap ${cap} contradict each other`,
    );
  return new Map([...fixes, ['D7', both], ['D8', both]]);
}

const badFix = (text: string): EnlabError =>
  new EnlabError('E-USAGE', `cannot read --fix "${text}"`, {
    hint: 'write D1=0 .. D8=8, A1=0 .. A8=8 or threshold=20; values of D and A are 0..8',
  });

/** Cells of a region such as "minutes>15 attenuation<=63"; its bounds must be edges of the grid. */
function cellsOfRegion(text: string, leftClosed: boolean): readonly (readonly [number, number])[] {
  let rows = range(8);
  let columns = range(8);
  for (const condition of text.trim().split(/\s+(?:and\s+)?/i)) {
    const match = /^(minutes|attenuation)(<=|>=|<|>)(\d+(?:\.\d+)?)$/i.exec(condition);
    if (!match) throw unreadable(text, condition);
    const [, name, operator, number] = match as unknown as [string, string, string, string];
    if (name.toLowerCase() === 'minutes') rows = rows.filter(durationTest(text, operator, Number(number), leftClosed));
    else columns = columns.filter(attenuationTest(text, operator, Number(number)));
  }
  if (rows.length === 0 || columns.length === 0) throw badRegion(text, 'its conditions exclude each other');
  return rows.flatMap((row) => columns.map((column) => [row, column] as const));
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, k) => k);

function durationTest(text: string, operator: string, edge: number, leftClosed: boolean): (row: number) => boolean {
  const at = DURATION_EDGES.indexOf(edge);
  // Nothing and more than 30 min are buckets of their own whatever --duration-edge says (src/risk/scale.ts).
  const isOuter = at === 0 || at === DURATION_EDGES.length - 1;
  const closedOperators = leftClosed && !isOuter ? ['<', '>='] : ['<=', '>'];
  if (at < 0) throw badRegion(text, `minutes must be one of ${DURATION_EDGES.join(', ')}`);
  if (!closedOperators.includes(operator))
    throw badRegion(
      text,
      `here, with this --duration-edge, minutes can be cut by ${closedOperators.join(' and ')} only`,
    );
  return (row) => (operator.startsWith('<') ? row <= at : row > at);
}

function attenuationTest(text: string, operator: string, edge: number): (column: number) => boolean {
  const at = ATTENUATION_EDGES.indexOf(edge);
  if (at < 0) throw badRegion(text, `attenuation must be one of ${ATTENUATION_EDGES.join(', ')}`);
  if (operator !== '<=' && operator !== '>') throw badRegion(text, 'attenuation buckets can be cut by <= and > only');
  return (column) => (operator === '<=' ? column > at : column <= at);
}

/** A word of another language is the likeliest mistake, so it is named. */
function unreadable(text: string, condition: string): EnlabError {
  const word = /^[^<>=\d]+(?=[<>=])/.exec(condition)?.[0];
  const isKnown = word === undefined || ['minutes', 'attenuation'].includes(word.toLowerCase());
  const what = isKnown ? `cannot read "${condition}"` : `"${word}" is neither minutes nor attenuation`;
  return new EnlabError('E-USAGE', `the region "${text}" cannot be read: ${what}`, {
    hint: 'write conditions such as minutes<=15 or attenuation>73, without spaces inside',
  });
}

const badRegion = (text: string, hint: string): EnlabError =>
  new EnlabError('E-USAGE', `the region "${text}" does not follow the grid`, { hint });
