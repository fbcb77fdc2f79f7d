import { afterAll, describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/scenario/figures.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { seriesRows } from '../../src/scenario/series.ts';
import { runTown, type TownTask } from '../../src/scenario/town.ts';
import { scanWriter } from '../../src/scenario/trace.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { here, resolved, smallTown } from '../helpers/scenario.ts';

/** With R of 3, and people who do as they are told. */
const town = `${smallTown}replicates: 2
disease: { firstInfected: 10, perMinute: 0.003 }
app: { adoption: 0.8, uploads: 1 }
behaviour: { complies: 1 }
`.replace('disease: { firstInfected: 10 }\n', '');
const taskOf = (text: string, arm = 'default', seed = 1): TownTask => {
  const { arms, days } = resolved(text);
  return { arm: arms.find(({ name }) => name === arm)!, seed, days };
};
const run = await runScenario(resolved(town), here);
const [without, withApp] = run.arms;

describe('a run', () => {
  it('is the same each time, and another with another seed', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => runTown(taskOf(town, 'default', seed)));
    expect(same).toEqual(one);
    expect(other!.digest).not.toBe(one!.digest);
    expect(withApp!.outcomes).toEqual([one, other]);
  });

  it('is one with the arm without an app until somebody stays at home because of a warning', () => {
    const [bare, warned] = [without!.outcomes[0]!.series, withApp!.outcomes[0]!.series];
    const first = warned.findIndex(({ quarantineDays }) => quarantineDays > 0);
    expect(first).toBeGreaterThan(1);
    const infections = (series: typeof bare) => series.slice(0, first + 1).map((day) => day.infections);
    expect(infections(warned)).toEqual(infections(bare));
    expect(warned).not.toEqual(bare);
  });

  it('counts each infection once: by day, by cohort, by who infected', () => {
    for (const { outcomes } of run.arms)
      for (const { series, infected, infectees } of outcomes) {
        const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
        expect(infected[0]).toBe(10);
        expect(infected.slice(1)).toEqual(series.map(({ infections }) => infections));
        expect(sum(infectees)).toBe(sum(infected) - 10);
        expect(sum(infectees)).toBeGreaterThan(100);
      }
  });

  it('changes on its day, and not before', () => {
    const change = 'changes: [{ day: 15, set: { app: { uploads: 0 } } }]\n';
    const [as, changed] = [town, town + change].map((text) => runTown(taskOf(text)).series);
    expect(changed!.slice(0, 14)).toEqual(as!.slice(0, 14));
    // Who had agreed before uploads some days later.
    expect(as!.slice(22).some(({ uploads }) => uploads > 0)).toBe(true);
    expect(changed!.slice(22).every(({ uploads }) => uploads === 0)).toBe(true);
  });

  it('warns by another rule from the day of its change on', () => {
    const never = 'changes: [{ day: 15, set: { app: { risk: "minutes>1439" } } }]\n';
    const series = runTown(taskOf(town + never)).series;
    expect(series.slice(0, 14).some(({ warned }) => warned > 0)).toBe(true);
    expect(series.slice(14).every(({ warned }) => warned === 0)).toBe(true);
  });
});

describe('figures', () => {
  const context = { agents: 500, infectiousDays: 14, reference: without!.outcomes[0] };

  it('are sums of days', () => {
    const { series, infected } = withApp!.outcomes[0]!;
    const sum = (key: 'infections' | 'warned' | 'warnedRightly') => series.reduce((all, day) => all + day[key], 0);
    const figures = withApp!.figures[0]!;
    expect(figures).toMatchObject({
      infections: sum('infections'),
      warned: sum('warned'),
      warnedWrongly: sum('warned') - sum('warnedRightly'),
      attackRate: infected.reduce((all, count) => all + count, 0) / 500,
      averted: without!.figures[0]!['infections']! - sum('infections'),
    });
    expect(series[figures['peakDay']! - 1]!.infections).toBe(figures['peakInfections']);
    expect(figuresOf(withApp!.outcomes[0]!, context)).toEqual(figures);
  });

  it('are undefined where there is nothing to count', () => {
    expect(without!.figures[0]).toMatchObject({ warned: 0, rightShare: null, averted: 0, warnedPerAverted: null });
    const alone = figuresOf(withApp!.outcomes[0]!, { ...context, reference: undefined });
    expect(alone).toMatchObject({ averted: null, warnedPerAverted: null });
    // Those at the begin infect until day 14.
    expect(figuresOf(runTown({ ...taskOf(town), days: 13 }), context)['reproduction']).toBeNull();
    const { infectees } = runTown({ ...taskOf(town), days: 14 });
    expect(figuresOf(runTown({ ...taskOf(town), days: 14 }), context)['reproduction']).toBe(infectees[0]! / 10);
  });

  it('of days come for each arm, replicate and day', () => {
    const rows = seriesRows(run);
    expect(rows).toHaveLength(2 * 2 * 30);
    expect(rows[30 * 3 + 4]).toMatchObject({ arm: 'default', replicate: 1, day: 5 });
  });
});

describe('workers', () => {
  const workers = [1, 2].map((count) => new TownWorkers(count));
  afterAll(() => Promise.all(workers.map((pool) => pool.close())));

  it('of any number give what one thread gives', async () => {
    const runs = await Promise.all(workers.map((pool) => runScenario(resolved(town), pool)));
    for (const one of runs)
      expect(one.arms.map(({ outcomes }) => outcomes)).toEqual(run.arms.map(({ outcomes }) => outcomes));
  });

  it('tell days in order, and exposures before the end of their day', async () => {
    const told: string[] = [];
    const task = taskOf(town);
    const listener = { day: (day: number) => told.push(`day ${day}`), exposure: () => told.push('exposure') };
    await workers[1]!.run(task, listener);
    const expected: string[] = [];
    runTown(task, { day: (day) => expected.push(`day ${day}`), exposure: () => expected.push('exposure') });
    expect(told).toEqual(expected);
    expect(told.filter((what) => what === 'exposure').length).toBeGreaterThan(100);
  });

  it('hand on what fails in them, and go on', async () => {
    const task = taskOf(town);
    const { parameters } = task.arm;
    const bad = {
      ...task,
      arm: { ...task.arm, parameters: { ...parameters, app: { ...parameters.app, models: [] } } },
    };
    await expect(workers[0]!.run(bad)).rejects.toThrow();
    expect((await workers[0]!.run(task)).digest).toBe(withApp!.outcomes[0]!.digest);
  });

  it('hand on what whoever listens throws', async () => {
    const full = () => {
      throw new Error('no room');
    };
    await expect(workers[1]!.run(taskOf(town), { exposure: full })).rejects.toThrow('no room');
  });
});

describe('a trace', () => {
  it('has scans in order of time, labelled by time and distance', () => {
    const truth = { minutes: 15, metres: 2 };
    const written: {
      time: number;
      label?: boolean | null | undefined;
      receiver: string;
      transmitter: string;
      distance?: number | null | undefined;
    }[] = [];
    const traced = new Map<string, boolean>();
    const { listener, end } = scanWriter(truth, (scans) => written.push(...scans));
    runTown(taskOf(town), {
      day: listener.day,
      exposure: (exposure) => {
        const near = exposure.encounters
          .filter(({ metres }) => metres <= 2)
          .reduce((sum, { minutes }) => sum + minutes, 0);
        traced.set(`${exposure.receiver} ${exposure.exposure.transmitter} ${exposure.day}`, near >= 15);
        listener.exposure(exposure);
      },
    });
    end();
    expect(written.length).toBeGreaterThan(1000);
    for (const [k, { time, label, receiver, transmitter }] of written.entries()) {
      expect(time).toBeGreaterThanOrEqual(written[k - 1]?.time ?? 0);
      // Rounding may carry a scan of the last half second into the next day.
      if (time % 86_400 !== 0)
        expect(label).toBe(traced.get(`${receiver} ${transmitter} ${Math.floor(time / 86_400)}`));
    }
    expect(new Set(written.map(({ label }) => label))).toEqual(new Set([true, false]));
  });

  it('comes in pieces, so that a day of a nation is never one text', () => {
    const pieces: number[] = [];
    const times: number[] = [];
    const { listener, end } = scanWriter({ minutes: 15, metres: 2 }, (scans) => {
      pieces.push(scans.length);
      for (const { time } of scans) times.push(time);
    });
    const slices = Array.from({ length: 25_001 }, (_, k) => ({
      seconds: 240,
      time: 86_400 + ((k * 7919) % 25_001),
      low: 60,
      high: 60,
      min: 55,
      distance: 1,
    }));
    const exposure = { receiver: '1', transmitter: '2', day: 1, slices, weight: 1 };
    listener.exposure({ receiver: 1, day: 1, exposure, encounters: [] });
    end();
    expect(pieces).toEqual([10_000, 10_000, 5_001]);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });
});
