/**
 * YAML of a scenario with the place of every value, so that an error names its line. Where a value stands, an object of
 * value and source may stand as well: `{ value: 5.1, source: "Lauer et al. 2020" }`.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { EnlabError, type Place } from '../core/errors.ts';
import { isOther, noScenario } from './otherFiles.ts';

/** Keys and indices from the document down to a value. */
export type Path = readonly PropertyKey[];

/** `value` without sources, and what is known of each value by its path. */
export interface ScenarioText {
  readonly file: string;
  readonly value: unknown;
  /** Where the value at a path comes from, by `pathText`, for those that say so. */
  readonly sources: ReadonlyMap<string, string>;
  /** Of the value at a path; undefined: there is none. */
  readonly placeOf: (path: Path) => Place | undefined;
  /** Of its key. */
  readonly keyPlaceOf: (path: Path) => Place | undefined;
}

/** "testing.delay.median" */
export const pathText = (path: Path): string => path.map(String).join('.');

/** More is no scenario that somebody wrote, but some other file. */
export const MOST_CHARACTERS = 4_000_000;

/** Throws E-FILE-EMPTY, E-LIMIT, E-FILE-FORMAT where there are no keys at the top, E-FILE-INVALID. */
export function parseScenarioText(text: string, file: string): ScenarioText {
  if (text.trim() === '') throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file } });
  if (text.length > MOST_CHARACTERS) {
    const message = `the file has ${text.length} characters, more than a scenario of ${MOST_CHARACTERS}`;
    throw new EnlabError('E-LIMIT', message, { place: { file }, hint: 'is this a scenario?' });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error) {
    if (isOther(text)) throw noScenario(text, file);
    const hint = 'a scenario is YAML; "enlab scenario new" writes one to begin with';
    throw new EnlabError('E-FILE-INVALID', `this is not YAML: ${error.message.slice(0, 100)}`, {
      place: at(error.pos[0]),
      hint,
    });
  }
  if (!isMap(document.contents)) throw noScenario(text, file);
  const reader = new Reader(at);
  const value = reader.read(document.contents, []);
  return {
    file,
    value,
    sources: reader.sources,
    placeOf: (path) => reader.values.get(pathText(path)),
    keyPlaceOf: (path) => reader.keys.get(pathText(path)),
  };
}

class Reader {
  readonly sources = new Map<string, string>();
  readonly values = new Map<string, Place>();
  readonly keys = new Map<string, Place>();
  readonly #at: (offset: number) => Place;

  constructor(at: (offset: number) => Place) {
    this.#at = at;
  }

  read(node: Node, path: Path): unknown {
    const place = this.#placeOf(node);
    this.values.set(pathText(path), place);
    if (isAlias(node)) {
      const hint = 'write the value again, or make it an arm';
      throw new EnlabError('E-FILE-INVALID', 'a scenario has no anchors and aliases', { place, hint });
    }
    if (isSeq(node)) return node.items.map((item, index) => this.read(item as Node, [...path, index]));
    if (!isMap(node)) return isScalar(node) ? node.value : undefined;
    const given = givenIn(node);
    if (!given) return this.#object(node, path);
    this.sources.set(pathText(path), given.source);
    return this.read(given.value, path);
  }

  #object(node: YAMLMap, path: Path): unknown {
    const entries = node.items.map(({ key, value }) => {
      const name = keyOf(key);
      const below = [...path, name];
      this.keys.set(pathText(below), this.#placeOf(key as Node));
      // "key:" with nothing behind it.
      return [name, value === null ? null : this.read(value as Node, below)] as const;
    });
    return Object.fromEntries(entries);
  }

  readonly #placeOf = (node: Node | null): Place => this.#at(node?.range?.[0] ?? 0);
}

const keyOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Value and source, where an object is nothing but these two. */
function givenIn({ items }: YAMLMap): { readonly value: Node; readonly source: string } | undefined {
  if (items.length !== 2) return undefined;
  const value = items.find(({ key }) => keyOf(key) === 'value')?.value;
  const source = items.find(({ key }) => keyOf(key) === 'source')?.value;
  return value && isScalar(source) && typeof source.value === 'string'
    ? { value: value as Node, source: source.value }
    : undefined;
}
