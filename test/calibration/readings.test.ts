/** What a reading changes: the figures of contract.md 1 on the Dublin tram, and which readings there are. */
import { describe, expect, it } from 'vitest';
import { check } from '../../calibration/check.ts';
import { presetJudge } from '../../calibration/judges.ts';
import { loadExposures } from '../../calibration/load.ts';
import { readingsOf } from '../../calibration/readings.ts';
import { sampleOf } from '../../calibration/sample.ts';
import { subjectsOf } from '../../calibration/subjects.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { exposureAt, metricOptions, sampleFrom } from '../helpers/calibrationData.ts';
import { readingWith } from '../helpers/fits.ts';
import { hasRealData, realData } from '../helpers/imports.ts';
import { bin, exposure } from '../helpers/riskFixtures.ts';

const june = presetJudge('immuni-2020-06-05');

describe('readings of a trace', () => {
  it('are three without bins, and say which was used', () => {
    const sample = sampleFrom([exposureAt(15, 60, { label: true }), exposureAt(20, 60, { label: false })], 'exposure');
    const rows = readingsOf(sample, [june], readingWith({ durationEdge: 'ge' }));
    expect(rows.map(({ binSplit, durationEdge, used }) => [binSplit, durationEdge, used])).toEqual([
      ['proportional', 'bucket', false],
      ['proportional', 'gt', false],
      ['proportional', 'ge', true],
    ]);
    // Exactly 15 minutes is D5 with closed-left edges only.
    expect(rows.map(({ confusions: [own] }) => own!.tp)).toEqual([0, 0, 1]);
    expect(rows.map(({ confusions: [own] }) => own!.fp)).toEqual([1, 1, 1]);
  });

  it('are nine with bins, and agree with check under each of them', () => {
    const exposures = [
      exposure([bin(14, 60, 62), bin(4, 72, 74)], { label: true }),
      exposure([bin(9, 72, 74)], { label: false }),
    ];
    const sample = sampleOf(subjectsOf(exposures, 'exposure'));
    const judges = [june, presetJudge('cwa-2020-05-assumption')];
    const rows = readingsOf(sample, judges, defaultReading);
    expect(rows).toHaveLength(9);
    expect(rows.filter(({ used }) => used)).toHaveLength(1);
    for (const { binSplit, durationEdge, confusions } of rows) {
      const checked = check(sample, judges, readingWith({ binSplit, durationEdge }), metricOptions, {
        replicates: 0,
        seed: 1,
      });
      expect(confusions).toEqual(checked.map(({ evaluation: { tp, fp, fn, tn } }) => ({ tp, fp, fn, tn })));
    }
  });

  it.skipIf(!hasRealData)('are the figures of the contract for the Dublin tram', async () => {
    const table = builtInDeviceTable('201214');
    const { exposures } = await loadExposures([realData('leith-tram')], { importing: {}, table, episodes: false });
    const rows = readingsOf(sampleOf(subjectsOf(exposures, 'exposure')), [june], defaultReading);
    const figures = Object.fromEntries(
      rows.map(({ binSplit, durationEdge, confusions: [own] }) => [`${binSplit} ${durationEdge}`, [own!.tp, own!.fp]]),
    );
    expect(figures).toMatchObject({
      'proportional ge': [16, 18],
      'lower ge': [19, 20],
      'upper ge': [16, 16],
      'proportional bucket': [9, 7],
    });
  });
});
