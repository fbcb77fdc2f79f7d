/**
 * Covid Watch Arizona: an exponential dose-response curve on weighted minutes (Wilson et al.; risk-models.md 1.8). The
 * app's quarantine discount by days since exposure tells how long to stay at home, not whether to alert: left out.
 */
import { z } from 'zod';
import type { Exposure } from '../../core/exposure.ts';
import { bucketMinutes, bucketTexts } from '../buckets.ts';
import { byDay } from '../days.ts';
import { decide, type RiskModel, type Trail } from '../model.ts';
import type { Reading } from '../reading.ts';
import { aboveZero, between, operator, twoThresholds } from '../schemas.ts';

const weight = between(0, 100);

const parameters = z.strictObject({
  /** dB of the framework's three durations at attenuation. */
  attenuationThresholds: twoThresholds,
  /** Dose per minute near, middle and far. */
  weights: z.tuple([weight, weight, weight]).readonly(),
  /** Infection probability per unit of dose. */
  doseResponseLambda: aboveZero,
  /** Infectiousness of transmission levels 0..7, 0..100. */
  transmissionValues: z.array(between(0, 100)).length(8, 'must be 8 numbers 0..100').readonly(),
  /** Probability 0..1 of infection on one day. */
  threshold: between(0, 1),
  operator: operator.default('>='),
});
type Parameters = z.infer<typeof parameters>;

/** Level of full infectiousness, 100: what an exposure counts as where no level is known. */
const UNKNOWN_LEVEL = 6;

/** Probability of infection 0..1 by one exposure: 1 - exp(-lambda x value of the level x weighted minutes). */
function riskOf(exposure: Exposure, own: Parameters, reading: Reading): number {
  const level = exposure.transmissionLevel ?? reading.transmissionLevel ?? UNKNOWN_LEVEL;
  const values = own.transmissionValues;
  const value = values[level] ?? values.at(-1)!;
  const minutes = bucketMinutes([exposure], own.attenuationThresholds, reading);
  const dose = minutes[0] * own.weights[0] + minutes[1] * own.weights[1] + minutes[2] * own.weights[2];
  return 1 - Math.exp(-own.doseResponseLambda * value * dose);
}

/** The app's score 0..8 of a risk in per cent: 0 below 1 %, then one more each half per cent. */
export const covidWatchScore = (percent: number): number =>
  percent < 1 ? 0 : Math.min(8, Math.floor((percent - 1) / 0.5) + 1);

export const covidWatchAz: RiskModel<Parameters> = {
  name: 'covidwatch-az',
  title: 'Covid Watch Arizona: probability of infection on a day',
  parameters,
  decidesByCell: false,
  readsCells: false,
  assess(group, own, reading, trail) {
    let highest = 0;
    let decisive: readonly Exposure[] = group.slice(0, 1);
    for (const { exposures } of byDay(group)) {
      let escape = 1;
      for (const exposure of exposures) escape *= 1 - riskOf(exposure, own, reading);
      const risk = 1 - escape;
      if (risk <= highest) continue;
      highest = risk;
      decisive = exposures;
    }
    if (trail) explainRisk(decisive, highest, own, reading, trail);
    return decide(highest, own.operator, own.threshold, trail);
  },
  dependsOn: () => ({ days: false, transmissionLevel: true }),
};

function explainRisk(
  exposures: readonly Exposure[],
  risk: number,
  own: Parameters,
  reading: Reading,
  trail: Trail,
): void {
  const texts = bucketTexts(own.attenuationThresholds);
  for (const exposure of exposures) {
    for (const [k, minutes] of bucketMinutes([exposure], own.attenuationThresholds, reading).entries())
      trail.push({ what: `minutes b${k}`, value: minutes, because: `${texts[k]}, weight ${own.weights[k]}` });
    const because = `1 - exp(-${own.doseResponseLambda} x value of the level x weighted minutes)`;
    trail.push({ what: 'risk', value: riskOf(exposure, own, reading), because });
  }
  trail.push({ what: 'day risk', value: risk, because: '1 - product of (1 - risk) over one UTC day' });
  trail.push({ what: 'app score', value: covidWatchScore(risk * 100), because: `${risk * 100} % of 1, 1.5, .. 4.5 %` });
}
