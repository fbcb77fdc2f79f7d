/** The chain from a result to staying at home, day by day and hour by hour. */
import { describe, expect, it } from 'vitest';
import { Simulation, type SimulationParameters } from '../../src/population/simulation.ts';
import { quantileOf } from '../../src/population/timeliness.ts';
import { plainDelivery, plainTown } from '../helpers/population.ts';

function run(changes: Partial<SimulationParameters> = {}, days = 20) {
  const simulation = new Simulation({ ...plainTown, ...changes }, () => true, 1);
  const series = Array.from({ length: days }, () => simulation.next());
  return { simulation, series };
}
const delivering = (changes: Partial<SimulationParameters['delivery']>) => ({
  delivery: { ...plainDelivery, ...changes },
});
const firstDay = (series: ReturnType<typeof run>['series'], name: 'results' | 'uploads' | 'warned') =>
  series.find((day) => day[name] > 0)!.day;

describe('the chain', () => {
  it('has its results six days after the begin, and uploads and warnings two hours later', () => {
    const { series } = run();
    expect(series[5]).toMatchObject({ day: 6, results: 40, uploads: 40 });
    expect(series[5]!.warned).toBeGreaterThan(100);
    expect(series.slice(0, 5).every(({ results, uploads, warned }) => results + uploads + warned === 0)).toBe(true);
  });

  it.each([
    [0, 6],
    [23, 6],
    [24, 7],
    [60, 8],
  ])('with %i h until the upload uploads on day %i', (hours, day) => {
    const { series } = run(delivering({ operator: { median: hours, sigma: 0 } }));
    expect(firstDay(series, 'results')).toBe(6);
    expect(firstDay(series, 'uploads')).toBe(day);
    expect(firstDay(series, 'warned')).toBe(day);
  });

  it('times every step as it was set', () => {
    const { simulation } = run(delivering({ operator: { median: 7, sigma: 0 }, batch: 6, background: 8 }));
    const { lab, operator, onsetToUpload, batch, background, quota, uploadToNotification } = simulation.timeliness;
    for (const [counts, hours] of [
      [lab, 24],
      [operator, 7],
      // Two days, a day in the laboratory, seven hours.
      [onsetToUpload, 79],
      // From 7 to 12 o'clock.
      [batch, 5],
    ] as const) {
      expect(quantileOf(counts, 0.01)).toBe(hours + 0.125);
      expect(quantileOf(counts, 1)).toBe(hours + 0.125);
    }
    expect(quantileOf(background, 1)).toBeLessThanOrEqual(8);
    expect(quantileOf(background, 0.5)).toBeGreaterThan(3);
    expect(quantileOf(background, 0.5)).toBeLessThan(5);
    expect(quantileOf(quota, 1)).toBe(0.125);
    expect(quantileOf(uploadToNotification, 1)).toBeLessThanOrEqual(13.125);
  });

  it('counts each step once an upload, or once a warning', () => {
    const { simulation, series } = run();
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
    const total = (name: 'uploads' | 'warned') => series.reduce((all, day) => all + day[name], 0);
    const { timeliness } = simulation;
    for (const name of ['lab', 'operator', 'onsetToUpload'] as const)
      expect(sum(timeliness[name])).toBe(total('uploads'));
    for (const name of [
      'batch',
      'background',
      'download',
      'quota',
      'uploadToNotification',
      'contactToNotification',
    ] as const)
      expect(sum(timeliness[name])).toBe(total('warned'));
    expect(simulation.notifiedOn.filter((day) => day >= 0)).toHaveLength(total('warned'));
  });

  it('notifies later whose phone is off, and sends them home the day after', () => {
    const daysOf = (offline: number) => {
      const { simulation } = run(delivering({ background: 12, offline }));
      return [...simulation.notifiedOn].filter((day) => day >= 0);
    };
    const [soon, late] = [daysOf(0), daysOf(0.8)];
    expect(Math.min(...soon)).toBe(6);
    expect(Math.max(...late)).toBeGreaterThan(Math.max(...soon));
  });

  it('averts less the longer it takes', () => {
    const infections = [0, 48, 120].map((median) =>
      run(delivering({ operator: { median, sigma: 0 } }), 25).series.reduce((sum, day) => sum + day.infections, 0),
    );
    expect(infections[0]).toBeLessThan(infections[1]!);
    expect(infections[1]).toBeLessThan(infections[2]!);
  });

  it('never changes what has been: contacts of the past are as they were when they happened', () => {
    const told: string[] = [];
    const { simulation } = { simulation: new Simulation(plainTown, () => true, 1) };
    simulation.warnings.onExposure = ({ receiver, day, exposure }) =>
      told.push(`${exposure.transmitter} ${receiver} ${day} ${exposure.slices.length}`);
    for (let day = 0; day < 15; day++) simulation.next();
    const ofPair = new Map<string, Set<string>>();
    for (const line of told) {
      const [one, other, day, scans] = line.split(' ');
      const [low, high] = [Math.min(Number(one), Number(other)), Math.max(Number(one), Number(other))];
      const pair = `${low} ${high} ${day}`;
      ofPair.set(pair, (ofPair.get(pair) ?? new Set()).add(`${one} ${scans}`));
    }
    // Both upload, days apart: whoever is asked about a day, the two met on it.
    const mutual = [...ofPair.values()].filter(({ size }) => size > 1);
    expect(mutual.length).toBeGreaterThan(20);
    expect(told).toHaveLength(new Set(told).size);
  });
});
