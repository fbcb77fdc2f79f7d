/** How numbers of a network file are written: what separates columns may be a decimal sign elsewhere. */
import { EnlabError, type Place } from '../core/errors.ts';

/** Of the first line that says anything: a comma may be a decimal sign where another separates columns. */
export function delimiterOf(text: string): string {
  const header = /[^\s\uFEFF].*/.exec(text)?.[0] ?? '';
  return [';', '\t'].find((one) => header.includes(one)) ?? ',';
}

/** Decimal commas where they separate no columns. A file has one sign: another may stand between thousands. */
export class Decimals {
  readonly #delimiter: string;
  #sign: string | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** The cell with a decimal point. Throws E-FILE-INVALID where others had the other sign. */
  pointed(cell: string, placeOf: () => Place): string {
    if (this.#delimiter === ',') return cell;
    const sign = /^-?\d+([.,])\d+$/.exec(cell)?.[1];
    if (sign === undefined) return cell;
    this.#sign ??= sign;
    if (sign === this.#sign) return cell.replace(',', '.');
    throw new EnlabError('E-FILE-INVALID', `"${cell}": numbers above have "${this.#sign}" before decimals`, {
      place: placeOf(),
      hint: 'write all of them with the same sign, and none between thousands',
    });
  }
}
