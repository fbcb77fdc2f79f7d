/** Tests that are rationed: whoever finds none on a day waits for the next, first come first served. */
import type { Hours } from './delivery.ts';

const HOURS_A_DAY = 24;

/** A test that somebody wants. */
interface Wanted {
  readonly agent: number;
  /** Since the begin. */
  readonly at: Hours;
}

export interface Tested {
  readonly agent: number;
  /** When the test was made: when it was wanted, or at the begin of the day on which there was one. */
  readonly at: Hours;
}

export class TestQueue {
  readonly #planned = new Map<number, Wanted[]>();
  #waiting: readonly Wanted[] = [];
  readonly #aDay: number;

  /** `aDay`: tests a day; Infinity: as many as are wanted. */
  constructor(aDay: number) {
    this.#aDay = aDay;
  }

  want(agent: number, at: Hours): void {
    const day = Math.floor(at / HOURS_A_DAY);
    const ofDay = this.#planned.get(day);
    if (ofDay) ofDay.push({ agent, at });
    else this.#planned.set(day, [{ agent, at }]);
  }

  /** Who is tested on a day; days must come one after the other. */
  on(day: number): readonly Tested[] {
    const wanted = this.#planned.get(day) ?? [];
    this.#planned.delete(day);
    // In the order of time, and of numbers at one time, so that it does not matter who asked first.
    const queue = [...this.#waiting, ...wanted.toSorted((one, other) => one.at - other.at || one.agent - other.agent)];
    const tested = queue.slice(0, this.#aDay);
    this.#waiting = queue.slice(tested.length);
    return tested.map(({ agent, at }) => ({ agent, at: Math.max(at, day * HOURS_A_DAY) }));
  }

  /** How many wait for another day. */
  get waiting(): number {
    return this.#waiting.length;
  }
}
