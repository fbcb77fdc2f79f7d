/** Which days of an upload phones can find: those whose keys are published, over, and not too old. */
import { describe, expect, it } from 'vitest';
import { Simulation, type SimulationParameters, type Upload } from '../../src/population/simulation.ts';
import type { TracedExposure } from '../../src/population/tracing.ts';
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
    simulation.onExposure = ({ day: of, exposure: { transmitter } }: TracedExposure) =>
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
    const { all } = told({ keysBeforeOnset });
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

describe('real phones', () => {
  const isReal = (agent: number): boolean => agent < 500;
  const all = (simulation: Simulation) => Array.from({ length: 25 }, () => simulation.next());

  it('warn when they say so, and it is noted when they should', () => {
    const fast = new Simulation(small, () => true, 1);
    const days = all(fast);
    const slow = new Simulation(small, () => true, 1);
    slow.isReal = isReal;
    const same = Array.from({ length: 25 }, (_, k) => {
      slow.begin();
      // What the phones find is what they should find, on the day on which they should.
      const before = new Set(slow.expected.keys());
      const found = [...fast.notifiedOn.entries()].filter(([agent, day]) => day === k + 1 && isReal(agent));
      const figures = slow.end(found.map(([agent, day]) => ({ agent, at: day * 24 })));
      expect([...slow.expected].every(([agent, at]) => before.has(agent) || Math.floor(at / 24) === k + 1)).toBe(true);
      return figures;
    });
    expect(same).toEqual(days);
    expect(slow.expected.size).toBe(fast.notifiedOn.filter((day, agent) => day >= 0 && isReal(agent)).length);
    expect(slow.expected.size).toBeGreaterThan(100);
  });

  it('that find nothing warn nobody', () => {
    const simulation = new Simulation(small, () => true, 1);
    simulation.isReal = () => true;
    const days = all(simulation);
    expect(days.every(({ warned, quarantineDays }) => warned === 0 && quarantineDays === 0)).toBe(true);
    expect(simulation.expected.size).toBeGreaterThan(100);
  });
});
