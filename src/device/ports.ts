/** What a phone is given by whoever runs it. */
import type { Clock } from '../core/clock.ts';
import type { Entropy } from '../core/entropy.ts';
import type { HttpClient } from '../core/httpClient.ts';

export interface PhonePorts {
  /** Of the phone: it may be wrong. */
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly http: HttpClient;
}
