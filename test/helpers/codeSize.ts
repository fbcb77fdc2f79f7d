/** The figures of STYLE.md ("Sizes") for a set of source files. */
import { parseAst } from 'vitest/node';
import type { SourceFile } from './sourceFiles.ts';

/** Lines as `wc -l` counts them. */
export const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** Nearest-rank quantile, 0 < q <= 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const isFunction = (node: Node): boolean =>
  ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);

/**
 * Lines of each function that has a name: declarations, methods, and expressions bound to a variable or a property.
 * Callbacks count as part of the function they stand in: a thousand `(x) => x.id` say nothing about its size.
 */
export function functionLengths({ path, text }: SourceFile): readonly number[] {
  const lengths: number[] = [];
  const visit = (node: Node, parent: Node | null): void => {
    if (isFunction(node) && parent !== null && !['CallExpression', 'NewExpression'].includes(parent.type))
      lengths.push(lineCount(text.slice(node.start, node.end)));
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, node);
  };
  // AssemblyScript has decorators of functions, TypeScript none; blanked, so that places stay what they are.
  const typeScript = text.replaceAll(/^@inline$/gm, '       ');
  visit(parseAst(typeScript, { lang: path.endsWith('x') ? 'tsx' : 'ts' }), null);
  return lengths;
}

/** Share of the lines that hold something (cloc: comment / (comment + code)), 0..1. */
export function commentShare(files: readonly SourceFile[]): number {
  let comments = 0;
  let filled = 0;
  for (const { text } of files) {
    let inBlock = false;
    for (const line of text.split('\n').map((part) => part.trim())) {
      if (line === '') continue;
      filled++;
      if (line.startsWith('/*')) inBlock = true;
      if (inBlock || line.startsWith('//')) comments++;
      if (line.endsWith('*/')) inBlock = false;
    }
  }
  return comments / filled;
}
