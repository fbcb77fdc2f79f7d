/** Path loss: what distance, bodies, carriage and phones add, each alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriages, meanAttenuation, NEAREST, type Path } from '../../src/propagation/model.ts';
import { indoors } from '../helpers/propagation.ts';

const open: Path = { distance: 1, bodies: 0, carriage: ['hand', 'hand'], offsets: 0 };
const at = (changes: Partial<Path>) => meanAttenuation({ ...open, ...changes }, indoors);
const distances = fc.double({ min: NEAREST, max: 100, noNaN: true });

describe('the mean attenuation', () => {
  it('at one metre, in hands and in the open, is what the model says', () => {
    expect(at({})).toBe(indoors.atOneMetre);
  });

  it('grows with distance: tenfold by 10 n', () => {
    expect(at({ distance: 10 }) - at({ distance: 1 })).toBeCloseTo(10 * indoors.exponent, 10);
    expect(at({ distance: 1 }) - at({ distance: 0.1 })).toBeCloseTo(10 * indoors.exponent, 10);
    fc.assert(
      fc.property(distances, distances, (one, other) => {
        const [near, far] = one < other ? [one, other] : [other, one];
        expect(at({ distance: near })).toBeLessThanOrEqual(at({ distance: far }));
      }),
    );
  });

  it('is not less than nothing where phones touch', () => {
    expect(at({ distance: 0 })).toBe(at({ distance: NEAREST }));
    expect(at({ distance: 0 })).toBeGreaterThan(0);
  });

  it('is the same in both directions, but for the offsets of the phones', () => {
    for (const one of carriages)
      for (const other of carriages)
        expect(at({ carriage: [one, other] })).toBeCloseTo(at({ carriage: [other, one] }), 10);
    expect(at({ offsets: -7 })).toBeCloseTo(at({}) - 7, 10);
  });

  it.each([
    [{ bodies: 2 }, 2 * indoors.body],
    [{ carriage: ['pocket', 'hand'] }, indoors.carriage.pocket],
    [{ carriage: ['pocket', 'bag'] }, indoors.carriage.pocket + indoors.carriage.bag],
    [{ bodies: 1, carriage: ['bag', 'bag'], offsets: 3 }, indoors.body + 2 * indoors.carriage.bag + 3],
  ] as const)('of %o is more by %d', (changes, more) => {
    expect(at(changes) - at({})).toBeCloseTo(more, 10);
  });
});
