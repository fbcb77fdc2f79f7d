/**
 * A detector of clocks that somebody has set. Beside the clock that shows the time a phone counts the seconds since it was
 * switched on (Android: elapsedRealtime; iOS: mach_continuous_time), which nobody can set. Whoever sets the first back can
 * replay published keys into the past (ePrint 2020/1393); the second has not moved with it. No deployed framework is known
 * to compare them: Immuni was told and did not want to (immuni-app-android 278). A clock that is put right for good looks the
 * same: until the phone is switched on anew, times go by the clock that was wrong.
 */
import type { Seconds, UnixSeconds } from '../core/units.ts';

/** What is known of both clocks. */
export interface SteadyClock {
  /** What the clock showed when the phone was switched on. */
  readonly origin: UnixSeconds;
  /** How often the phone noticed that its clock had been set. */
  readonly jumps: number;
  /** It shows another time than the steady one. */
  readonly isOff: boolean;
}

/** One interval: corrections over a network are seconds, drift of a quartz is seconds a day. */
export const JUMP: Seconds = 600;

/** A phone that is switched on at `time` by its clock, and trusts it. */
export const switchedOn = (time: UnixSeconds): SteadyClock => ({ origin: time, jumps: 0, isOff: false });

/**
 * Compares: `time` as the clock shows it, `running` since the phone was switched on. The stamp is the time to write beside
 * what is heard: the clock's, and while that is off, what it would show had nobody set it.
 */
export function compared(
  { origin, jumps, isOff: wasOff }: SteadyClock,
  { time, running }: { readonly time: UnixSeconds; readonly running: Seconds },
): { readonly clock: SteadyClock; readonly stamp: UnixSeconds } {
  const steady = origin + running;
  const isOff = Math.abs(time - steady) > JUMP;
  return { clock: { origin, jumps: jumps + (isOff && !wasOff ? 1 : 0), isOff }, stamp: isOff ? steady : time };
}
