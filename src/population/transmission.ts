/** How a contact infects: doses add up to a hazard (simulation spec 3; Murphy et al., arXiv 2104.08415, section 3). */
import type { Metres, Minutes } from '../core/units.ts';

/** How infectious somebody is, when, and how near. */
export interface Transmission {
  /** Hazard of a minute at 1 m or nearer with somebody at their most infectious. */
  readonly perMinute: number;
  /** Days from the onset of symptoms to the peak of infectiousness, negative before it, and its standard deviation. */
  readonly peak: number;
  readonly spread: number;
  /** Share of infectiousness of those who never have symptoms. */
  readonly asymptomatic: number;
}

/** Droplets spread over the surface of a sphere; nearer than a metre nobody gets more. */
export const nearness = (metres: Metres): number => (metres <= 1 ? 1 : 1 / (metres * metres));

/** 0..1, highest at the peak; `day` counts from the onset, or from when it would have been. Gaussian. */
export function infectiousness(
  day: number,
  hasSymptoms: boolean,
  { peak, spread, asymptomatic }: Pick<Transmission, 'peak' | 'spread' | 'asymptomatic'>,
): number {
  const away = (day - peak) / spread;
  return Math.exp(-(away * away) / 2) * (hasSymptoms ? 1 : asymptomatic);
}

/** What a contact with somebody of the infectiousness `share` adds to the hazard of the other. */
export const doseOf = (
  minutes: Minutes,
  metres: Metres,
  share: number,
  { perMinute }: Pick<Transmission, 'perMinute'>,
): number => perMinute * minutes * nearness(metres) * share;

/** Probability to be infected by doses that add up to `hazard`. Not by expm1, whose last bit may differ between engines. */
export const infectionBy = (hazard: number): number => 1 - Math.exp(-hazard);
