/** What path loss is fitted to: made-up exposures, and the public sets where they are at hand. */
import { describe, expect, it } from 'vitest';
import { loadExposures } from '../../calibration/load.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import type { Slice } from '../../src/core/exposure.ts';
import { fitPathLoss, pathLossIntervals } from '../../src/propagation/fit.ts';
import { observationsOf } from '../../src/propagation/observations.ts';
import { hasRealData, realData } from '../helpers/imports.ts';

describe('an exposure', () => {
  it.each<[string, Slice, number | undefined, object | undefined]>([
    ['a scan', { seconds: 240, low: 60, high: 60, distance: 2 }, undefined, { distance: 2, attenuation: 60, scans: 1 }],
    ['a bin', { seconds: 510, low: 60, high: 62 }, 1.5, { distance: 1.5, attenuation: 61, scans: 2 }],
    [
      'its own distance first',
      { seconds: 9, low: 60, high: 60, distance: 2 },
      9,
      { distance: 2, attenuation: 60, scans: 1 },
    ],
    ['phones that touch', { seconds: 9, low: 40, high: 40 }, 0, { distance: 0.1, attenuation: 40, scans: 1 }],
    ['no distance', { seconds: 240, low: 60, high: 60 }, undefined, undefined],
    ['an empty bin', { seconds: 0, low: 60, high: 62 }, 1.5, undefined],
  ])('with %s', (_, slice, distance, expected) => {
    const observations = observationsOf({ slices: [slice], weight: 1, ...(distance !== undefined && { distance }) });
    expect(observations).toEqual(expected === undefined ? [] : [expected]);
  });
});

/** Fits of the public sets, as docs/propagation.md has them: device table 201214, 1,000 replicates of seed 1. */
describe.skipIf(!hasRealData).each([
  ['leith-tram', 70, [63.87, 0.36, 5.32, 4.66], [-0.06, 0.8]],
  ['leith-bus', 60, [74.35, 0.22, 5.14, 4.79], [-1.09, 1.2]],
  ['dp3t-exp34/scenario01-lunch.sqlite', 171, [55.1, 1.19, 3.92, 4.27], [0.92, 1.49]],
  ['dp3t-exp34/scenario03-office.sqlite', 88, [53.78, 1.02, 3.44, 4.02], [0.74, 1.33]],
])('path loss of %s (public data)', (name, count, figures, exponents) => {
  it('is what the docs say', async () => {
    const table = builtInDeviceTable('201214');
    const { exposures } = await loadExposures([realData(name)], { table, episodes: false, importing: {} });
    const pairs = exposures.map(observationsOf).filter((pair) => pair.length > 0);
    expect(pairs).toHaveLength(count);
    const { atOneMetre, exponent, shadowing, noise } = fitPathLoss(pairs);
    for (const [k, value] of [atOneMetre, exponent, shadowing, noise].entries())
      expect(value).toBeCloseTo(figures[k]!, 2);
    const { exponent: interval } = pathLossIntervals(pairs, { seed: 1, replicates: 1000 });
    for (const [k, value] of interval.entries()) expect(value).toBeCloseTo(exponents[k]!, 2);
  });
});
