import { describe, expect, it } from 'vitest';
import { type HeatCell, heatMap, heatMetres, heatMinutes } from '../../src/scenario/heatMap.ts';
import { readRisk, resolved } from '../helpers/scenario.ts';

const { radio } = resolved('title: x\n').arms[0]!.parameters;
const own = { ...radio, place: radio.places.group };
const mapOf = (rule: string, place = own.place, contacts = 150) =>
  heatMap(readRisk(rule, 'file'), { ...own, place }, contacts, 1);
const at = (map: readonly HeatCell[], metres: number, minutes: number) => {
  const { alerts, contacts } = map.find((cell) => cell.metres === metres && cell.minutes === minutes)!;
  return alerts / contacts;
};

describe('a heat map', () => {
  const immuni = mapOf('immuni-2020-10-30');

  it('has a cell for each distance and duration', () => {
    expect(immuni.map(({ metres, minutes }) => [metres, minutes])).toEqual(
      heatMetres.flatMap((metres) => heatMinutes.map((minutes) => [metres, minutes])),
    );
    for (const { alerts, contacts } of immuni) expect(alerts >= 0 && alerts <= contacts && contacts === 150).toBe(true);
  });

  it('warns of long and near contacts, and not of short ones', () => {
    expect(at(immuni, 0.5, 60)).toBe(1);
    for (const metres of heatMetres) expect(at(immuni, metres, 5)).toBe(0);
  });

  it('falls with distance, as the same contacts are only farther away', () => {
    for (const minutes of heatMinutes) {
      const shares = heatMetres.map((metres) => at(immuni, metres, minutes));
      expect(shares).toEqual(shares.toSorted((one, other) => other - one));
    }
  });

  it('is the same each time, and another where more is lost', () => {
    expect(mapOf('immuni-2020-10-30')).toEqual(immuni);
    const farther = mapOf('immuni-2020-10-30', { ...own.place, atOneMetre: own.place.atOneMetre + 20 });
    const sum = (map: readonly HeatCell[]) => map.reduce((all, { alerts }) => all + alerts, 0);
    expect(sum(farther)).toBeLessThan(0.5 * sum(immuni));
  });

  it('of a rule with one edge and no noise has the probability that can be written down', () => {
    // One scan every five minutes counts five minutes: two thirds of contacts of 20 minutes have four scans, and none fewer.
    const still = { ...own.place, atOneMetre: 50, exponent: 2, shadowing: 6, scanNoise: 0, advertNoise: 0 };
    const map = mapOf('attenuation<=60 minutes>=5', still, 2000);
    for (const [metres, mean] of [
      [1, 50],
      [2, 50 + 20 * Math.log10(2)],
      [4, 50 + 20 * Math.log10(4)],
    ] as const) {
      // Normal around the mean, 6 dB wide: at or below 60 dB, which means are rounded to.
      const z = (60.5 - mean) / 6;
      const expected = 0.5 * (1 + erf(z / Math.SQRT2));
      expect(Math.abs(at(map, metres, 60) - expected)).toBeLessThan(0.035);
    }
  });

  it('of nothing that is heard warns of nothing', () => {
    const beyond = { ...own.place, atOneMetre: 150 };
    expect(mapOf('minutes>=0', beyond, 20).every(({ alerts }) => alerts === 0)).toBe(true);
  });
});

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}
