/** Amounts of time as they are typed, and how a virtual clock is moved: by an amount, or to a time. */
import { InvalidArgumentError } from 'commander';
import { parseIsoTime } from '../../src/core/time.ts';
import type { Seconds, UnixSeconds } from '../../src/core/units.ts';

export type Move = { readonly seconds: Seconds } | { readonly to: UnixSeconds };

const SECONDS: Readonly<Record<string, Seconds>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** "30min": an amount of time of at least a minute, as that between two jobs. */
export function period(text: string): Seconds {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(min|h|d)$/.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit!] ?? Number.NaN);
  if (!(seconds >= 60 && seconds <= 14 * 86_400))
    throw new InvalidArgumentError('It must be 1min to 14d, such as 30min, 6h or 1d.');
  return seconds;
}

/** "+2h", or "2020-06-22T12:00Z". */
export function move(text: string): Move {
  const [, amount, unit] = /^\+(\d+(?:\.\d+)?)(s|min|h|d)$/.exec(text) ?? [];
  if (amount !== undefined) return { seconds: Number(amount) * SECONDS[unit!]! };
  const to = parseIsoTime(text);
  if (to === null || to < 0)
    throw new InvalidArgumentError('It must be +90s, +30min, +2h, +14d, or a time as 2020-06-22T12:00Z.');
  return { to };
}

export const moved = (now: UnixSeconds, by: Move): UnixSeconds => ('to' in by ? by.to : now + by.seconds);
