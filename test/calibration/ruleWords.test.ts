/** A rule as a sentence says what the tables do. */
import { describe, expect, it } from 'vitest';
import { ruleSentence } from '../../calibration/documents/ruleWords.ts';
import { latticeRule, presetJudge } from '../../calibration/judges.ts';
import { buildLattice, FLAGS_EVERYTHING, flags, flagsNothing } from '../../calibration/lattice.ts';
import { ATTENUATION_EDGES, DURATION_EDGES, defaultReading } from '../../src/risk/reading.ts';
import { ENV1_SCALE, scaleOf } from '../../src/risk/scale.ts';

const lattice = buildLattice();
const words = (rule: number, edge: 'bucket' | 'gt' | 'ge' = 'bucket') => ruleSentence(lattice, rule, ENV1_SCALE, edge);
const preset = (name: string) => latticeRule(presetJudge(name), lattice, defaultReading)!;

describe('a rule in words', () => {
  it.each([
    ['immuni-2020-06-05', 'bucket', 'Alert after more than 15 whole minutes at 73 dB or less.'],
    ['immuni-2020-10-30', 'bucket', 'Alert after more than 15 whole minutes at 63 dB or less.'],
    ['immuni-2020-06-05', 'gt', 'Alert after more than 15 minutes at 73 dB or less.'],
    ['immuni-2020-06-05', 'ge', 'Alert after 15 minutes at 73 dB or less.'],
    [
      'immuni-2020-05-28-e86088f',
      'bucket',
      'Alert after more than 30 whole minutes at 63 dB or less, or after more than 15 whole minutes at 51 dB or less, ' +
        'or after more than 10 whole minutes at 33 dB or less.',
    ],
  ] as const)('%s, %s: %s', (name, edge, sentence) => {
    expect(words(preset(name), edge)).toBe(sentence);
  });

  it('of the two trivial rules', () => {
    expect([words(FLAGS_EVERYTHING), words(flagsNothing(lattice))]).toEqual(['Alert always.', 'Never alert.']);
  });

  it.each([
    ['bucket', 'Alert from 1 whole minute on at 63 dB or less.'],
    ['gt', 'Alert after any time at 63 dB or less.'],
    ['ge', 'Alert after any time at 63 dB or less.'],
  ] as const)('that alerts any time but none, %s', (edge, sentence) => {
    const any = Array.from({ length: lattice.size }, (_, rule) => rule).filter(
      (rule) => flags(lattice, rule, 1, 2) && !flags(lattice, rule, 0, 7) && !flags(lattice, rule, 7, 1),
    );
    expect(any.map((rule) => words(rule, edge))).toEqual([sentence]);
  });

  it('that asks for more than 30 minutes, or for 30 where they are D8', () => {
    const last = preset('immuni-2020-05-28-e86088f');
    const scale = scaleOf({ a5Edge: 23, thirtyPlus: true });
    expect(ruleSentence(lattice, last, ENV1_SCALE, 'ge')).toMatch(/^Alert after more than 30 minutes at 63 dB/);
    expect(ruleSentence(lattice, last, scale, 'bucket')).toMatch(/^Alert after 30 whole minutes at 63 dB/);
  });

  it('tells every rule from every other, and flags what it says', () => {
    const seen = new Set<string>();
    for (let rule = 0; rule < lattice.size; rule++) {
      const sentence = words(rule);
      seen.add(sentence);
      const corners = [
        ...sentence.matchAll(
          /(?:after more than (\d+) whole minutes|from (1) whole minute on)? ?(?:at (\d+) dB or less)?(?=, or|\.$)/g,
        ),
      ];
      if (rule === FLAGS_EVERYTHING || rule === flagsNothing(lattice) || rule % 97 !== 0) continue;
      for (let row = 0; row < 8; row++)
        for (let column = 0; column < 8; column++) {
          const isSaid = corners.some(([text, minutes, one, dB]) => {
            if (text === '') return false;
            const longEnough =
              one === undefined ? minutes === undefined || row > DURATION_EDGES.indexOf(Number(minutes)) : row > 0;
            const nearEnough = dB === undefined || column > ATTENUATION_EDGES.indexOf(Number(dB));
            return longEnough && nearEnough;
          });
          expect([sentence, row, column, isSaid]).toEqual([sentence, row, column, flags(lattice, rule, row, column)]);
        }
    }
    expect(seen.size).toBe(lattice.size);
  });
});
