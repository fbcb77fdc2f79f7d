/** Which days of an upload phones can find: those whose keys are published, over, and not too old. */
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/core/exposure.ts';
import type { Upload } from '../../src/population/finding.ts';
import { Simulation, type SimulationParameters } from '../../src/population/simulation.ts';
import type { TracedExposure } from '../../src/population/tracing.ts';
import type { Alerts } from '../../src/population/warnings.ts';
import { plainDelivery, plainTown } from '../helpers/population.ts';

interface Told {
  readonly upload: Upload;
  readonly day: number;
}

const small: SimulationParameters = { ...plainTown, agents: 1000, first: 20 };

/** Every day of exposures with the upload that told of it, and the phones that judged them. */
function told(changes: Partial<SimulationParameters>, days = 20) {
  const simulation = new Simulation({ ...small, ...changes }, () => false, 1);
  const all: Told[] = [];
  const uploads: Upload[] = [];
  for (let day = 1; day <= days; day++) {
    const today = simulation.begin();
    uploads.push(...today);
    simulation.warnings.onExposure = ({ day: of, exposure: { transmitter } }: TracedExposure) =>
      all.push({ upload: today.find(({ agent }) => String(agent) === transmitter)!, day: of });
    simulation.end();
  }
  return { all, uploads };
}
/** Too many for Math.min. */
const least = (values: readonly number[]): number => values.reduce((min, value) => Math.min(min, value));
const dayOf = ({ at }: Upload): number => Math.floor(at / 24);

describe('keys of an upload', () => {
  it.each([0, 2, 5])('are published from %i days before the first symptoms on', (keysBeforeOnset) => {
    const { all } = told({ keys: { beforeOnset: keysBeforeOnset } });
    const earliest = least(all.map(({ upload, day }) => day - upload.onset));
    expect(earliest).toBe(0 - keysBeforeOnset);
    expect(all.every(({ upload, day }) => day >= Math.max(1, upload.onset - keysBeforeOnset))).toBe(true);
  });

  it('are never of the day of the upload, and those of yesterday wait until two hours after midnight', () => {
    const { all } = told({ delivery: { ...plainDelivery, operator: { median: 0.5, sigma: 2 } } });
    const sooner = all.filter(({ upload }) => upload.at % 24 <= 1.5);
    const later = all.filter(({ upload }) => upload.at % 24 > 1.5);
    expect([sooner.length > 20, later.length > 20]).toEqual([true, true]);
    expect(-least(sooner.map(({ upload, day }) => dayOf(upload) - day))).toBe(-2);
    expect(-least(later.map(({ upload, day }) => dayOf(upload) - day))).toBe(-1);
  });

  it('come in order of time, with the day of the symptoms', () => {
    const { uploads } = told({});
    expect(uploads.length).toBeGreaterThan(50);
    for (const [k, { at, onset }] of uploads.entries()) {
      expect(at).toBeGreaterThanOrEqual(uploads[k - 1]?.at ?? 0);
      // Tested two days after the onset, a day in the laboratory, two hours until the upload.
      expect(Math.floor(at / 24) - onset).toBe(3);
    }
  });
});

describe('tests', () => {
  it('are known on the day on which they are taken, and whoever uploads was tested before the result', () => {
    const simulation = new Simulation(small, () => false, 1);
    const taken = new Map<number, { readonly at: number; readonly result: number }>();
    let uploads = 0;
    for (let day = 1; day <= 20; day++) {
      const today = simulation.begin();
      for (const { agent, at, result } of simulation.tests) {
        expect([Math.floor(at / 24), result > at, taken.has(agent)]).toEqual([day, true, false]);
        taken.set(agent, { at, result });
      }
      for (const { agent, at } of today) expect(taken.get(agent)!.result).toBeLessThanOrEqual(at);
      uploads += today.length;
      simulation.end();
    }
    expect(uploads).toBeGreaterThan(50);
  });
});

describe('a phone that looks', () => {
  const judged = (delivery: Partial<SimulationParameters['delivery']>, seed = 1) => {
    const ages: number[] = [];
    const alerts = (exposures: readonly { readonly daysSinceExposure?: number }[]) => {
      ages.push(...exposures.map(({ daysSinceExposure }) => daysSinceExposure!));
      return false;
    };
    const parameters = { ...small, delivery: { ...plainDelivery, ...delivery } };
    const simulation = new Simulation(parameters, alerts, seed);
    for (let day = 1; day <= 20; day++) simulation.next();
    return ages;
  };

  it('has the days between the contact and its look', () => {
    const ages = judged({});
    expect([ages.length > 500, least(ages)]).toEqual([true, 1]);
  });

  it('has forgotten what is more than 14 days old', () => {
    const ages = judged({ offline: 0.9, background: 24, detections: 1 });
    expect(-least(ages.map((age) => -age))).toBe(14);
  });
});

describe('a rule that adds up', () => {
  const warnedBy = (alerts: Alerts, changes: Partial<SimulationParameters> = {}) => {
    const simulation = new Simulation({ ...small, ...changes }, alerts, 1);
    for (let day = 1; day <= 15; day++) simulation.next();
    return [...simulation.notifiedOn];
  };
  const people = (exposures: readonly Exposure[]): number => new Set(exposures.map((one) => one.transmitter)).size;
  const two: Alerts = Object.assign((exposures: readonly Exposure[]) => people(exposures) >= 2, { sums: true });

  it('sees what the phone has found of several who uploaded, others see one of them at a time', () => {
    expect(warnedBy(two).some((day) => day > 0)).toBe(true);
    expect(warnedBy((exposures) => people(exposures) >= 2).every((day) => day === -1)).toBe(true);
  });

  it('sees nothing that is older than 14 days', () => {
    const spans: number[] = [];
    const alerts = (exposures: readonly Exposure[]): boolean => {
      spans.push(...exposures.map(({ daysSinceExposure }) => daysSinceExposure!));
      return false;
    };
    warnedBy(Object.assign(alerts, { sums: true }), { keys: { beforeOnset: 14 } });
    expect(spans.length).toBeGreaterThan(1000);
    expect(spans.every((days) => days >= 1 && days <= 14)).toBe(true);
  });

  it('warns as one that does not where any one exposure is enough', () => {
    const near = (exposures: readonly Exposure[]): boolean =>
      exposures.some(({ slices }) => slices.filter(({ low }) => low <= 60).length >= 4);
    expect(warnedBy(Object.assign((all: readonly Exposure[]) => near(all), { sums: true }))).toEqual(warnedBy(near));
  });

  it('is told the level of each key, by days since the symptoms', () => {
    const levels = new Set<number | undefined>();
    const alerts = (exposures: readonly Exposure[]): boolean => {
      for (const { transmissionLevel } of exposures) levels.add(transmissionLevel);
      return false;
    };
    warnedBy(alerts);
    expect([...levels]).toEqual([undefined]);
    levels.clear();
    warnedBy(alerts, { keys: { beforeOnset: 4, levelOf: (days) => days + 5 } });
    // Four days before the symptoms to two after them: the upload is on the third.
    expect([...levels].toSorted((one, other) => one! - other!)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('real phones', () => {
  const isReal = (agent: number): boolean => agent < 500;
  const all = (simulation: Simulation) => Array.from({ length: 25 }, () => simulation.next());

  it('warn when they say so, and it is noted when they should', () => {
    const fast = new Simulation(small, () => true, 1);
    const days = all(fast);
    const slow = new Simulation(small, () => true, 1);
    slow.warnings.isReal = isReal;
    const same = Array.from({ length: 25 }, (_, k) => {
      slow.begin();
      // What the phones find is what they should find, on the day on which they should.
      const before = new Set(slow.warnings.expected.keys());
      const found = [...fast.notifiedOn.entries()].filter(([agent, day]) => day === k + 1 && isReal(agent));
      const figures = slow.end(found.map(([agent, day]) => ({ agent, at: day * 24 })));
      expect(
        [...slow.warnings.expected].every(([agent, at]) => before.has(agent) || Math.floor(at / 24) === k + 1),
      ).toBe(true);
      return figures;
    });
    expect(same).toEqual(days);
    expect(slow.warnings.expected.size).toBe(fast.notifiedOn.filter((day, agent) => day >= 0 && isReal(agent)).length);
    expect(slow.warnings.expected.size).toBeGreaterThan(100);
  });

  it('that find nothing warn nobody', () => {
    const simulation = new Simulation(small, () => true, 1);
    simulation.warnings.isReal = () => true;
    const days = all(simulation);
    expect(days.every(({ warned, quarantineDays }) => warned === 0 && quarantineDays === 0)).toBe(true);
    expect(simulation.warnings.expected.size).toBeGreaterThan(100);
  });
});
