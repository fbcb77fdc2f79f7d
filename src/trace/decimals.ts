/** Whether "." and "," are decimal signs or stand between thousands: told by the whole file, or refused. */
import { EnlabError } from '../core/errors.ts';
import { type NumberRule, parseNumber } from './values.ts';

interface Seen {
  readonly cell: string;
  readonly line: number;
}

/** 1.200 is 1.2 in one country and 1,200 in another. 0.500 is a half in both. */
const LOOKS_LIKE_THOUSANDS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const HINT = 'export the table again without signs between thousands';

export class DecimalSurvey {
  readonly #file: string;
  readonly #seen = new Map<',' | '.', Seen>();
  /** Column -> its first number with a sign, as long as all of them can be thousands; then null. */
  readonly #thousands = new Map<string, Seen | null>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Throws E-FILE-INVALID for 12,5 and 12.5 in one file: one of the signs must stand between thousands. */
  look({ name: column, max }: NumberRule, cell: string, line: number, toOurs: (value: number) => number): void {
    if (Number.isNaN(parseNumber(cell)) || !/[.,]/.test(cell)) return;
    const first = this.#thousands.get(column);
    // A column that was printed with three decimals (60.000 dB) has none that can be thousands.
    const isThousands = LOOKS_LIKE_THOUSANDS.test(cell) && toOurs(Number(cell.replace(/[.,]/, ''))) <= max;
    if (!isThousands) this.#thousands.set(column, null);
    else if (first === undefined) this.#thousands.set(column, { cell, line });
    const sign = cell.includes(',') ? ',' : '.';
    if (this.#seen.has(sign)) return;
    this.#seen.set(sign, { cell, line });
    const [comma, point] = [this.#seen.get(','), this.#seen.get('.')];
    if (!comma || !point) return;
    const message = `"${comma.cell}" (line ${comma.line}) has a decimal comma, "${point.cell}" (line ${point.line}) a point`;
    throw this.#invalid(message, line);
  }

  /** Throws E-FILE-INVALID where every sign of a column stands before three digits: 1.200 may be 1.2 or 1,200. */
  assertNoThousands(): void {
    for (const [column, seen] of this.#thousands) {
      if (!seen) continue;
      const { cell, line } = seen;
      const message = `${column} "${cell}" may be ${cell.replace(/[.,]/, '')} or ${Number(cell.replace(',', '.'))}`;
      throw this.#invalid(
        `${message}, and no number of the column tells which`,
        line,
        `${HINT}, or with fewer decimals`,
      );
    }
  }

  #invalid(message: string, line: number, hint = HINT): EnlabError {
    return new EnlabError('E-FILE-INVALID', message, { place: { file: this.#file, line }, hint });
  }
}
