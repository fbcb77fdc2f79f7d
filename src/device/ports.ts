/** What a phone is given by whoever runs it. */
import type { Clock } from '../core/clock.ts';
import type { Entropy } from '../core/entropy.ts';
import type { HttpClient } from '../core/httpClient.ts';
import type { UnixSeconds } from '../core/units.ts';

export interface PhonePorts {
  /** Of the phone: it may be wrong. */
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly http: HttpClient;
  /** Instead of `http` where somebody wants to know when a phone in simulated time asks. */
  readonly httpAt?: (time: UnixSeconds) => HttpClient;
}

/** The same at another time. */
export const portsAt = (ports: Omit<PhonePorts, 'clock'>, time: UnixSeconds): PhonePorts => ({
  ...ports,
  clock: { now: () => time },
  ...(ports.httpAt && { http: ports.httpAt(time) }),
});
