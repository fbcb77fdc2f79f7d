/** Time as a parameter: nothing but the edge reads the clock of the machine. */
import type { UnixSeconds } from './units.ts';

export interface Clock {
  now(): UnixSeconds;
}

/** A clock that stands still until somebody moves it, and never goes back. */
export class VirtualClock implements Clock {
  #now: UnixSeconds;

  constructor(start: UnixSeconds) {
    this.#now = start;
  }

  now(): UnixSeconds {
    return this.#now;
  }

  /** RangeError for a time before now. */
  moveTo(time: UnixSeconds): void {
    if (!(time >= this.#now)) throw new RangeError(`${time} s is before ${this.#now} s`);
    this.#now = time;
  }
}
