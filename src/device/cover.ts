/**
 * Traffic that covers the genuine one. Opportunities come at exponential times, in the hours in which people are awake.
 * At an opportunity the phone does what it has to do, or sends a dummy; and what a user does at once takes the place of
 * the next opportunity. Because exponential times have no memory, a sequence in which one event was moved forward like
 * that is as likely as one in which none was (docs/dummy-traffic.md has the proof): who watches sees no difference.
 */
import { type Entropy, exponentialFrom } from '../core/entropy.ts';
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds } from '../core/units.ts';

/** deployed: as the apps did it; covered: as it might have been done. */
export const trafficNames = ['deployed', 'covered'] as const;
export type TrafficName = (typeof trafficNames)[number];

/** What a tester may break: what has no dummy of its own goes when it is ready, and not at an opportunity. */
export const phoneFaults = ['no-follow-up-dummy', 'no-analytics-dummy'] as const;
export type PhoneFault = (typeof phoneFaults)[number];

/** Awake from 7 to 22 o'clock UTC: when people scan codes and telephone. An assumption; national statistics would do better. */
const MORNING: Seconds = 7 * 3600;
const EVENING: Seconds = 22 * 3600;
export const WAKING_SECONDS: Seconds = EVENING - MORNING;

/** When `waking` seconds of waking time have passed since `time`. */
export function afterWaking(time: UnixSeconds, waking: Seconds): UnixSeconds {
  const day = Math.floor(time / SECONDS_PER_DAY);
  const passed = Math.min(WAKING_SECONDS, Math.max(0, time - day * SECONDS_PER_DAY - MORNING));
  const total = passed + waking;
  const days = Math.floor(total / WAKING_SECONDS);
  return (day + days) * SECONDS_PER_DAY + MORNING + (total - days * WAKING_SECONDS);
}

/** The opportunity after one at `time`; `mean` counts waking time. */
export const nextOpportunity = (time: UnixSeconds, mean: Seconds, entropy: Entropy): UnixSeconds =>
  afterWaking(time, exponentialFrom(entropy, mean));
