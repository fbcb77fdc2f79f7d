/** Keys and frames of all who have the app: functions of (seed, agent, day), made when somebody hears them. */
import { keyedEntropy } from '../../core/entropy.ts';
import { SECONDS_PER_DAY, type UnixSeconds } from '../../core/units.ts';
import { POWER } from '../../device/meeting.ts';
import { gaen } from '../../protocol/gaen/gaen.ts';
import { INTERVALS_PER_DAY, intervalOf } from '../../protocol/gaen/intervals.ts';
import { newKey, type TemporaryExposureKey } from '../../protocol/gaen/keys.ts';

const system = gaen();

/** Holds those of one day, so that an identifier that many hear is made once. */
export class Identifiers {
  readonly #seed: number;
  readonly #begin: UnixSeconds;
  #day = 0;
  readonly #keys = new Map<number, TemporaryExposureKey>();
  readonly #frames = new Map<number, Uint8Array>();

  /** `begin`: day 0, at midnight. */
  constructor(seed: number, begin: UnixSeconds) {
    this.#seed = seed;
    this.#begin = begin;
  }

  turnTo(day: number): void {
    this.#day = day;
    this.#keys.clear();
    this.#frames.clear();
  }

  /** Known to whoever knows the seed: for simulations, and for no real radio. */
  keyOf(agent: number, day: number): TemporaryExposureKey {
    const known = day === this.#day ? this.#keys.get(agent) : undefined;
    if (known) return known;
    const interval = intervalOf(this.#begin + day * SECONDS_PER_DAY);
    const key = newKey(interval, keyedEntropy(this.#seed, 'key of a day', agent, day));
    if (day === this.#day) this.#keys.set(agent, key);
    return key;
  }

  /** What a phone sends at a time of the day at hand. */
  frameOf(agent: number, time: UnixSeconds): Uint8Array {
    const place = agent * INTERVALS_PER_DAY + (intervalOf(time) % INTERVALS_PER_DAY);
    const known = this.#frames.get(place);
    if (known) return known;
    const { frame } = system.broadcast(this.keyOf(agent, this.#day), time, POWER);
    this.#frames.set(place, frame);
    return frame;
  }
}
