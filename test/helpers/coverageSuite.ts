/** The coverage proof as a test suite; one file a sample size, so that they run side by side. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Coverage, coverage, populationYouden } from './coverage.ts';

const SETS = 1000;
/** 200 replicates: percentiles are noisier than with the default 1,000, so coverage is, if anything, understated. */
const REPLICATES = 200;

interface Bounds {
  readonly preset: readonly [number, number];
  readonly tuned: readonly [number, number];
  readonly gain: readonly [number, number];
  /** Largest |mean corrected - mean true value|. */
  readonly bias: number;
}

export function proveCoverage(n: number, bounds: Bounds): void {
  describe(`95 % intervals on ${SETS} data sets of ${n} users`, () => {
    let result: Coverage;
    beforeAll(() => {
      result = coverage(n, SETS, REPLICATES, populationYouden());
      console.log(JSON.stringify(result));
    });

    it('cover the truth of a preset', () => {
      expect(result.preset).toBeGreaterThanOrEqual(bounds.preset[0]);
      expect(result.preset).toBeLessThanOrEqual(bounds.preset[1]);
    });

    it('cover the truth of the tuned rule after correction, and would not without', () => {
      expect(result.tuned).toBeGreaterThanOrEqual(bounds.tuned[0]);
      expect(result.tuned).toBeLessThanOrEqual(bounds.tuned[1]);
      expect(result.naive).toBeLessThan(result.tuned);
    });

    it('cover what the tuned rule gains over the preset', () => {
      expect(result.gain).toBeGreaterThanOrEqual(bounds.gain[0]);
      expect(result.gain).toBeLessThanOrEqual(bounds.gain[1]);
      // "Tuning pays" is said where the lower end is above 0: it must not lie above the truth too often.
      expect(result.gainTooHigh).toBeLessThanOrEqual(0.05);
    });

    it('are centred: the corrected value is nearer to the truth than the apparent one', () => {
      expect(Math.abs(result.corrected - result.truth)).toBeLessThanOrEqual(bounds.bias);
      expect(Math.abs(result.corrected - result.truth)).toBeLessThan(Math.abs(result.apparent - result.truth));
    });
  });
}
