/** Detection against listening in the report: the schedules of arms among a grid of others. */
import { describe, expect, it } from 'vitest';
import type { Block, Figure, LineFigure, Table } from '../../src/core/document.ts';
import { chanceOfScan, durationError, listeningPerHour } from '../../src/propagation/listening.ts';
import { frameworkSchedule, seedSchedule } from '../../src/propagation/schedule.ts';
import { intervals, listeningBlocks, listeningOf, windows } from '../../src/scenario/listeningBlocks.ts';
import type { ScenarioRun } from '../../src/scenario/run.ts';
import { resolved, smallTown } from '../helpers/scenario.ts';

/** Blocks depend on nothing that happened. */
const blocksOf = (arms: string): readonly Block[] => {
  const scenario = resolved(`${smallTown}${arms}`);
  const run: ScenarioRun = {
    scenario,
    arms: scenario.arms.map((arm) => ({ arm, outcomes: [], figures: [] })),
    checks: [],
    asked: 1,
  };
  return listeningBlocks(run);
};
const plotOf = (blocks: readonly Block[], name: string): LineFigure =>
  blocks.find((block): block is Figure => block.kind === 'figure' && block.name === name)!.plot as LineFigure;
const rowsOf = (blocks: readonly Block[]): Table['rows'] =>
  blocks.find((block): block is Table => block.kind === 'table')!.rows;

const THREE = `arms:
  no-app: { app: { adoption: 0 } }
  default: {}
  far: { app: { adoption: 0.9 } }
  seed: { radio: { schedule: { window: 2, interval: 300, jitter: 0 } } }
`;

describe('what listening costs and notices', () => {
  const blocks = blocksOf(THREE);

  it('names the schedules of arms with an app, equal ones together', () => {
    const rows = rowsOf(blocks);
    expect(rows.slice(0, 2).map(({ arms, window, interval }) => [arms, window, interval])).toEqual([
      ['default, far', 4, 300],
      ['seed', 2, 300],
    ]);
    // Its own schedule is one of the grid, and stands once.
    expect(rows).toHaveLength(2 + intervals.length - 1);
    expect(rows.filter(({ window, interval }) => window === 4 && interval === 300)).toHaveLength(1);
    for (const { arms, window } of rows.slice(2)) expect([arms, window]).toEqual(['', 4]);
  });

  it('says what each costs and notices', () => {
    const [own, seed] = rowsOf(blocks);
    expect(own).toMatchObject({
      perHour: listeningPerHour(frameworkSchedule),
      brief: chanceOfScan(frameworkSchedule, 120),
      five: 1,
      ten: 1,
    });
    expect(own!['error']).toBeCloseTo(durationError(frameworkSchedule, [600, 1200], 2000, 1) / 60, 9);
    expect(seed).toMatchObject({ perHour: 24, brief: 0.4, five: 1 });
    // A third of five minutes: the mean of 2 I f (1 - f) over whole intervals.
    expect(seed!['error']).toBeCloseTo(5 / 3, 1);
    expect(own!['attenuation']).toBeLessThan(seed!['attenuation'] as number);
  });

  it.each([
    ['listening-noticed', (k: number, window: number) => ({ window, minutes: intervals[k]!, y: 'brief' as const })],
    ['listening-error', (k: number, window: number) => ({ window, minutes: intervals[k]!, y: 'error' as const })],
  ])('%s: a line for each window from rare scans to frequent ones, and points of the scenario', (name, of) => {
    const { series } = plotOf(blocks, name);
    expect(series.map((one) => one.name)).toEqual([
      ...windows.map((window) => `listens for ${window} s`),
      'this scenario',
    ]);
    for (const [w, window] of windows.entries()) {
      const points = series[w]!.points.toReversed();
      expect(points).toHaveLength(intervals.length);
      for (const k of [0, intervals.length - 1]) {
        const { minutes, y } = of(k, window);
        const interval = minutes * 60;
        const listening = listeningOf({ window, interval, jitter: 0.3 * interval, advertInterval: 0.25 }, 1);
        expect(points[k]!.x).toBeCloseTo(listening.perHour, 9);
        expect(points[k]!.y).toBeCloseTo(y === 'error' ? listening.error : listening.noticed.brief, 9);
      }
    }
    expect(series.at(-1)!.points.map(({ x, label }) => [Math.round(x), label])).toEqual([
      [56, 'default, far'],
      [24, 'seed'],
    ]);
  });

  it('has all points inside of its axes', () => {
    const { series, x } = plotOf(blocks, 'listening-noticed');
    const [low, high] = x.domain!;
    for (const point of series.flatMap(({ points }) => points)) {
      expect(point.x).toBeGreaterThanOrEqual(low);
      expect(point.x).toBeLessThanOrEqual(high);
    }
  });

  it('leaves out windows in which no advertisement fits', () => {
    const slow = blocksOf('radio: { schedule: { window: 4, interval: 300, jitter: 0, advertInterval: 3 } }\n');
    const names = plotOf(slow, 'listening-noticed').series.map((one) => one.name);
    expect(names).toEqual(['listens for 4 s', 'listens for 8 s', 'this scenario']);
  });

  it('says nothing where nobody has the app', () => {
    expect(blocksOf('app: { adoption: 0 }\n')).toEqual([]);
  });

  it('knows the schedules that ship', () => {
    expect(listeningOf(seedSchedule, 1)).toMatchObject({
      perHour: 24,
      noticed: { brief: 0.4, five: 1, ten: 1 },
    });
  });
});
