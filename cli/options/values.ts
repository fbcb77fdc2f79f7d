/** Parsers of option values; what they refuse becomes a usage error that names the option. */
import { InvalidArgumentError, Option } from 'commander';
import { parseBytes } from '../../src/core/bytes.ts';
import { parseIsoDay, parseIsoTime } from '../../src/core/time.ts';
import type { UnixSeconds, UtcDay } from '../../src/core/units.ts';

interface Range {
  readonly min?: number;
  readonly max?: number;
}

const inRange = (value: number, { min, max }: Range): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max);

/** "It must be a whole number from 0 to 8." */
function demand(what: string, { min, max }: Range): string {
  if (min === undefined) return `It must be ${what}.`;
  if (min === max) return `It must be ${min}.`;
  return max === undefined ? `It must be ${what} of at least ${min}.` : `It must be ${what} from ${min} to ${max}.`;
}

export const number =
  (range: Range = {}) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !inRange(value, range))
      throw new InvalidArgumentError(demand('a number', range));
    return value;
  };

export const integer =
  (range: Range = {}) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || !inRange(value, range))
      throw new InvalidArgumentError(demand('a whole number', range));
    return value;
  };

/** A path of an output beside the result, whose place stdout is. */
export function beside(text: string): string {
  if (text !== '-') return text;
  throw new InvalidArgumentError('It must be a file: stdout is for the result.');
}

/** So many bytes in hex or base64. */
export const bytes =
  (length: number) =>
  (text: string): Uint8Array => {
    const value = parseBytes(text, length);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${length} bytes in hex or base64.`);
    return value;
  };

/** "2020-04-02T00:00Z", "2020-04-02" (UTC midnight) or unix seconds. */
export function instant(text: string): UnixSeconds {
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) : parseIsoTime(text);
  if (time === null) throw new InvalidArgumentError('It must be a time, as in 2020-04-02T00:00Z, or unix seconds.');
  return time;
}

/** "2020-06-15" */
export function utcDay(text: string): UtcDay {
  const value = parseIsoDay(text);
  if (value === null) throw new InvalidArgumentError('It must be a date such as 2020-06-15.');
  return value;
}

/** "50,55,60" */
export const numbers = (text: string): readonly number[] => text.split(',').map(number());

/** Two numbers with a comma, such as the example. */
export const pair =
  (example: string, range: Range = {}) =>
  (text: string): readonly [number, number] => {
    const values = text.split(',').map(number(range));
    if (values.length !== 2) throw new InvalidArgumentError(`It must be two numbers, as in ${example}.`);
    return [values[0]!, values[1]!];
  };

/** "no-app,default" */
export function words(text: string): readonly string[] {
  const all = text.split(',').map((word) => word.trim());
  if (all.includes('')) throw new InvalidArgumentError('It must be names with commas between them.');
  return all;
}

/** "user=person_id,minutes=durata" */
export function assignments(text: string): Readonly<Record<string, string>> {
  const entries = text.split(',').map((part) => {
    const at = part.indexOf('=');
    if (at <= 0 || at === part.length - 1) throw new InvalidArgumentError(`"${part}" is not NAME=VALUE.`);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
  });
  const names = entries.map(([name]) => name);
  const repeated = names.find((name, k) => names.indexOf(name) !== k);
  if (repeated !== undefined) throw new InvalidArgumentError(`It names ${repeated} twice.`);
  return Object.fromEntries(entries);
}

/** An option that may be repeated; every other one is refused when it comes twice (program.ts). */
export class RepeatableOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, `${description}; may be repeated`);
  }
}

/** A repeatable option that is a list of its values. */
export const repeatable = (flags: string, description: string): Option =>
  new RepeatableOption(flags, description)
    .argParser((text, earlier: readonly string[]) => [...earlier, text])
    .default([], 'none');
