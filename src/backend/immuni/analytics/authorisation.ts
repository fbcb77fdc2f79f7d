/**
 * Which tokens of iPhones become good: only one a device and month, and none of a device that asks twice at once
 * (backend spec A5; seed 002, 2.1). What waits is in memory only: a device token is never stored.
 */
import { monthOf } from '../../../core/time.ts';
import type { Seconds, UnixSeconds } from '../../../core/units.ts';
import type { Bits, DeviceCheck, DeviceState } from './deviceCheck.ts';
import type { AnalyticsMode } from './rights.ts';

/** Seconds between the first look at the bits and the second, and from there to the third; uniform. */
const SECOND_LOOK = [7, 10] as const;
const THIRD_LOOK = [0, 3] as const;
/** Of a device that was caught; no token of it is ever authorised again. */
const BLACKLISTED: Bits = [true, true];
const FREE: Bits = [false, false];
const CLAIMED: Bits = [true, false];

export interface Asking {
  /** As it is stored. */
  readonly hash: Uint8Array;
  readonly deviceToken: string;
}

interface Waiting extends Asking {
  readonly step: 'second look' | 'third look';
  readonly due: UnixSeconds;
}

export interface AuthorisationPorts {
  readonly mode: AnalyticsMode;
  readonly deviceCheck: DeviceCheck;
  /** The token is good from now on. */
  readonly authorise: (hash: Uint8Array, now: UnixSeconds) => Promise<void>;
  /** Uniform, 0 <= x < 1. */
  readonly draw: () => number;
}

export class Authorisation {
  readonly #ports: AuthorisationPorts;
  #waiting: readonly Waiting[] = [];

  constructor(ports: AuthorisationPorts) {
    this.#ports = ports;
  }

  /** First look at the bits. In the impact assessment it is the only one. */
  async begin(asking: Asking, now: UnixSeconds): Promise<void> {
    const { mode, deviceCheck, authorise } = this.#ports;
    // A phone that asks again about the same token does not race with itself.
    if (this.#waiting.some(({ hash }) => Buffer.compare(hash, asking.hash) === 0)) return;
    const state = await deviceCheck.query(asking.deviceToken);
    if (!state || state.lastUpdate === monthOf(now)) return;
    if (mode === 'dpia') {
      await deviceCheck.update(asking.deviceToken, FREE, now);
      await authorise(asking.hash, now);
    } else if (isAt(state, FREE)) this.#wait({ ...asking, step: 'second look', due: now + this.#between(SECOND_LOOK) });
  }

  /** Does what is due, each step at its time. */
  async catchUp(now: UnixSeconds): Promise<void> {
    for (let next = this.#takeDue(now); next; next = this.#takeDue(now)) await this.#look(next);
  }

  async #look({ step, due, ...asking }: Waiting): Promise<void> {
    const { deviceCheck, authorise } = this.#ports;
    const state = await deviceCheck.query(asking.deviceToken);
    const expected = step === 'second look' ? FREE : CLAIMED;
    if (!state || !isAt(state, expected)) return deviceCheck.update(asking.deviceToken, BLACKLISTED, due);
    if (step === 'second look') {
      await deviceCheck.update(asking.deviceToken, CLAIMED, due);
      this.#wait({ ...asking, step: 'third look', due: due + this.#between(THIRD_LOOK) });
    } else {
      await deviceCheck.update(asking.deviceToken, FREE, due);
      await authorise(asking.hash, due);
    }
  }

  #wait(waiting: Waiting): void {
    this.#waiting = [...this.#waiting, waiting].toSorted((a, b) => a.due - b.due);
  }

  #takeDue(now: UnixSeconds): Waiting | undefined {
    const [first, ...others] = this.#waiting;
    if (!first || first.due > now) return undefined;
    this.#waiting = others;
    return first;
  }

  #between([low, high]: readonly [Seconds, Seconds]): Seconds {
    return low + this.#ports.draw() * (high - low);
  }
}

const isAt = ({ bits }: DeviceState, [first, second]: Bits): boolean => bits[0] === first && bits[1] === second;
