/**
 * Rules for the keys of one upload as a list (backend spec A1, models/validators.py). A list that breaks one is dropped
 * whole, and the phone is told 204 all the same: clients use this function to know before they send.
 */
import { type ENInterval, INTERVALS_PER_DAY } from '../../gaen/intervals.ts';

/** MAX_KEYS_PER_UPLOAD. The published OpenAPI file says 14. */
export const UPLOAD_KEYS = 30;
/** MAX_KEYS_PER_BATCH is 10,000, and the schema wants fewer: more is 400, not a dropped list. */
export const UPLOAD_SCHEMA_KEYS = 9999;

export interface ListedKey {
  /** Base64. */
  readonly key_data: string;
  readonly rolling_start_number: ENInterval;
  /** Absent: a day, as in the key export format. */
  readonly rolling_period?: number | undefined;
}

/** Why the whole list is dropped, or undefined. `now` is the interval of the server. */
export function tekListProblem(keys: readonly ListedKey[], now: ENInterval): string | undefined {
  if (keys.length > UPLOAD_KEYS) return `${keys.length} keys are more than ${UPLOAD_KEYS}`;
  const data = new Set<string>();
  const spans = new Set<string>();
  const first = Math.min(...keys.map((key) => key.rolling_start_number));
  for (const { key_data, rolling_start_number: start, rolling_period: period = INTERVALS_PER_DAY } of keys) {
    if (data.has(key_data)) return 'a key is listed twice';
    if (spans.has(`${start}+${period}`)) return `two keys begin at ${start} and last ${period} intervals`;
    if ((start - first) % INTERVALS_PER_DAY !== 0) return `${start} is not whole days after ${first}`;
    if (period < 1 || period > INTERVALS_PER_DAY) return `a key lasts ${period} intervals, not 1..${INTERVALS_PER_DAY}`;
    // The interval that has just begun counts as future: a key of now is not over.
    if (start >= now) return `${start} is not before ${now}, the interval of the server`;
    data.add(key_data);
    spans.add(`${start}+${period}`);
  }
  return undefined;
}
