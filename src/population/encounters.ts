/** How long two people who meet are together, and how near: a function of (seed, day, pair), the same from both sides. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { type Metres, type Minutes, SECONDS_PER_DAY, type Seconds } from '../core/units.ts';
import { lognormalAt, type Spread } from './draws.ts';

/** Of a layer of contacts. */
export interface EncounterParameters {
  readonly minutes: Spread;
  /** Longer ones are cut. */
  readonly mostMinutes: Minutes;
  readonly metres: Spread;
}

/** A contact of two people on a day: `layer` and `index` tell several between the same two apart. */
export interface Meeting {
  readonly day: number;
  readonly agents: readonly [number, number];
  readonly layer: number;
  readonly index: number;
}

/** How long, how near and when; distance stays the same in it. */
export interface Encounter {
  readonly minutes: Minutes;
  readonly metres: Metres;
  /** After midnight; it ends on the same day. */
  readonly begin: Seconds;
}

const MINUTES = purposeHash('minutes of an encounter');
const METRES = purposeHash('metres of an encounter');
const BEGIN = purposeHash('begin of an encounter');
const MINUTES_A_DAY: Minutes = 1440;

/** Pure. */
export function encounterOf(
  { day, agents: [one, other], layer, index }: Meeting,
  { minutes, mostMinutes, metres }: EncounterParameters,
  seed: number,
): Encounter {
  const draw = (purpose: number): number =>
    drawUniform(seed, purpose, day, Math.min(one, other), Math.max(one, other), layer, index);
  const drawn = Math.min(mostMinutes, MINUTES_A_DAY, lognormalAt(draw(MINUTES), minutes));
  const begin = draw(BEGIN) * (SECONDS_PER_DAY - drawn * 60);
  return { minutes: drawn, metres: lognormalAt(draw(METRES), metres), begin };
}
