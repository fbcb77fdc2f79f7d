/** JSON text with the place of every value, so that a finding about a number names its line. */
import { isMap, isSeq, LineCounter, type Node, type ParsedNode, parseDocument, visit, type YAMLMap } from 'yaml';
import { EnlabError, type Place } from '../../core/errors.ts';
import type { Path } from './path.ts';

export interface Spot {
  /** 1-based; null in a binary file, which has no lines. */
  readonly line: number | null;
  readonly column: number | null;
  /** Keys and indices down to the value, with dots between; in binary files only. */
  readonly field?: string;
}

/** The same for an error. */
export const placeOf = (file: string, { line, column }: Spot): Place =>
  line === null || column === null ? { file } : { file, line, column };

export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Name of the target, where the form of the file has told it already: a protobuf is of one message type. */
  readonly target?: string;
  /** Fields of a protobuf that its message type does not have; there is no value for them. */
  readonly unknownFields?: readonly Path[];
  /** Keys that stand a second time in the same object; the last one counts, as in JSON.parse. */
  readonly duplicates: readonly { readonly key: string; readonly spot: Spot }[];
  /** Of the value at a path; where there is none, of the nearest object around it. */
  readonly spot: (path: Path) => Spot;
  /** Of a key; where there is none, of the object that should have it. */
  readonly keySpot: (path: Path) => Spot;
}

/**
 * Reads JSON, in which lines that start with # are comments, as captured server answers carry them. YAML, a superset,
 * is parsed for the places; JSON.parse has the last word, because apps refuse what only YAML allows (a comma before a
 * closing brace, aliases). Throws E-FILE-EMPTY, E-FILE-INVALID with line and column, E-FILE-FORMAT where the text is no object.
 */
export function parseSource(text: string, file: string): Source {
  if (text.trim() === '') throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file } });
  const lines = new LineCounter();
  // The "json" schema takes no bare words; equal keys are reported, not refused.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, schema: 'json' });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors;
  if (error) throw invalid(`this is not JSON: ${complaint(text, error.message)}`, { file, ...at(error.pos[0]) });
  const root = document.contents;
  if (!isMap(root)) {
    const hint = 'a configuration is one JSON object, as the backend sends it';
    throw new EnlabError('E-FILE-FORMAT', 'the file holds no configuration', { place: { file, line: 1 }, hint });
  }
  const duplicates: { key: string; spot: Spot }[] = [];
  visit(document, {
    Map: (_, map) => {
      for (const { key, offset } of repeatedKeys(map)) duplicates.push({ key, spot: at(offset) });
    },
  });
  return {
    file,
    value: strictly(text, (offset) => ({ file, ...at(offset) })),
    duplicates,
    spot: (path) => at(offsetOf(nodesAlong(root, path).at(-1))),
    keySpot: (path) => at(offsetOf(keyNode(root, path) ?? nodesAlong(root, path.slice(0, -1)).at(-1))),
  };
}

const offsetOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

const invalid = (message: string, place: Place): EnlabError =>
  new EnlabError('E-FILE-INVALID', message, {
    place,
    hint: 'the file must be JSON; lines that start with # are skipped',
  });

/** What is wrong with a text: in YAML's words only where it is nearly JSON, as they quote anything else as one long "word". */
function complaint(text: string, words: string): string {
  if (text.includes('\0')) return 'it is a binary file, or text in UTF-16';
  return /^\s*[[{]/.test(text.replace(/^\s*#.*$/gm, '')) ? words.slice(0, 80) : 'it does not begin with {';
}

/** Comments and a byte order mark become blanks, so that offsets stay. */
function strictly(text: string, placeAt: (offset: number) => Place): unknown {
  try {
    return JSON.parse(text.replace(/^\s*#.*$|^\uFEFF/gm, (part) => ' '.repeat(part.length)));
  } catch (cause) {
    // V8 tells the offset in its message only.
    const [message, offset] = /^(.*?) in JSON at position (\d+)/s.exec((cause as Error).message)?.slice(1) ?? [];
    throw invalid(`this is not JSON: ${message ?? 'it ends too early'}`, placeAt(Number(offset ?? text.length)));
  }
}

const keyText = (key: unknown): string => String((key as { readonly value?: unknown }).value);

function repeatedKeys(map: YAMLMap): readonly { readonly key: string; readonly offset: number }[] {
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    const name = keyText(key);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ key: name, offset: offsetOf(key as Node) }];
  });
}

/** The root and every node on a path, as far as it goes. */
function nodesAlong(root: ParsedNode, path: Path): readonly Node[] {
  const nodes: Node[] = [root];
  for (const step of path) {
    const next = childOf(nodes.at(-1)!, step);
    if (!next) break;
    nodes.push(next);
  }
  return nodes;
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (isSeq(node)) return (node.items[Number(step)] as Node | undefined) ?? undefined;
  return isMap(node) ? ((pairOf(node, step)?.value as Node | null | undefined) ?? undefined) : undefined;
}

const pairOf = (map: YAMLMap, key: string | number) => map.items.findLast((pair) => keyText(pair.key) === String(key));

function keyNode(root: ParsedNode, path: Path): Node | undefined {
  const parents = nodesAlong(root, path.slice(0, -1));
  const parent = parents.at(-1);
  if (parents.length < path.length || !isMap(parent)) return undefined;
  return pairOf(parent, path.at(-1)!)?.key as Node | undefined;
}
