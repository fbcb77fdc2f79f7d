/** Levels of keys by symptoms, as the tests of cwa-app-android have them; index: days before the upload. */
import { expect, it } from 'vitest';
import { levelOf, type Symptoms } from '../../../../src/protocol/wire/cwa/transmissionRisk.ts';

const TODAY = 18_500;
const rows: readonly (readonly [string, Symptoms, readonly number[]])[] = [
  ['since today', TODAY, [8, 8, 7, 6, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['since yesterday', TODAY - 1, [8, 8, 8, 7, 6, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['since five days', TODAY - 5, [2, 3, 5, 6, 8, 8, 8, 7, 6, 4, 2, 1, 1, 1, 1]],
  ['since twenty days', TODAY - 20, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]],
  ['since three weeks', TODAY - 21, Array.from({ length: 15 }, () => 1)],
  ['none', 'none', [4, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ['not said', 'unknown', [5, 6, 7, 7, 7, 6, 4, 3, 2, 1, 1, 1, 1, 1, 1]],
];

it.each(rows)('symptoms %s', (_name, symptoms, levels) => {
  expect(levels.map((_level, age) => levelOf(TODAY - age, symptoms, TODAY))).toEqual(levels);
});
