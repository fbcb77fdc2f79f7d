import { measuredTimes } from '../core/records.ts';
import type { UnixSeconds } from '../core/units.ts';

/** Why a row with this time is rejected; undefined for a time that can have been measured. NaN and Infinity cannot. */
export const timeProblem = (time: UnixSeconds): string | undefined =>
  time >= measuredTimes.first && time < measuredTimes.end ? undefined : 'date outside 1970..2100';
