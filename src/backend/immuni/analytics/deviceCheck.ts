/** A double of Apple's DeviceCheck: two bits a device, and the month in which they were last set (seed 002, 2.1). */
import { monthOf } from '../../../core/time.ts';
import type { UnixSeconds } from '../../../core/units.ts';
import { deviceOf } from '../../../protocol/wire/immuni/deviceToken.ts';
import { hidden, type Secrets } from '../../secrets.ts';
import type { Store } from '../../store/store.ts';
import type { ImmuniOperations } from '../store/operations.ts';

export type Bits = readonly [boolean, boolean];

export interface DeviceState {
  readonly bits: Bits;
  /** Months since January 1970; null: never set. */
  readonly lastUpdate: number | null;
}

/** Both calls take what `deviceToken` made. */
export interface DeviceCheck {
  /** Undefined for a token that no device made. */
  query(token: string): Promise<DeviceState | undefined>;
  update(token: string, bits: Bits, now: UnixSeconds): Promise<void>;
}

export function deviceCheckDouble(store: Store<ImmuniOperations>, secrets: Secrets): DeviceCheck {
  const nameOf = (device: Uint8Array) => hidden(secrets, `device ${Buffer.from(device).toString('hex')}`);
  return {
    async query(token) {
      const device = deviceOf(token);
      if (!device) return undefined;
      const row = await store.run('deviceBits', { device: nameOf(device) });
      return row ? { bits: [(row.bits & 1) > 0, (row.bits & 2) > 0], lastUpdate: row.month } : NEVER_SET;
    },
    async update(token, [first, second], now) {
      const device = deviceOf(token);
      if (!device) return;
      const bits = Number(first) + 2 * Number(second);
      await store.run('setDeviceBits', { device: nameOf(device), bits, month: monthOf(now) });
    },
  };
}

const NEVER_SET: DeviceState = { bits: [false, false], lastUpdate: null };
