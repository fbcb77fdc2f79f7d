/** The histogram of exposures: rules counted on it alert as often as on the exposures themselves. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { alertsOf, generatorsOf } from '../../calibration/grid.ts';
import { ruleJudge } from '../../calibration/judges.ts';
import { buildLattice } from '../../calibration/lattice.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import type { TracedExposure } from '../../src/population/tracing.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { attenuationIndex, durationIndex, ENV1_SCALE } from '../../src/risk/scale.ts';
import {
  ExposureHistogram,
  type HistogramCell,
  histogramColumns,
  histogramRows,
} from '../../src/scenario/histogram.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { runTown } from '../../src/scenario/town.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { here, resolved, smallTown } from '../helpers/scenario.ts';

const TRUTH = { minutes: 15, metres: 2 };

interface Labelled {
  readonly exposure: Exposure;
  readonly label: boolean;
  readonly days: number;
}

/** A town, its exposures one by one, and its histogram. */
function counted(days: number, seed = 1) {
  const [arm] = resolved(`${smallTown}arms: { default: {} }\n`, { agents: 2000 }).arms;
  const all: Labelled[] = [];
  let day = 1;
  const outcome = runTown(
    { arm: arm!, seed, days, isCounted: true },
    {
      day: () => day++,
      exposure: ({ exposure, encounters, day: of }) => {
        const near = encounters.filter(({ metres }) => metres <= arm!.parameters.truth.metres);
        const minutes = near.reduce((sum, encounter) => sum + encounter.minutes, 0);
        all.push({ exposure, label: minutes >= arm!.parameters.truth.minutes, days: day - of });
      },
    },
  );
  return { all, outcome, cells: outcome.histogram! };
}

const weightOf = (cells: readonly HistogramCell[]): number => cells.reduce((sum, { weight }) => sum + weight, 0);

describe('the histogram of a town', () => {
  let town: ReturnType<typeof counted>;
  beforeAll(() => {
    town = counted(40);
  });

  it('has every exposure once, with its label and its age', () => {
    const { all, cells, outcome } = town;
    expect(all.length).toBeGreaterThan(300);
    expect(weightOf(cells)).toBe(all.length);
    expect(weightOf(cells)).toBe(outcome.series.reduce((sum, { exposures }) => sum + exposures, 0));
    expect(weightOf(cells.filter(({ label }) => label))).toBe(all.filter(({ label }) => label).length);
    for (let days = 0; days <= 15; days++)
      expect(weightOf(cells.filter((cell) => cell.days === days))).toBe(all.filter((one) => one.days === days).length);
  });

  it('has no cell twice, in order', () => {
    const keys = town.cells.map(({ attenuation, minutes, days, label }) => [attenuation, minutes, days, Number(label)]);
    for (let k = 1; k < keys.length; k++) {
      const at = keys[k]!.findIndex((value, part) => value !== keys[k - 1]![part]);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(keys[k]![at]!).toBeGreaterThan(keys[k - 1]![at]!);
    }
  });

  it('gives the alerts of all rules of the lattice, true and false, as the exposures do', () => {
    const lattice = buildLattice();
    for (const truth of [true, false]) {
      const subjects = town.all
        .filter(({ label }) => label === truth)
        .map(({ exposure }) => ({ exposures: [exposure], truth, weight: 1 }));
      const generators = generatorsOf(lattice, subjects as never, ENV1_SCALE, defaultReading);
      const grid = new Float64Array(64);
      for (const { attenuation, minutes, label, weight } of town.cells) {
        if (label !== truth) continue;
        const row = durationIndex(minutes, ENV1_SCALE, 'bucket');
        grid[8 * row + attenuationIndex(attenuation, ENV1_SCALE)]! += weight;
      }
      for (let rule = 0; rule < lattice.size; rule++) {
        let flagged = 0;
        for (let cell = 0; cell < 64; cell++)
          if (cell % 8 >= lattice.lengths[8 * rule + Math.floor(cell / 8)]!) flagged += grid[cell]!;
        expect(flagged).toBe(alertsOf(lattice, generators, rule).reduce((sum, alert) => sum + alert, 0));
      }
    }
  });

  it.each([50, 55, 60, 65, 70, 75])('gives the alerts of rules at %i dB and any whole minutes', (attenuation) => {
    for (const minutes of [1, 5, 10, 15, 20, 60]) {
      const judge = ruleJudge(`attenuation<=${attenuation} minutes>=${minutes}`);
      const direct = town.all.filter(({ exposure }) => judge.assess([exposure], defaultReading).alert).length;
      const inside = town.cells.filter((cell) => cell.attenuation <= attenuation && cell.minutes >= minutes);
      expect(weightOf(inside)).toBe(direct);
    }
  });

  it('changes nothing of the run, and is made only when asked for', () => {
    const [arm] = resolved(`${smallTown}arms: { default: {} }\n`, { agents: 2000 }).arms;
    const without = runTown({ arm: arm!, seed: 1, days: 40 });
    expect(without.histogram).toBeUndefined();
    expect(without.digest).toBe(town.outcome.digest);
  });

  it('is the same by threads', async () => {
    const scenario = resolved(`${smallTown}replicates: 2\n`);
    const workers = new TownWorkers(2);
    try {
      const [apart, together] = await Promise.all([
        runScenario(scenario, workers, { isCounted: true }),
        runScenario(scenario, here, { isCounted: true }),
      ]);
      expect(histogramRows(apart)).toEqual(histogramRows(together));
    } finally {
      await workers.close();
    }
  });
});

describe('one exposure', () => {
  const traced = (
    slices: readonly (readonly [seconds: number, attenuation: number])[],
    encounters: TracedExposure['encounters'] = [],
  ): TracedExposure => ({
    receiver: 1,
    day: 3,
    encounters,
    exposure: { weight: 1, slices: slices.map(([seconds, low]) => ({ seconds, low, high: low, time: 0 })) },
  });
  const cellOf = (one: TracedExposure, day = 5): HistogramCell => {
    const histogram = new ExposureHistogram(TRUTH);
    histogram.add(one, day);
    const [cell, ...others] = histogram.cells();
    expect(others).toEqual([]);
    return cell!;
  };

  it.each([
    ['whole minutes, as far as they are full', [[959, 60]], { attenuation: 60, minutes: 15 }],
    ['16 minutes that rounding makes 15.99..', [[960.0000000000001 - 2e-13, 60]], { attenuation: 60, minutes: 16 }],
    [
      'the mean over time, rounded',
      [
        [60, 50],
        [180, 61],
      ],
      { attenuation: 58, minutes: 4 },
    ],
    [
      'half a decibel upwards',
      [
        [60, 50],
        [60, 51],
      ],
      { attenuation: 51, minutes: 2 },
    ],
    ['more minutes than a day has', [[300_000, 60]], { attenuation: 60, minutes: 4095 }],
    ['0 dB', [[60, 0]], { attenuation: 0, minutes: 1 }],
  ] as const)('counts as %s', (_, slices, expected) => {
    expect(cellOf(traced(slices))).toEqual({ ...expected, days: 2, label: false, weight: 1 });
  });

  it.each([
    ['near and long enough', [[15, 2]], true],
    [
      'long enough in two parts',
      [
        [8, 1],
        [7, 1.5],
      ],
      true,
    ],
    ['too far', [[15, 2.01]], false],
    ['too short', [[14.9, 1]], false],
    [
      'far and near',
      [
        [60, 5],
        [10, 1],
      ],
      false,
    ],
  ] as const)('%s: a true contact %s', (_, parts, label) => {
    const encounters = parts.map(([minutes, metres]) => ({ minutes, metres, begin: 0 }));
    expect(cellOf(traced([[600, 60]], encounters)).label).toBe(label);
  });

  it('comes back from its cell', () => {
    const exposure = fc.record({
      attenuation: fc.integer({ min: 0, max: 255 }),
      minutes: fc.integer({ min: 0, max: 1440 }),
      days: fc.integer({ min: 0, max: 15 }),
      times: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(exposure, ({ attenuation, minutes, days, times }) => {
        const histogram = new ExposureHistogram(TRUTH);
        for (let k = 0; k < times; k++) histogram.add(traced([[minutes * 60, attenuation]]), 3 + days);
        expect(histogram.cells()).toEqual([{ attenuation, minutes, days, label: false, weight: times }]);
      }),
    );
  });
});

it('rows name their arm and replicate; arms without the app have none', async () => {
  const text = `${smallTown}replicates: 2\narms: { no-app: { app: { adoption: 0 } }, default: {} }\n`;
  const rows = histogramRows(await runScenario(resolved(text), here, { isCounted: true }));
  expect(new Set(rows.map(({ arm, replicate }) => `${arm} ${replicate}`))).toEqual(new Set(['default 0', 'default 1']));
  expect(Object.keys(rows[0]!)).toEqual([...histogramColumns]);
  expect(histogramRows(await runScenario(resolved(text), here))).toEqual([]);
});
