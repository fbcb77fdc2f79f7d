/** A population with an app: limits, arms that are one until the first warning, and what warnings change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetJudge } from '../../calibration/judges.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { Apart } from '../../src/population/apart.ts';
import { keptOn, type PossibleWarning } from '../../src/population/finding.ts';
import { type DayFigures, Simulation, type SimulationParameters } from '../../src/population/simulation.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { plainPhones, plainTown } from '../helpers/population.ts';

const town: SimulationParameters = {
  ...plainTown,
  first: 15,
  epidemic: {
    ...plainTown.epidemic,
    transmission: { perMinute: 0.0025, peak: 0, spread: 2.5, asymptomatic: 0.5 },
  },
  course: {
    incubation: { median: 5, sigma: 0.4 },
    symptomatic: 0.6,
    testing: { tested: 0.9, wait: { median: 2, sigma: 0.3 }, lab: { median: 0, sigma: 0 }, sensitivity: 0.9 },
  },
  phones: { ...plainPhones, adoption: 0.6 },
  behaviour: { uploads: 0.8, complies: 0.7, calls: 0.5, quarantine: 10, isolation: 10 },
};
const DAYS = 30;
const always = () => true;
const never = () => false;

function run(
  changes: Partial<SimulationParameters> = {},
  alerts: (exposures: readonly Exposure[]) => boolean = always,
  seed = 1,
) {
  const simulation = new Simulation({ ...town, ...changes }, alerts, seed);
  return Array.from({ length: DAYS }, () => simulation.next());
}
const total = (days: readonly DayFigures[], name: keyof DayFigures) => days.reduce((sum, day) => sum + day[name], 0);
const behaving = (changes: Partial<SimulationParameters['behaviour']>) => ({
  behaviour: { ...town.behaviour, ...changes },
});

describe('a simulation', () => {
  const warnedAll = run();
  const warnedNone = run({}, never);

  it('is the same for the same seed, and another for another', () => {
    expect(run()).toEqual(warnedAll);
    expect(run({}, always, 2)).not.toEqual(warnedAll);
  });

  it('without anybody who has the app is one without warnings', () => {
    const none = run({ phones: { ...town.phones, adoption: 0 } });
    const nothing = { uploads: 0, exposures: 0, seconds: 0, decibelSeconds: 0 };
    expect(none).toEqual(warnedNone.map((day) => ({ ...day, ...nothing })));
    expect(total(warnedNone, 'exposures')).toBeGreaterThan(100);
  });

  it.each([
    ['nobody uploads', behaving({ uploads: 0 })],
    ['nobody complies', behaving({ complies: 0 })],
  ])('has the infections of one without warnings where %s', (_, changes) => {
    const infections = (days: readonly DayFigures[]) => days.map((day) => day.infections);
    expect(infections(run(changes))).toEqual(infections(warnedNone));
    expect(total(run(changes), 'quarantineDays')).toBe(0);
  });

  it('is one with another until the first warning reaches somebody, and has fewer infections then', () => {
    const first = warnedAll.findIndex(({ quarantineDays }) => quarantineDays > 0);
    expect(first).toBeGreaterThan(2);
    const infections = (days: readonly DayFigures[]) => days.slice(0, first + 1).map((day) => day.infections);
    expect(infections(warnedAll)).toEqual(infections(warnedNone));
    expect(total(warnedAll, 'infections')).toBeLessThan(0.9 * total(warnedNone, 'infections'));
  });

  it('warns nobody twice, and rightly only those who are infected', () => {
    for (const { warned, warnedRightly, quarantineDays } of warnedAll) {
      expect(warnedRightly).toBeLessThanOrEqual(warned);
      expect(quarantineDays).toBeLessThanOrEqual(warned * town.behaviour.quarantine);
    }
    expect(total(warnedAll, 'warned')).toBeLessThanOrEqual(0.7 * town.agents);
    expect(total(warnedAll, 'warnedRightly')).toBeGreaterThan(10);
    expect(total(warnedNone, 'warned')).toBe(0);
  });

  it('has uploads of some of those with a result, and results of some of the infected', () => {
    const [infections, results, uploads] = (['infections', 'results', 'uploads'] as const).map((name) =>
      total(warnedNone, name),
    );
    expect(results!).toBeLessThan(infections! + town.first);
    expect(uploads! / results!).toBeCloseTo(0.6 * 0.8, 1);
  });

  it('goes no further where all have their result, and stay at home, before they infect', () => {
    const days = run({
      contacts: { ...town.contacts, households: [1] },
      epidemic: { ...town.epidemic, transmission: { perMinute: 0.05, peak: 8, spread: 1, asymptomatic: 1 } },
      course: {
        incubation: { median: 2, sigma: 0 },
        symptomatic: 1,
        testing: { tested: 1, wait: { median: 1, sigma: 0 }, lab: { median: 0, sigma: 0 }, sensitivity: 1 },
      },
      behaviour: { ...town.behaviour, isolation: 20 },
    });
    expect(total(days, 'infections')).toBe(0);
    expect(total(days, 'results')).toBe(town.first);
  });

  it('with a deployed rule warns fewer than one that warns all, and more than none', () => {
    const judge = presetJudge('immuni-2020-06-05');
    const deployed = run({}, (exposures) => judge.assess(exposures, defaultReading).alert);
    expect(total(deployed, 'warned')).toBeGreaterThan(0);
    expect(deployed[10]!.warned).toBeLessThanOrEqual(warnedAll[10]!.warned);
  });
});

describe('staying at home', () => {
  it('lasts from its first day to before its end, and is remembered once more', () => {
    const apart = new Apart(2);
    expect(apart.send(0, 5, 10)).toBe(10);
    expect(apart.send(0, 20, 3)).toBe(3);
    const home = Array.from({ length: 30 }, (_, day) => day).filter((day) => apart.isHome(0, day));
    expect(home).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 20, 21, 22]);
    expect(Array.from({ length: 30 }, (_, day) => apart.isHome(1, day))).not.toContain(true);
  });

  it('becomes longer where it is ordered again, and no day counts twice', () => {
    const orders = fc.array(fc.record({ from: fc.nat(3), days: fc.integer({ min: 1, max: 10 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(orders, (all) => {
        const apart = new Apart(1);
        let from = 0;
        const starts = all.map((order) => (from += order.from));
        const counted = all.reduce((sum, { days }, k) => sum + apart.send(0, starts[k]!, days), 0);
        const wanted = new Set(
          all.flatMap(({ days }, k) => Array.from({ length: days }, (_, day) => starts[k]! + day)),
        );
        expect(counted).toBe(wanted.size);
        const last = Math.max(...wanted);
        expect([apart.isHome(0, last), apart.isHome(0, last + 1)]).toEqual([true, false]);
      }),
    );
  });
});

describe('what could be warned of', () => {
  const changes = behaving({ complies: 1, uploads: 1 });
  const heardIn = (alerts: () => boolean, own: Partial<SimulationParameters> = changes) => {
    const simulation = new Simulation({ ...town, ...own }, alerts, 1);
    const heard: (PossibleWarning & { readonly day: number })[] = [];
    let day = 0;
    simulation.onPossibleWarning = (warning) => heard.push({ ...warning, day });
    const days = Array.from({ length: DAYS }, () => {
      day++;
      return simulation.next();
    });
    return { simulation, heard, days };
  };

  it('is told again and again of those whom nobody warns', () => {
    const { heard, days } = heardIn(never);
    const receivers = new Set(heard.map(({ receiver }) => receiver));
    expect(receivers.size).toBeLessThan(heard.length);
    expect(receivers.size).toBeGreaterThan(20);
    const told = heard.reduce((sum, { exposures }) => sum + exposures.length, 0);
    // Some phones look after the end.
    expect(told).toBeLessThanOrEqual(total(days, 'exposures'));
    expect(told).toBeGreaterThan(0.9 * total(days, 'exposures'));
    for (const { exposures } of heard) {
      expect(new Set(exposures.map(({ transmitter }) => transmitter)).size).toBe(1);
      expect(exposures.length).toBeGreaterThan(0);
    }
  });

  it('is told once of those who are warned, and is what the warning does', () => {
    const { simulation, heard: all, days } = heardIn(always);
    // Some find what is too old by then.
    const heard = all.filter(({ exposures, from }) => keptOn(from - 1, exposures).length > 0);
    expect(new Set(heard.map(({ receiver }) => receiver)).size).toBe(heard.length);
    expect(heard).toHaveLength(total(days, 'warned'));
    for (const { receiver, from, until } of heard) {
      expect(simulation.notifiedOn[receiver]).toBe(from - 1);
      expect(until - from).toBe(town.behaviour.quarantine);
    }
    expect(heard.reduce((sum, own) => sum + own.days, 0)).toBe(total(days, 'quarantineDays'));
  });

  it('begins on the day after the phone looks', () => {
    for (const { from, day, exposures } of heardIn(never).heard) {
      expect(from).toBe(day + 1);
      for (const exposure of exposures) expect(exposure.day).toBeLessThan(day);
    }
  });

  it.each([
    ['nobody complies', { complies: 0 }],
    ['quarantine has no days', { quarantine: 0 }],
  ])('sends nobody home where %s', (_, own) => {
    const { heard } = heardIn(never, behaving({ uploads: 1, ...own }));
    expect(heard.length).toBeGreaterThan(20);
    for (const { from, until } of heard) expect(until).toBe(from);
  });

  it('changes nothing by being told', () => {
    expect(heardIn(always).days).toEqual(run(changes));
  });
});

describe('what a phone has left', () => {
  const exposure = (day: number): Exposure => ({ day, slices: [], weight: 1, daysSinceExposure: 99 });

  it('is of the last 14 days, as old as it is by then', () => {
    const left = keptOn(20, [5, 6, 12, 20].map(exposure));
    expect(left.map(({ day, daysSinceExposure }) => [day, daysSinceExposure])).toEqual([
      [6, 14],
      [12, 8],
      [20, 0],
    ]);
    expect(keptOn(40, left)).toEqual([]);
  });
});
