/** Dates as tables write them. Day-first and month-first are told apart by the whole file or by the user, never guessed. */
import { EnlabError } from '../core/errors.ts';
import { parseIsoTime } from '../core/time.ts';
import { SECONDS_PER_DAY, type UnixSeconds } from '../core/units.ts';

export type DateOrder = 'dmy' | 'mdy';

/** 3/4/2020, 03.04.2020, 3-4-2020 14:30:05 */
const NUMERIC_DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?$/;
/** 2020-04-03, 2020/4/3, 20200403, each with an optional time. */
const YEAR_FIRST = /^(\d{4})([/.-]?)(\d{1,2})\2(\d{1,2})((?:[ T].*)?)$/;
/** 2036-01-01: later days are more likely serial numbers of a spreadsheet (43,831 = 2020-01-01 there). */
const LAST_DAY_NUMBER = 24_106;

export interface Moment {
  readonly time: UnixSeconds;
  /** For the summary of the import. */
  readonly form: 'ISO 8601' | 'day-first' | 'month-first' | 'unix s' | 'unix ms' | 'UTC day';
}

/**
 * A bare number is a UTC day (below 24,106), unix s (1e9..1e11) or unix ms (above); a date without a time is UTC
 * midnight, a time without a zone is UTC. Null for what is no such date.
 */
export function parseMoment(cell: string, order: DateOrder): Moment | null {
  const numeric = NUMERIC_DATE.exec(cell);
  if (numeric) {
    const [, first = '', second = '', year, hour = '0', minute = '00', second60 = '00'] = numeric;
    const [day, month] = order === 'dmy' ? [first, second] : [second, first];
    const time = parseIsoTime(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second60}Z`);
    return time === null ? null : { time, form: order === 'dmy' ? 'day-first' : 'month-first' };
  }
  const yearFirst = YEAR_FIRST.exec(cell);
  if (yearFirst && (yearFirst[2] !== '' || cell.length >= 8)) {
    const [, year, , month = '', day = '', rest = ''] = yearFirst;
    const time = parseIsoTime(`${year}-${two(month)}-${two(day)}${rest.replace(/^ +/, ' ')}`);
    if (time !== null) return { time, form: 'ISO 8601' };
  }
  return /^\d+(?:\.\d+)?$/.test(cell) ? momentOfNumber(Number(cell)) : null;
}

const two = (digits: string): string => digits.padStart(2, '0');

function momentOfNumber(value: number): Moment | null {
  if (value <= LAST_DAY_NUMBER && Number.isInteger(value)) return { time: value * SECONDS_PER_DAY, form: 'UTC day' };
  if (value >= 1e9 && value <= 1e11) return { time: value, form: 'unix s' };
  return value > 1e11 && value <= 1e14 ? { time: value / 1000, form: 'unix ms' } : null;
}

/** Collects what the dates of a file say about their order. */
export class DateOrderSurvey {
  #dayFirst: Sighted | undefined;
  #monthFirst: Sighted | undefined;
  #either: Sighted | undefined;

  look(cell: string, line: number): void {
    const [, first, second] = NUMERIC_DATE.exec(cell) ?? [];
    if (first === undefined || second === undefined) return;
    const [a, b] = [Number(first), Number(second)];
    if (a > 12 && b <= 12) this.#dayFirst ??= { cell, line };
    else if (b > 12 && a <= 12) this.#monthFirst ??= { cell, line };
    else if (a !== b) this.#either ??= { cell, line };
  }

  /** Throws E-DATE-AMBIGUOUS with both readings when neither the user nor the file tells the order. */
  order(declared: DateOrder | undefined, file: string): DateOrder {
    if (declared) return declared;
    const [dmy, mdy, either] = [this.#dayFirst, this.#monthFirst, this.#either];
    if (dmy && mdy) {
      const message = `"${dmy.cell}" can only be day-first, "${mdy.cell}" on line ${mdy.line} only month-first`;
      throw new EnlabError('E-DATE-AMBIGUOUS', message, { place: { file, line: dmy.line } });
    }
    if (!dmy && !mdy && either) throw ambiguous(either, file);
    return mdy ? 'mdy' : 'dmy';
  }
}

interface Sighted {
  readonly cell: string;
  readonly line: number;
}

function ambiguous({ cell, line }: Sighted, file: string): EnlabError {
  const [, first = '', second = '', year] = NUMERIC_DATE.exec(cell) ?? [];
  const dmy = `${year}-${two(second)}-${two(first)}`;
  const mdy = `${year}-${two(first)}-${two(second)}`;
  const message = `"${cell}" is ${dmy} (day-first) or ${mdy} (month-first), and no date of the file tells which`;
  return new EnlabError('E-DATE-AMBIGUOUS', message, { place: { file, line } });
}
