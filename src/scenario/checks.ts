/**
 * Statements over results that decide the exit code: "high(default.infections - no-app.infections) < 0". A name stands for its
 * values in all replicates, so that differences between arms are those of equal seeds; comparisons look at means.
 */
import jsep from 'jsep';
import type { Estimate } from '../core/document.ts';
import { EnlabError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { meanEstimate } from '../stats/means.ts';
import { expressionText, forParser, isMade, nameOf } from './checkText.ts';
import { dailyNames, estimateText, type Figures, figureNames, replicatesEstimate } from './figures.ts';
import type { Check, Scenario } from './resolve.ts';

/** Of one arm: figures, and daily series under the same names where there are any, for each replicate. */
export interface ArmFacts {
  readonly figures: readonly Figures[];
  readonly daily: readonly Readonly<Record<string, readonly number[]>>[];
}
/** By name of the arm. */
export type Facts = Readonly<Record<string, ArmFacts>>;

/** A name in a check, and what it stood for. */
export interface CheckedFact {
  /** A name or an expression, as it stands in the check. */
  readonly name: string;
  readonly estimate: Estimate;
}

/** What came of a check. */
export interface CheckResult {
  readonly check: string;
  readonly because?: string;
  readonly holds: boolean;
  /** What was compared, with its interval, then what the names in it stand for. */
  readonly facts: readonly CheckedFact[];
}

/** What was compared in a check, and what names in it stood for, in words. */
export const foundIn = (facts: readonly CheckedFact[]): readonly string[] =>
  facts.map(({ name, estimate }) => `${name} = ${estimateText(estimate)}`);

/** One value a replicate; a constant is one value for all. */
type Values = readonly (number | null)[];

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};
const operations: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};
/** Of all replicates one value. */
const functions: Readonly<Record<string, (values: readonly number[]) => number | null>> = {
  low: (values) => meanEstimate(values).low,
  high: (values) => meanEstimate(values).high,
  least: (values) => Math.min(...values),
  most: (values) => Math.max(...values),
  abs: (values) => Math.abs(meanEstimate(values).value!),
};

/** Throws E-FILE-INVALID, at the place of the check, where it cannot be understood or asks for what is not there. */
export function evaluateCheck(check: Check, facts: Facts): CheckResult {
  const evaluation = new Evaluation(check, facts);
  const { holds } = evaluation.comparison(parsed(check));
  return {
    check: check.text,
    ...(check.because !== undefined && { because: check.because }),
    holds,
    facts: [...evaluation.tested, ...evaluation.seen],
  };
}

function parsed(check: Check): jsep.Expression {
  try {
    return jsep(forParser(check.text));
  } catch (error) {
    throw refusal(check, `this check cannot be read: ${(error as Error).message}`);
  }
}

const HINT = 'as in: tuned.infections < no-app.infections; or high(a.warned - b.warned) < 0; names: docs/scenarios.md';
const refusal = (check: Check, message: string, hint = HINT): EnlabError =>
  new EnlabError('E-FILE-INVALID', message, { place: check.place, hint });

/** Throws what the checks would throw after the run, before it. */
export function assertChecks({ checks, arms, days, replicates, realPhones }: Scenario): void {
  const names = figureNames(realPhones > 0);
  const figures = Array.from({ length: replicates }, () => Object.fromEntries(names.map((name) => [name, 0])));
  const daily = figures.map(() =>
    Object.fromEntries(dailyNames.map((name) => [name, Array.from({ length: days }, () => 0)])),
  );
  const facts = Object.fromEntries(arms.map(({ name }) => [name, { figures, daily }]));
  for (const check of checks) evaluateCheck(check, facts);
}

const isEnd = (node: jsep.Expression): boolean =>
  node.type === 'CallExpression' && ['low', 'high'].includes(nameOf((node as jsep.CallExpression).callee['name']));

class Evaluation {
  readonly seen: CheckedFact[] = [];
  /** Sides of comparisons, and what functions of all replicates were asked about. */
  readonly tested: CheckedFact[] = [];
  readonly #check: Check;
  readonly #facts: Facts;

  constructor(check: Check, facts: Facts) {
    this.#check = check;
    this.#facts = facts;
  }

  /** Chains: "1 < a < b" is (1 < a) < b in the tree. */
  comparison(node: jsep.Expression): { readonly holds: boolean; readonly right: number | null } {
    const { operator, left, right } = node as jsep.BinaryExpression;
    const compare = node.type === 'BinaryExpression' ? comparisons[operator] : undefined;
    if (!compare) throw refusal(this.#check, 'this check compares nothing');
    const isChain = left.type === 'BinaryExpression' && (left as jsep.BinaryExpression).operator in comparisons;
    const before = isChain ? this.comparison(left) : { holds: true, right: this.#mean(left) };
    const own = this.#mean(right);
    // What is undefined compares with nothing.
    const holds = before.right !== null && own !== null && compare(before.right, own);
    return { holds: before.holds && holds, right: own };
  }

  /** Of a side. The ends of an interval are told with that of which they are. */
  #mean(node: jsep.Expression): number | null {
    const values = this.#values(node);
    if (!isEnd(node)) this.#tell(node, values);
    return replicatesEstimate(values).value;
  }

  /** Each is told once. */
  #tell(node: jsep.Expression, values: Values): void {
    const name = expressionText(node);
    if (isMade(node) && !this.tested.some((fact) => fact.name === name))
      this.tested.push({ name, estimate: replicatesEstimate(values) });
  }

  #values(node: jsep.Expression): Values {
    switch (node.type) {
      case 'Literal':
        return [this.#number((node as jsep.Literal).value)];
      case 'UnaryExpression':
        return this.#unary(node as jsep.UnaryExpression);
      case 'BinaryExpression':
        return this.#binary(node as jsep.BinaryExpression);
      case 'CallExpression':
        return this.#call(node as jsep.CallExpression);
      case 'Identifier':
      case 'MemberExpression':
        return this.#fact(node as jsep.Identifier | jsep.MemberExpression);
      default:
        throw refusal(this.#check, 'a check has names, numbers, + - * / and comparisons');
    }
  }

  #number(value: unknown): number {
    if (typeof value !== 'number') throw refusal(this.#check, `${String(value)} is no number`);
    return value;
  }

  #unary({ operator, argument }: jsep.UnaryExpression): Values {
    if (operator !== '-') throw refusal(this.#check, `a check has no ${operator}`);
    return this.#values(argument).map((value) => (value === null ? null : -value));
  }

  #binary({ operator, left, right }: jsep.BinaryExpression): Values {
    const operation = operations[operator];
    if (!operation) throw refusal(this.#check, `a check has no ${operator} here`);
    const [one, other] = [this.#values(left), this.#values(right)];
    const length = Math.max(one.length, other.length);
    return Array.from({ length }, (_, k) => {
      const [a, b] = [one[one.length === 1 ? 0 : k]!, other[other.length === 1 ? 0 : k]!];
      if (a === null || b === null) return null;
      const value = operation(a, b);
      return Number.isFinite(value) ? value : null;
    });
  }

  #call({ callee, arguments: given }: jsep.CallExpression): Values {
    const { name } = callee as jsep.Identifier;
    const work = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!work || given.length !== 1)
      throw refusal(
        this.#check,
        `a check has no ${name}() of ${given.length}`,
        `of one: ${Object.keys(functions).join(', ')}`,
      );
    const values = this.#values(given[0]!);
    this.#tell(given[0]!, values);
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return [null];
    const result = work(known);
    if (result === null) throw refusal(this.#check, `${name}() needs more than one replicate`, 'write replicates: 5');
    return [result];
  }

  /** "arm.figure", "arm.figure[day]", or the figure alone where there is one arm. */
  #fact(node: jsep.Identifier | jsep.MemberExpression): Values {
    const day =
      node.type === 'MemberExpression' && node.computed
        ? this.#number((node.property as jsep.Literal).value)
        : undefined;
    const inner =
      day === undefined ? node : ((node as jsep.MemberExpression).object as jsep.Identifier | jsep.MemberExpression);
    const words =
      inner.type === 'Identifier'
        ? [nameOf(inner.name)]
        : [inner.object, inner.property].map((part) => nameOf((part as jsep.Identifier).name));
    const arms = Object.keys(this.#facts);
    const [arm, figure] = words.length === 1 && arms.length === 1 ? [arms[0]!, words[0]] : words;
    const facts = this.#known('arm or actor', arm, arms, this.#facts);
    const values = day === undefined ? this.#figure(facts, figure!) : this.#daily(facts, figure!, day);
    const name = `${words.join('.')}${day === undefined ? '' : `[${day}]`}`;
    if (!this.seen.some((fact) => fact.name === name)) this.seen.push({ name, estimate: replicatesEstimate(values) });
    return values;
  }

  #figure({ figures }: ArmFacts, name: string): Values {
    this.#known('figure', name, Object.keys(figures[0]!), figures[0]!);
    return figures.map((one) => one[name]!);
  }

  #daily({ daily }: ArmFacts, name: string, day: number): Values {
    const series = this.#known('daily figure', name, Object.keys(daily[0]!), daily[0]!);
    if (!Number.isInteger(day) || day < 1 || day > series.length)
      throw refusal(this.#check, `day ${day} is not one of 1 to ${series.length}`);
    return daily.map((one) => one[name]![day - 1]!);
  }

  #known<Value>(what: string, name: string, names: readonly string[], values: Readonly<Record<string, Value>>): Value {
    if (names.includes(name)) return values[name]!;
    const guess = nearest(name, names);
    throw refusal(
      this.#check,
      `there is no ${what} ${name}`,
      guess ? `did you mean ${guess}?` : `${what}s here: ${names.join(', ')}`,
    );
  }
}
