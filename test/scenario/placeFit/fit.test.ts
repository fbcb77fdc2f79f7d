/** Path loss of a place: what was put in comes out, what the model cannot say is refuted, and alerts are counted as they are. */
import { describe, expect, it } from 'vitest';
import { presetJudge } from '../../../calibration/judges.ts';
import type { Exposure } from '../../../src/core/exposure.ts';
import { keyed } from '../../../src/core/random.ts';
import { allPresets } from '../../../src/risk/presets.ts';
import { defaultReading } from '../../../src/risk/reading.ts';
import { FEWEST_PAIRS, fitPlace, predictedAlerts } from '../../../src/scenario/placeFit/fit.ts';
import { parametersText, placeOf, placeText } from '../../../src/scenario/placeFit/result.ts';
import { hall, pairsIn } from '../../helpers/pathLoss.ts';
import { resolved, smallTown } from '../../helpers/scenario.ts';

const OPTIONS = { seed: 1, replicates: 100, file: 'hall.ndjson' };
const still = (exposure: Exposure, distance?: number): Exposure => ({
  ...exposure,
  slices: exposure.slices.map(({ seconds, low, high }) => ({
    seconds,
    low,
    high,
    ...(distance !== undefined && { distance }),
  })),
});

describe('a fit', () => {
  const pairs = pairsIn(hall, 60, 5);
  const fit = fitPlace(pairs, OPTIONS);

  it('finds what was put in, and does not refute it', () => {
    for (const name of ['atOneMetre', 'exponent', 'shadowing', 'noise'] as const) {
      const { value, low, high } = fit.parameters[name];
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(low).toBeLessThanOrEqual(hall[name]);
      expect(high).toBeGreaterThanOrEqual(hall[name]);
    }
    expect([fit.pairs, fit.scans, fit.distances]).toEqual([60, 330, [0.5, 5]]);
    expect(fit.residuals.between!.p).toBeGreaterThan(0.05);
    expect(fit.residuals.within!.p).toBeGreaterThan(0.05);
  });

  it('has one mean a pair, at its distance', () => {
    expect(fit.means).toHaveLength(60);
    const { slices } = pairs[7]!;
    expect(fit.means[7]!.distance).toBeCloseTo(1, 9);
    expect(fit.means[7]!.attenuation).toBeCloseTo(slices.reduce((sum, { low }) => sum + low, 0) / slices.length, 9);
  });

  it('is the same for the same seed, and has other intervals for another', () => {
    expect(fitPlace(pairs, OPTIONS)).toEqual(fit);
    const other = fitPlace(pairs, { ...OPTIONS, seed: 2 });
    expect(other.parameters.exponent.value).toBe(fit.parameters.exponent.value);
    expect(other.parameters.exponent.low).not.toBe(fit.parameters.exponent.low);
  });

  it.each([
    ['noise of a scan that is now and then five times as wide', 'within' as const],
    ['two kinds of pairs', 'between' as const],
  ])('refutes %s', (_, kind) => {
    const strange = pairs.map((exposure, k) => ({
      ...exposure,
      slices: exposure.slices.map((slice, row) => {
        const isFar = keyed(5, 'strange scans', k, row).uniform() < 0.1;
        const shift = kind === 'between' ? (k % 2 ? 12 : -12) : isFar ? 15 * keyed(6, 'far', k, row).normal() : 0;
        return { ...slice, low: slice.low + shift, high: slice.low + shift };
      }),
    }));
    const { residuals } = fitPlace(strange, OPTIONS);
    expect(residuals[kind]!.p).toBeLessThan(0.05);
  });

  it('of single scans has no residuals within pairs', () => {
    const single = pairs.map((exposure) => ({ ...exposure, slices: exposure.slices.slice(0, 1) }));
    expect(Object.keys(fitPlace(single, OPTIONS).residuals)).toEqual(['between']);
  });

  it('leaves out what has no distance', () => {
    const more = [...pairs, still(pairs[0]!)];
    expect(fitPlace(more, OPTIONS).parameters).toEqual(fit.parameters);
  });

  it.each([
    ['no distances', pairs.map((one) => still(one)), /nothing here has a distance/],
    ['nothing at all', [], /nothing here has a distance/],
    ['one distance', pairs.map((one) => still(one, 1.5)), /all distances are 1.5 m/],
    ['too few pairs', pairs.slice(0, FEWEST_PAIRS - 1), /4 pairs .* 5 are needed/],
  ])('of %s is refused', (_, exposures, message) => {
    expect(() => fitPlace(exposures, OPTIONS)).toThrow(message);
    expect(() => fitPlace(exposures, OPTIONS)).toThrow(expect.objectContaining({ code: 'E-FILE-INVALID' }));
    expect(FEWEST_PAIRS).toBe(5);
  });

  it('takes the fewest pairs', () => {
    expect(fitPlace(pairs.slice(0, FEWEST_PAIRS), OPTIONS).pairs).toBe(5);
  });
});

describe('alerts', () => {
  const measured = pairsIn(hall, 60);

  it('are those of every preset, counted one by one', () => {
    const alerts = predictedAlerts(measured, [hall], 1);
    expect(alerts.map(({ preset }) => preset)).toEqual(allPresets().map(({ name }) => name));
    for (const { preset, measured: count } of alerts) {
      const judge = presetJudge(preset);
      expect(count).toBe(measured.filter((one) => judge.assess([one], defaultReading).alert).length);
    }
  });

  it('lie inside of what the true model predicts, and outside of what another does', () => {
    const fits = Array.from({ length: 200 }, () => hall);
    const inside = (loss: typeof hall) => {
      const judged = predictedAlerts(pairsIn(loss, 60, 9), fits, 1);
      return judged.filter(({ isInside }) => isInside).length / judged.length;
    };
    expect(inside(hall)).toBeGreaterThan(0.85);
    expect(inside({ ...hall, atOneMetre: hall.atOneMetre + 10 })).toBeLessThan(0.8);
  });

  it('may be those of another place', () => {
    const near = pairsIn({ ...hall, atOneMetre: 40 }, 30);
    const fit = fitPlace(measured, OPTIONS, near);
    expect(fit.judged).toBe(30);
    expect(fit.alerts).not.toEqual(fitPlace(measured, OPTIONS).alerts);
  });
});

describe('a place', () => {
  const fit = fitPlace(pairsIn(hall, 120), OPTIONS);

  it('goes into a scenario as it is, with its source', () => {
    const text = placeText(fit, 'transport', [{ name: 'hall.ndjson', sha256: '' }]);
    const scenario = resolved(`${smallTown}${text}`);
    const { transport, group } = scenario.arms[0]!.parameters.radio.places;
    expect(transport).toEqual(placeOf(fit));
    expect(group).not.toEqual(transport);
    const sources = JSON.stringify(scenario.sources);
    expect(sources).toContain('hall.ndjson, 120 pairs');
  });

  it('has the noise of scans less that of the mean of 16 advertisements', () => {
    const of = (noise: number) => {
      const interval = { value: noise, low: noise, high: noise };
      return placeOf({
        parameters: { atOneMetre: interval, exponent: interval, shadowing: interval, noise: interval },
      });
    };
    expect(of(4.7)).toMatchObject({ atOneMetre: 4.7, exponent: 4.7, shadowing: 4.7, scanNoise: 4.6, advertNoise: 4 });
    expect(of(0.5).scanNoise).toBe(0);
  });

  it('is told in the words of the places that ship', () => {
    const interval = (value: number) => ({ value, low: value - 1, high: value + 1 });
    const parameters = {
      atOneMetre: interval(63.87),
      exponent: interval(0.36),
      shadowing: interval(5.32),
      noise: interval(4.66),
    };
    expect(parametersText(parameters)).toBe(
      '63.9 dB at 1 m (62.9 to 64.9), n 0.36 (-0.64 to 1.36), shadowing 5.3 (4.3 to 6.3), noise 4.7 (3.7 to 5.7)',
    );
  });
});
