/** Cells of tables as numbers, labels and texts. */

const unknownWords: ReadonlySet<string> = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'unknown', '-']);

/** Yes and no as authorities write them, without accents: English, Italian, German, French, Spanish, Portuguese. */
const yes =
  '1 1.0 1,0 true t vero vrai wahr yes y si s ja j oui sim positive positiv positif positivo positiva pos contact';
const no = '0 0.0 0,0 false f falso faux falsch no n nein non nao negative negativ negatif negativo negativa neg';
const labelWords: ReadonlyMap<string, boolean> = new Map([
  ...yes.split(' ').map((word) => [word, true] as const),
  ...no.split(' ').map((word) => [word, false] as const),
]);

export const isUnknown = (cell: string): boolean => unknownWords.has(cell.toLowerCase());

/** With a decimal point or a decimal comma; NaN for anything else, thousands separators included. */
export function parseNumber(cell: string): number {
  return /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?$/i.test(cell) ? Number(cell.replace(',', '.')) : Number.NaN;
}

/** True or false; null = unknown; undefined = no word for either. */
export function parseLabel(cell: string): boolean | null | undefined {
  if (isUnknown(cell)) return null;
  return labelWords.get(cell.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, ''));
}

export interface NumberRule {
  /** In reasons: "minutes below 0". */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly whole?: true;
}

/** The converted number; undefined = unknown; a text = why the row is rejected. */
export function readNumber(
  cell: string,
  { name, min, max, whole }: NumberRule,
  convert: (value: number) => number,
): number | string | undefined {
  if (isUnknown(cell)) return undefined;
  const value = convert(parseNumber(cell));
  if (Number.isNaN(value)) return `${name} not a number`;
  if (value < min) return `${name} below ${min}`;
  if (value > max) return `${name} above ${max}`;
  return whole && !Number.isInteger(value) ? `${name} not a whole number` : value;
}
