/** Expressions of checks as text, to name what was found of them. */
import type jsep from 'jsep';

/** "no-app" is a name, and a minus has blanks around it: the parser takes this hyphen (U+2010) for a letter. */
const HYPHEN = '\u2010';
/** Not the exponent of "1e-9". */
const hyphenated = /(?<!\w)[a-z_]\w*(?:-\w+)+/gi;

/** What the parser can read; names with hyphens are one name to it. */
export const forParser = (text: string): string => text.replace(hyphenated, (name) => name.replaceAll('-', HYPHEN));
/** As it stands in the check. */
export const nameOf = (text: unknown): string => String(text).replaceAll(HYPHEN, '-');

const strength = (node: jsep.Expression): number => {
  if (node.type !== 'BinaryExpression') return 3;
  return ['*', '/'].includes((node as jsep.BinaryExpression).operator) ? 2 : 1;
};

/** "(a.warned - b.warned) / 2", of names, numbers, functions and + - * /. */
export function expressionText(node: jsep.Expression): string {
  switch (node.type) {
    case 'Literal':
      return (node as jsep.Literal).raw;
    case 'Identifier':
      return nameOf((node as jsep.Identifier).name);
    case 'MemberExpression': {
      const { object, property, computed } = node as jsep.MemberExpression;
      const inner = expressionText(property);
      return `${expressionText(object)}${computed ? `[${inner}]` : `.${inner}`}`;
    }
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      return `${operator}${bracketed(argument, strength(argument) < 3)}`;
    }
    case 'CallExpression': {
      const { callee, arguments: given } = node as jsep.CallExpression;
      return `${expressionText(callee)}(${given.map(expressionText).join(', ')})`;
    }
    default: {
      const { operator, left, right } = node as jsep.BinaryExpression;
      const own = strength(node);
      return `${bracketed(left, strength(left) < own)} ${operator} ${bracketed(right, strength(right) <= own)}`;
    }
  }
}

const bracketed = (node: jsep.Expression, isNeeded: boolean): string =>
  isNeeded ? `(${expressionText(node)})` : expressionText(node);

/** Numbers alone say nothing of a run. */
function isConstant(node: jsep.Expression): boolean {
  const {
    argument,
    left,
    right,
    arguments: given,
  } = node as unknown as Readonly<Record<'argument' | 'left' | 'right', jsep.Expression | undefined>> & {
    readonly arguments?: readonly jsep.Expression[];
  };
  if (node.type === 'Identifier' || node.type === 'MemberExpression') return false;
  return [argument, left, right, ...(given ?? [])].every((inner) => inner === undefined || isConstant(inner));
}

/** Whether it is more than a name that is found anyway, or a number. */
export const isMade = (node: jsep.Expression): boolean =>
  !['Identifier', 'MemberExpression'].includes(node.type) && !isConstant(node);
