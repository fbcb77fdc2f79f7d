/** Which column of a table is which of ours: by --columns, else by our names, whatever their case and unit. */
import { EnlabError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { splitUnit } from './quantities.ts';
import { shownList } from './shown.ts';

export interface ColumnSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly required?: true;
}

/** Our name -> index in the row. */
export type Columns = ReadonlyMap<string, number>;

type Mapping = Readonly<Record<string, string>>;

/** Columns that are there; nothing is checked. What detectors ask. */
export function findColumns(specs: readonly ColumnSpec[], header: readonly string[], mapping: Mapping = {}): Columns {
  const columns = new Map<string, number>();
  for (const { name, aliases = [] } of specs) {
    const theirs = mapping[name] ?? aliases.map((alias) => mapping[alias]).find((mapped) => mapped !== undefined);
    const names = theirs === undefined ? [name, ...aliases] : [theirs];
    const index = indexOf(names, header, theirs !== undefined);
    if (index >= 0) columns.set(name, index);
  }
  return columns;
}

export const hasRequired = (specs: readonly ColumnSpec[], columns: Columns): boolean =>
  specs.every(({ name, required }) => !required || columns.has(name));

/** An exact name before one that differs in case or carries a unit; a mapped name may not drop its unit. */
function indexOf(names: readonly string[], header: readonly string[], isMapped: boolean): number {
  for (const name of names) {
    const exact = header.indexOf(name);
    if (exact >= 0) return exact;
  }
  const wanted = names.map((name) => name.toLowerCase());
  const whole = header.findIndex((cell) => wanted.includes(cell.toLowerCase()));
  return whole >= 0 || isMapped ? whole : header.findIndex((cell) => wanted.includes(splitUnit(cell)[0]));
}

/** Throws E-USAGE for a mapping of no column of ours, E-FILE-INVALID for a column that is not there. */
export function resolveColumns(
  specs: readonly ColumnSpec[],
  header: readonly string[],
  mapping: Mapping = {},
  place: Place = { file: '' },
): Columns {
  assertMapping(specs, header, mapping, place);
  const columns = findColumns(specs, header, mapping);
  const missing = specs.find(({ name, required }) => required && !columns.has(name));
  if (missing) throw missingColumn(missing.name, [missing.name, ...(missing.aliases ?? [])], header, place);
  return columns;
}

function assertMapping(specs: readonly ColumnSpec[], header: readonly string[], mapping: Mapping, place: Place): void {
  const ours = specs.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  for (const [our, theirs] of Object.entries(mapping)) {
    if (!ours.includes(our)) {
      const guess = nearest(our, ours);
      const hint = `${guess ? `did you mean ${guess}? ` : ''}columns of ours: ${specs.map(({ name }) => name).join(', ')}`;
      throw new EnlabError('E-USAGE', `--columns ${our}=${theirs}: there is no column "${our}" of ours`, { hint });
    }
    if (indexOf([theirs], header, true) < 0) throw missingColumn(our, [theirs], header, place);
  }
}

function missingColumn(name: string, names: readonly string[], header: readonly string[], place: Place): EnlabError {
  const found = header.length > 0 ? `found: ${shownList(header)}` : 'the first row holds numbers, no header';
  const guess = names.map((wanted) => nearest(wanted, header)).find((candidate) => candidate !== undefined);
  const hint = `say which it is with --columns ${name}=${guess ? `"${guess}"` : 'THEIRS'}`;
  const wanted = names[0] === name ? '' : ` ("${names[0]}")`;
  return new EnlabError('E-FILE-INVALID', `there is no column ${name}${wanted}; ${found}`, { place, hint });
}
