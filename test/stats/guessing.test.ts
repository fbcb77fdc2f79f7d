import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawUniform, purposeHash } from '../../src/core/random.ts';
import { OTP_ALPHABET, OTP_CODES, OTP_LENGTH } from '../../src/protocol/wire/immuni/otp.ts';
import { chanceOfGuessing } from '../../src/stats/guessing.ts';

describe('the chance of guessing a code', () => {
  it.each([
    ['no guess', 3, 10, 0, 0],
    ['no valid code', 0, 10, 100, 0],
    ['one guess at one of ten', 1, 10, 1, 0.1],
    ['two', 1, 10, 2, 0.19],
    ['three of four, twice', 3, 4, 2, 15 / 16],
    ['all codes valid', 10, 10, 1, 1],
    ['all codes valid, no guess', 10, 10, 0, 0],
  ])('%s', (_, valid, space, guesses, chance) => {
    expect(chanceOfGuessing({ valid, space, guesses })).toBeCloseTo(chance, 15);
  });

  it('of passwords has nine free symbols', () => {
    let codes = 1;
    for (let k = 1; k < OTP_LENGTH; k++) codes *= OTP_ALPHABET.length;
    expect(OTP_CODES).toBe(codes);
  });

  it('keeps its digits where it is tiny', () => {
    // The naive formula has 2.6e-13, in steps of 1.1e-16.
    const one = chanceOfGuessing({ valid: 1, space: OTP_CODES, guesses: 1 });
    expect(one).toBe(1 / OTP_CODES);
    const many = chanceOfGuessing({ valid: 20, space: OTP_CODES, guesses: 150_000 });
    // n m / N less half its square: 7.864320e-7 - 3.1e-13.
    expect(many).toBeCloseTo(7.86432e-7 - 3.0924e-13, 16);
  });

  it('is that of a loop, grows with guesses and with codes, and is at most that of all single ones', () => {
    const number = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 60, max: 5000 }), (valid, guesses, space) => {
        let misses = 1;
        for (let k = 0; k < guesses; k++) misses *= 1 - valid / space;
        const chance = chanceOfGuessing({ valid, space, guesses });
        expect(chance).toBeCloseTo(1 - misses, 12);
        expect(chance).toBeLessThanOrEqual((valid * guesses) / space + 1e-15);
        expect(chanceOfGuessing({ valid, space, guesses: guesses + 1 })).toBeGreaterThanOrEqual(chance);
        if (valid < space)
          expect(chanceOfGuessing({ valid: valid + 1, space, guesses })).toBeGreaterThanOrEqual(chance);
      }),
    );
  });

  it('is what guesses at a small space of codes give', () => {
    const [valid, space, guesses, windows] = [3, 2000, 150, 20_000];
    const purpose = purposeHash('guesses');
    let hits = 0;
    for (let window = 0; window < windows; window++) {
      let isHit = false;
      for (let guess = 0; guess < guesses; guess++)
        isHit ||= Math.floor(drawUniform(1, purpose, window, guess) * space) < valid;
      if (isHit) hits++;
    }
    const chance = chanceOfGuessing({ valid, space, guesses });
    const error = Math.sqrt((chance * (1 - chance)) / windows);
    expect(chance).toBeCloseTo(0.2016, 3);
    expect(Math.abs(hits / windows - chance)).toBeLessThan(4 * error);
  });

  it.each([
    [-1, 10, 1],
    [11, 10, 1],
    [1, 10, -1],
    [0, 0, 1],
    [Number.NaN, 10, 1],
    [1, 10, Number.POSITIVE_INFINITY],
  ])('there is none of %d valid of %d codes and %d guesses', (valid, space, guesses) => {
    expect(() => chanceOfGuessing({ valid, space, guesses })).toThrow(RangeError);
  });
});
