/** Encounters: the same from both sides, spread as they say, inside of their day. And what they transmit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncounterParameters, Encounters, type Meeting } from '../../src/population/encounters.ts';
import { doseOf, infectionBy, infectiousness, nearness } from '../../src/population/transmission.ts';
import { inEveryLayer } from '../helpers/population.ts';

const office: EncounterParameters = {
  minutes: { median: 45, sigma: 0.8 },
  mostMinutes: 480,
  metres: { median: 2, sigma: 0.5 },
};
const meeting = (day: number, one: number, other: number, index = 0) =>
  ({ day, agents: [one, other], layer: 1, index }) as const;

const encounterOf = (own: Meeting, parameters: EncounterParameters, seed: number) =>
  new Encounters(inEveryLayer(parameters), seed).of(own);

describe('an encounter', () => {
  it('is the same from both sides, another on another day, and ends on its own', () => {
    const agents = fc.nat(60_000_000);
    fc.assert(
      fc.property(agents, agents, fc.nat(400), fc.nat(7), (one, other, day, index) => {
        fc.pre(one !== other);
        const encounter = encounterOf(meeting(day, one, other, index), office, 1);
        expect(encounterOf(meeting(day, other, one, index), office, 1)).toEqual(encounter);
        expect(encounterOf(meeting(day + 1, one, other, index), office, 1)).not.toEqual(encounter);
        expect(encounterOf(meeting(day, one, other, index + 1), office, 1)).not.toEqual(encounter);
        expect(encounterOf(meeting(day, one, other, index), office, 2)).not.toEqual(encounter);
        expect(encounter.minutes).toBeLessThanOrEqual(office.mostMinutes);
        expect(encounter.begin).toBeGreaterThanOrEqual(0);
        expect(encounter.begin + encounter.minutes * 60).toBeLessThanOrEqual(86_400.001);
      }),
    );
  });

  it('has the median and the spread of its layer; length and nearness are not tied to each other', () => {
    const encounters = new Encounters(inEveryLayer(office), 3);
    const many = Array.from({ length: 20_000 }, (_, k) => encounters.of(meeting(1, k, k + 1)));
    const share = (holds: (one: (typeof many)[number]) => boolean) => many.filter(holds).length / many.length;
    expect(share(({ minutes }) => minutes < 45)).toBeCloseTo(0.5, 1);
    expect(share(({ minutes }) => Math.abs(Math.log(minutes / 45)) < 0.8)).toBeCloseTo(0.683, 1);
    expect(share(({ metres }) => metres < 2)).toBeCloseTo(0.5, 1);
    expect(share(({ minutes, metres }) => minutes < 45 && metres < 2)).toBeCloseTo(0.25, 1);
    expect(share(({ minutes }) => minutes === 480)).toBeGreaterThan(0);
  });

  it('is the same in whatever order days are asked for, in parts or as a whole', () => {
    const forth = new Encounters(inEveryLayer(office), 1);
    const back = new Encounters(inEveryLayer(office), 1);
    const days = Array.from({ length: 30 }, (_, day) => day);
    const whole = days.map((day) => forth.of(meeting(day, 3, 9)));
    expect(
      days
        .toReversed()
        .map((day) => back.of(meeting(day, 9, 3)))
        .toReversed(),
    ).toEqual(whole);
    for (const day of days) {
      expect(back.minutesOf(day, 9, 3, 1, 0)).toBe(whole[day]!.minutes);
      expect(back.metresOf(day, 3, 9, 1, 0)).toBe(whole[day]!.metres);
      expect(whole[day]!.minutes).toBeLessThanOrEqual(back.mostMinutes(1));
    }
  });

  it('lasts a day at most', () => {
    const endless = { ...office, minutes: { median: 5000, sigma: 0 }, mostMinutes: 9000 };
    expect(encounterOf(meeting(1, 2, 3), endless, 1)).toMatchObject({ minutes: 1440, begin: 0 });
  });
});

const virus = { perMinute: 0.001, peak: -0.5, spread: 2.5, asymptomatic: 0.5 };

describe('transmission', () => {
  it('falls with the square of distance beyond a metre', () => {
    expect([0, 0.5, 1, 2, 10].map(nearness)).toEqual([1, 1, 1, 0.25, 0.01]);
  });

  it('is highest at the peak, alike on both sides of it, and less without symptoms', () => {
    expect(infectiousness(-0.5, true, virus)).toBe(1);
    expect(infectiousness(2, true, virus)).toBeCloseTo(Math.exp(-0.5), 12);
    expect(infectiousness(-3, true, virus)).toBeCloseTo(infectiousness(2, true, virus), 12);
    expect(infectiousness(2, false, virus)).toBeCloseTo(infectiousness(2, true, virus) / 2, 12);
  });

  it('adds doses up: two halves infect as one whole, none infects nobody, and nothing is surer than certain', () => {
    const positive = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (one, other) => {
        const [p, q] = [infectionBy(one), infectionBy(other)];
        expect(infectionBy(one + other)).toBeCloseTo(1 - (1 - p) * (1 - q), 10);
        expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
    expect(infectionBy(0)).toBe(0);
  });

  it('is twice as much for twice the time, the virulence or the infectiousness', () => {
    const dose = doseOf(30, 1.5, 0.4, virus);
    expect(doseOf(60, 1.5, 0.4, virus)).toBeCloseTo(2 * dose, 12);
    expect(doseOf(30, 1.5, 0.8, virus)).toBeCloseTo(2 * dose, 12);
    expect(doseOf(30, 1.5, 0.4, { perMinute: 0.002 })).toBeCloseTo(2 * dose, 12);
    expect(dose).toBeCloseTo((0.001 * 30 * 0.4) / 2.25, 12);
  });
});
