/** Precision and recall of packets: the published figures, and counting by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curve } from '../../calibration/curve.ts';
import { curveDocument } from '../../calibration/documents/curve.ts';
import { attenuationBy } from '../../calibration/load.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import { renderText } from '../../src/report/text.ts';
import { wilson } from '../../src/stats/intervals.ts';
import { dp3tSqlite } from '../../src/trace/importers/dp3tSqlite.ts';
import { hasRealData, importAll, realData } from '../helpers/imports.ts';

const packet = fc.record({
  attenuation: fc.integer({ min: 40, max: 90 }),
  distance: fc.option(fc.integer({ min: 0, max: 6 }).map((steps) => steps / 2)),
});

describe('a curve', () => {
  it('counts packets at or below both limits', () => {
    const thresholds = [50, 55.5, 70];
    fc.assert(
      fc.property(fc.array(packet), fc.constantFrom(1, 1.5, 2), (packets, limit) => {
        const curve = new Curve(limit, thresholds);
        for (const { attenuation, distance } of packets) curve.add({ distance }, attenuation);
        const known = packets.filter(({ distance }) => distance !== null);
        expect([curve.n, curve.unknown]).toEqual([known.length, packets.length - known.length]);
        const relevant = known.filter(({ distance }) => distance! <= limit);
        expect(curve.points).toHaveLength(thresholds.length);
        for (const [k, point] of curve.points.entries()) {
          const detected = known.filter(({ attenuation }) => attenuation <= thresholds[k]!);
          const both = detected.filter((one) => relevant.includes(one)).length;
          const [precision, recall] = [wilson(both, detected.length), wilson(both, relevant.length)];
          expect(point).toEqual({
            threshold: thresholds[k],
            n: known.length,
            relevant: relevant.length,
            detected: detected.length,
            precision: precision.value,
            precisionInterval: precision.low === null ? null : [precision.low, precision.high],
            recall: recall.value,
            recallInterval: recall.low === null ? null : [recall.low, recall.high],
          });
        }
      }),
    );
  });

  it('takes a missing distance for unknown, not for near', () => {
    const curve = new Curve(2, [60]);
    for (const distance of [undefined, null, 0]) curve.add({ distance }, 50);
    expect([curve.n, curve.unknown, curve.points[0]!.relevant]).toEqual([1, 2, 1]);
  });

  it('drops packets without a signal strength and counts them, unless they have no distance either', () => {
    const curve = new Curve(2, [60, 255]);
    for (const distance of [1, 9, null]) curve.add({ distance }, null);
    curve.add({ distance: 1 }, 50);
    expect([curve.n, curve.unknown, curve.withoutSignal]).toEqual([1, 1, 2]);
    expect(curve.points.map(({ relevant, detected }) => [relevant, detected])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('says in words what is undefined', () => {
    const curve = new Curve(2, [60]);
    curve.add({ distance: 3 }, 70);
    const text = renderText(
      curveDocument({
        schema: 'enlab.calibrate.curve',
        version: 1,
        options: { distance: 2, deviceTable: '200813' },
        data: { n: curve.n, unknown: 0, withoutSignal: 4, files: [] },
        points: curve.points,
      }),
      { width: 200, color: false },
    );
    expect(text).toContain('undefined (0 detected)');
    expect(text).toContain('undefined (0 relevant)');
    expect(text).toContain('0 without one and 4 without a signal strength were left out');
  });
});

describe.skipIf(!hasRealData)('the DP-3T measurements with table 200813', () => {
  const curveOf = async (distance: number, thresholds: readonly number[], ...names: readonly string[]) => {
    const attenuationOf = attenuationBy(builtInDeviceTable('200813'));
    const curve = new Curve(distance, thresholds);
    for (const name of names) {
      const { records } = await importAll(dp3tSqlite, 'sighting', realData(`dp3t-exp34/${name}.sqlite`));
      for (const record of records) curve.add(record, attenuationOf(record));
    }
    return curve;
  };

  it('of lunch and office give the figures of datasets.md 2', async () => {
    const curve = await curveOf(1.5, [50, 55, 60, 63, 70], 'scenario01-lunch', 'scenario03-office');
    expect(curve.n).toBe(5141);
    expect(curve.points.map(({ relevant, detected }) => [relevant, detected])).toEqual([
      [1662, 1014],
      [1662, 2019],
      [1662, 3386],
      [1662, 4308],
      [1662, 5110],
    ]);
    expect(curve.points.map(({ precision, recall }) => [precision!.toFixed(4), recall!.toFixed(4)])).toEqual([
      ['0.6016', '0.3670'],
      ['0.4869', '0.5915'],
      ['0.4067', '0.8285'],
      ['0.3556', '0.9218'],
      ['0.3245', '0.9976'],
    ]);
  });

  it.each([
    ['scenario01-lunch', '0.5314', '0.5987'],
    ['scenario03-office', '0.3997', '0.5735'],
  ])('of %s alone at 55 dB: %s and %s', async (name, precision, recall) => {
    const [point] = (await curveOf(1.5, [55], name)).points;
    expect([point!.precision!.toFixed(4), point!.recall!.toFixed(4)]).toEqual([precision, recall]);
  });
});
