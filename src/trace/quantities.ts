/**
 * Units of the numbers in a table. Ours unless --units declares another; what the header or the values contradict is
 * an error until it is declared (datasets.md 3: no silent guesses).
 */
import { EnlabError, type Place } from '../core/errors.ts';
import type { ImportOptions } from './importer.ts';
import { shown } from './shown.ts';

interface Quantity {
  /** Key of --units. */
  readonly key: string;
  /** To our unit, which comes first. */
  readonly units: ReadonlyMap<string, (value: number) => number>;
  /** A value in our unit that most rows of a real trace do not reach. */
  readonly isOdd: (value: number) => boolean;
  readonly oddity: string;
  readonly hint: string;
}

const same = (value: number): number => value;

export const duration: Quantity = {
  key: 'duration',
  units: new Map([
    ['min', same],
    ['s', (value) => value / 60],
    ['h', (value) => value * 60],
  ]),
  // Contacts of more than four hours are rare, whereas 240 s is the shortest median that any scan schedule gives.
  isOdd: (value) => value > 240,
  oddity: 'durations are above 240: they look like seconds, not minutes',
  hint: 'declare the unit with --units duration=s (or duration=min if they are minutes)',
};

export const distance: Quantity = {
  key: 'distance',
  units: new Map([
    ['m', same],
    ['cm', (value) => value / 100],
    ['ft', (value) => value * 0.3048],
  ]),
  // Bluetooth phones hear each other at 30 m at most with people around.
  isOdd: (value) => value > 30,
  oddity: 'distances are above 30: they look like centimetres, not metres',
  hint: 'declare the unit with --units distance=cm (or distance=m if they are metres)',
};

export const attenuation: Quantity = {
  key: 'attenuation',
  units: new Map([['dB', same]]),
  isOdd: (value) => value < 0,
  oddity: 'attenuations are negative: they look like RSSI in dBm',
  hint: 'attenuation = transmit power - RSSI with the corrections of both phones; --units attenuation=dB if it is one',
};

/** How people write units behind a column name: "distance_cm", "durata (sec)". */
const spellings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    s: 's sec secs second seconds',
    min: 'min mins minute minutes',
    h: 'h hr hrs hour hours',
    m: 'm metre metres meter meters',
    cm: 'cm',
    ft: 'ft feet',
    dB: 'db',
    dBm: 'dbm',
  }).flatMap(([unit, words]) => words.split(' ').map((word) => [word, unit] as const)),
);

/** "distance_cm" -> ["distance", "cm"]; the unit is undefined where the header names none. Lower case. */
export function splitUnit(header: string): readonly [name: string, unit: string | undefined] {
  const name = header.toLowerCase();
  const [, base, word = ''] = /^(.+?)[\s_.-]*[\s_.([-]([a-z]+)[)\]]?$/.exec(name) ?? [];
  const unit = spellings.get(word);
  return base !== undefined && unit !== undefined ? [base, unit] : [name, undefined];
}

/** One column of a quantity: converts its values, and notices when they look like another unit. */
export class Measured {
  readonly #quantity: Quantity;
  readonly #declared: string | undefined;
  #values = 0;
  #odd = 0;

  /** Throws E-UNITS where a declared unit is none, or nothing is declared and the header names another unit than ours. */
  constructor(quantity: Quantity, header: string, { units }: ImportOptions, place: Place) {
    const given = units?.[quantity.key];
    const known = [...quantity.units.keys()];
    this.#quantity = quantity;
    this.#declared = given && known.find((unit) => unit === (spellings.get(given.toLowerCase()) ?? given));
    if (given !== undefined && this.#declared === undefined) {
      const hint = `use one of ${known.join(', ')}`;
      throw new EnlabError('E-UNITS', `${quantity.key}=${given} is no unit of ${quantity.key}`, { hint });
    }
    const [, named] = splitUnit(header);
    const expected = this.#declared ?? known[0];
    if (named === undefined || named === expected || this.#declared !== undefined) return;
    throw new EnlabError('E-UNITS', `the column "${shown(header)}" names ${named}, but ${expected} is expected`, {
      place,
      hint: known.includes(named) ? `declare it: --units ${quantity.key}=${named}` : quantity.hint,
    });
  }

  readonly toOurs = (value: number): number => {
    const [ours] = this.#quantity.units.values();
    return (this.#quantity.units.get(this.#declared ?? '') ?? ours ?? same)(value);
  };

  look(value: number): void {
    if (Number.isNaN(value)) return;
    this.#values++;
    if (this.#quantity.isOdd(value)) this.#odd++;
  }

  /** Throws E-UNITS when the median of the values is odd and nobody declared the unit. */
  assertPlausible(file: string): void {
    if (this.#declared !== undefined || this.#odd * 2 <= this.#values) return;
    const message = `${this.#odd} of ${this.#values} ${this.#quantity.oddity}`;
    throw new EnlabError('E-UNITS', message, { place: { file }, hint: this.#quantity.hint });
  }
}
