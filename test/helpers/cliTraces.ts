/** Small traces that tests of the command line place in their folder. */
import { readFileSync } from 'node:fs';
import { fixture } from './imports.ts';

interface Row {
  readonly user: string;
  readonly day: string;
  readonly minutes: number;
  readonly attenuation: number;
  readonly label: boolean;
  readonly scenario: string;
}

/**
 * 120 exposures of 40 users in two scenarios. Contacts are long and near; every eleventh label is wrong, so that no rule
 * is perfect. Nobody measured any of it.
 */
export const fieldRows: readonly Row[] = Array.from({ length: 120 }, (_, k) => {
  const minutes = 5 * ((k * 5) % 8);
  const attenuation = 38 + ((k * 17) % 48);
  const isContact = minutes >= 15 && attenuation <= 64;
  return {
    user: `p${k % 40}`,
    day: `2020-06-${String(1 + (k % 14)).padStart(2, '0')}`,
    minutes,
    attenuation,
    label: k % 11 === 0 ? !isContact : isContact,
    scenario: k % 3 === 0 ? 'office' : 'home',
  };
});

/** The rows as a table, users and all, or only the columns that are named. */
export function fieldCsv(
  columns: readonly (keyof Row)[] = ['user', 'day', 'minutes', 'attenuation', 'label', 'scenario'],
  rows: readonly Row[] = fieldRows,
): string {
  const cell = (value: Row[keyof Row]): string => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`);
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}

export const fixtureBytes = (name: string): Uint8Array => readFileSync(fixture(name));

/** The synthetic bins in the shape of the Dublin data, as a folder of a workplace. */
export const leithFolder = (folder: string): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(
    ['attenuations', 'distances', 'pairs'].map((part) => [
      `${folder}/small_${part}.txt`,
      fixtureBytes(`leith/small_${part}.txt`),
    ]),
  );
