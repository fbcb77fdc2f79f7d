/** What the framework tells the Corona-Warn-App, to a simulation in one step and to a phone through its memory: the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/core/exposure.ts';
import { judgeOf, reporterOf } from '../../src/device/cwa/judges.ts';
import { FRAMEWORK_READING, withFound } from '../../src/device/found.ts';
import { newMemory } from '../../src/device/memory.ts';
import { type TimedSighting, timedExposures } from '../../src/device/timedScans.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { modelNamed } from '../../src/risk/registry.ts';
import { NOON, TODAY } from '../helpers/immuniBackend.ts';

const DAY = 86_400;
const versions = [
  ['cwa-v1', 'cwa-v1-2020-06-15'],
  ['cwa-v1', 'cwa-v1-2020-09-14'],
  ['cwa-v2', 'cwa-v2-2020-11'],
  ['cwa-v2', 'cwa-v2-2021-04-15'],
] as const;
const own = (app: string, preset: string): unknown => modelNamed(app).parameters.parse(findPreset(preset).parameters);

/** Scans as the air has them: exact seconds. */
const scan = fc.record({
  since: fc.integer({ min: 210, max: 300 }),
  typical: fc.integer({ min: 35, max: 90 }),
  depth: fc.integer({ min: 0, max: 12 }),
});
const person = fc.record({
  ago: fc.integer({ min: 1, max: 14 }),
  begin: fc.integer({ min: 300, max: 40_000 }),
  level: fc.integer({ min: 3, max: 8 }),
  scans: fc.array(scan, { minLength: 1, maxLength: 30 }),
});
type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

/** The same as it lies in the air, and as a phone finds it that has noted when it scanned. */
function heardOf({ ago, begin, level, scans }: Person, k: number) {
  const midnight = (TODAY - ago) * DAY;
  let time = midnight + begin;
  const slices = scans.map(({ since, typical, depth }) => {
    time += since;
    return { seconds: since, time, low: typical, high: typical, min: typical - depth };
  });
  const sightings = slices.flatMap(({ seconds, low, min, ...slice }): TimedSighting[] =>
    [min, 2 * low - min].map((attenuation) => ({
      time: slice.time,
      sinceScan: seconds,
      attenuation,
      transmitter: `${k}`,
    })),
  );
  const told = { day: TODAY - ago, daysSinceExposure: ago, transmissionLevel: level, weight: 1 };
  const [found] = timedExposures(sightings);
  return { air: { slices, ...told } as Exposure, phone: { ...found!, ...told } };
}

describe.each(versions)('%s with %s', (app, preset) => {
  const parameters = own(app, preset);
  const reporter = reporterOf(app, parameters)!;

  it('warns from what lies in the air as a phone does from what it keeps', () => {
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 4 }), (people) => {
        const heard = people.map(heardOf);
        const exposures = heard.flatMap(({ air }) => reporter(air));
        const { alert } = modelNamed(app).assess(exposures, parameters, FRAMEWORK_READING);
        const judge = judgeOf(app, parameters, NOON);
        const found = heard.map(({ phone }) => judge.encoded(phone));
        const { notification } = withFound(newMemory(), found, judge, { now: NOON, shown: true });
        expect(notification !== null).toBe(alert);
        verdicts.add(alert);
      }),
      { numRuns: 300 },
    );
    expect(verdicts.size).toBe(2);
  });
});

describe('reports', () => {
  const air = (seconds: readonly number[], level?: number): Exposure => {
    let time = (TODAY - 2) * DAY + 30;
    const slices = seconds.map((since) => ({ seconds: since, time: (time += since), low: 50, high: 50, min: 45 }));
    const told = { day: TODAY - 2, daysSinceExposure: 2, weight: 1 };
    return { slices, ...told, ...(level !== undefined && { transmissionLevel: level }) };
  };

  it('of version 1 are durations in steps of five minutes around two thresholds, a mean and a level', () => {
    const [report] = reporterOf('cwa-v1', own('cwa-v1', 'cwa-v1-2020-06-15'))!(air([240, 290, 270], 6));
    expect(report).toMatchObject({ daysSinceExposure: 2, transmissionLevel: 6 });
    // 800 s are 13 whole minutes, from the 30th second on, below 55 dB.
    expect(report!.slices.map(({ seconds, low, high }) => [seconds, low, high])).toEqual([
      [900, 0, 55],
      [0, 55, 63],
      [0, 63, 255],
    ]);
  });

  it('of version 2 are windows of less than half an hour, with whole minutes', () => {
    const windows = reporterOf('cwa-v2', own('cwa-v2', 'cwa-v2-2021-04-15'))!(air(Array(10).fill(290), 8));
    expect(windows.map(({ slices }) => slices.length)).toEqual([7, 3]);
    expect(
      windows.every(({ isWindow, reportType, infectiousness }) => isWindow && reportType === 1 && infectiousness === 2),
    ).toBe(true);
    const seconds = windows.flatMap(({ slices }) => slices.map((slice) => slice.seconds));
    expect(seconds.every((one) => one % 60 === 0)).toBe(true);
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBe(2880);
  });

  it('count a key without a level as one whose level weighs 1', () => {
    const parameters = own('cwa-v2', 'cwa-v2-2021-04-15') as {
      transmissionRiskValueMapping: readonly { transmissionRiskLevel: number; transmissionRiskValue: number }[];
    };
    const level = parameters.transmissionRiskValueMapping.find(
      ({ transmissionRiskValue }) => transmissionRiskValue === 1,
    )!;
    const reporter = reporterOf('cwa-v2', parameters)!;
    expect(reporter(air([240, 240]))).toEqual(reporter(air([240, 240], level.transmissionRiskLevel)));
  });

  it('keep the time of several scans that are drawn as one', () => {
    const [window] = reporterOf('cwa-v2', own('cwa-v2', 'cwa-v2-2021-04-15'))!(air([240, 1200], 8));
    expect(window!.slices.map(({ seconds }) => seconds)).toEqual([240, 1200]);
  });

  it('are known of no other app', () => {
    expect(reporterOf('immuni', {})).toBeUndefined();
  });
});
