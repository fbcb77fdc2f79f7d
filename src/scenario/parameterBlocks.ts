/** What a scenario was made of: every parameter with its source, for reports. */
import type { Column, Section, Table } from '../core/document.ts';
import { isPlainObject } from './merge.ts';
import type { Scenario } from './resolve.ts';
import { pathText } from './text.ts';

const PARAMETER: Column = { key: 'parameter', label: 'parameter' };
const VALUE: Column = { key: 'value', label: 'value' };
const SOURCE: Column = { key: 'source', label: 'source' };

/** What differs between arms, a row for each value of it, then what all arms have alike. */
export function parameterSection({ arms, sources }: Pick<Scenario, 'arms' | 'sources'>): Section {
  const flat = arms.map(({ name, parameters }) => ({
    name,
    values: new Map(leaves({ ...parameters, app: { ...parameters.app, risk: parameters.app.risk.name } }, [])),
  }));
  const rows = [...new Set(flat.flatMap(({ values }) => [...values.keys()]))].map((path) => ({
    path,
    source: sourceOf(path, sources),
    values: armsByValue(flat.map(({ name, values }) => [name, values.get(path) ?? 'none'])),
  }));
  const alike = rows.filter(({ values }) => values.size === 1);
  const different = rows.filter(({ values }) => values.size > 1);
  const differing: Table = {
    kind: 'table',
    name: 'arms',
    caption: 'Parameters in which arms differ, and the sources of those that have one',
    columns: [PARAMETER, VALUE, { key: 'arms', label: 'arms' }, SOURCE],
    rows: different.flatMap(({ path, values, source }) =>
      [...values].map(([value, names]) => ({ parameter: path, value, arms: names.join(', '), source })),
    ),
  };
  return {
    id: 'parameters',
    title: 'What it was made of',
    blocks: [
      ...(different.length > 0 ? [differing] : []),
      {
        kind: 'table',
        name: 'parameters',
        caption: arms.length === 1 ? 'Parameters and their sources' : 'Parameters that are the same in all arms',
        columns: [PARAMETER, VALUE, SOURCE],
        rows: alike.map(({ path, values, source }) => ({ parameter: path, value: [...values.keys()][0]!, source })),
      },
    ],
  };
}

/** Values in the order of arms, each with the arms that have it. */
function armsByValue(own: readonly (readonly [arm: string, value: string])[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [arm, value] of own) {
    const names = found.get(value);
    if (names) names.push(arm);
    else found.set(value, [arm]);
  }
  return found;
}

/** "testing.delay.median" -> value. */
function leaves(value: unknown, path: readonly string[]): readonly (readonly [string, string])[] {
  if (isPlainObject(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [[pathText(path), valueWords(value)]];
}

/** Items of a list beyond these are counted: the manifest has all of them. */
const MOST_ITEMS = 20;

/** "42, 33, 12"; of things with keys one a line: "from 0, share 0.14, uses 0.02". */
function valueWords(value: unknown): string {
  if (isPlainObject(value))
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${valueWords(inner)}`)
      .join(', ');
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  if (value.length === 0) return 'none';
  const items = value.slice(0, MOST_ITEMS).map(valueWords);
  const rest = value.length - items.length;
  return [...items, ...(rest > 0 ? [`and ${rest} more`] : [])].join(value.some(isPlainObject) ? ';\n' : ', ');
}

/** Of the value, or of what it is part of. */
function sourceOf(path: string, sources: Readonly<Record<string, string>>): string {
  const words = path.split('.');
  const found = words.map((_, k) => sources[words.slice(0, words.length - k).join('.')]);
  return found.find((source) => source !== undefined) ?? '';
}
