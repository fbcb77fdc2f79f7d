/** Who did what at the console and when: never a code, a password or an address. */
import { z } from 'zod';
import type { Seconds, UnixSeconds } from '../../core/units.ts';

export const trailActions = ['login', 'wrong password', 'locked', 'wrong captcha', 'logout'] as const;

const form = z.strictObject({
  time: z.number(),
  operator: z.string(),
  /** One of `trailActions`, or that of the desk. */
  action: z.string(),
  outcome: z.enum(['done', 'refused']),
});
export type Access = z.infer<typeof form>;

/** Half a year: what was done before is of no use to anybody. */
export const TRAIL_KEPT: Seconds = 180 * 86_400;

export const accessLine = (access: Access): string => `${JSON.stringify(access)}\n`;

/** Lines that are none are left out: the last one is cut where the machine lost power. */
export const accessesIn = (text: string, now: UnixSeconds): readonly Access[] =>
  text.split('\n').flatMap((line) => {
    try {
      const { success, data } = form.safeParse(JSON.parse(line));
      return success && data.time > now - TRAIL_KEPT ? [data] : [];
    } catch {
      return [];
    }
  });

/** Refusals of one kind within `FLOOD_PERIOD` that are written: a flood of wrong passwords must not fill the disk. */
export const MOST_REFUSALS = 20;
export const FLOOD_PERIOD: Seconds = 900;
/** In place of the operator, at the last refusal that is written: there may be more. */
export const MANY = '(many)';

/** What is written of an access after those of `trail`; undefined: nothing. */
export function entryOf(access: Access, trail: readonly Access[]): Access | undefined {
  const refusals = trail.filter(
    ({ time, action, outcome }) =>
      outcome === 'refused' && action === access.action && time > access.time - FLOOD_PERIOD,
  ).length;
  if (access.outcome === 'done' || refusals < MOST_REFUSALS - 1) return access;
  return refusals < MOST_REFUSALS ? { ...access, operator: MANY } : undefined;
}

/** When an operator was here last, before the session that has just begun. */
export const lastAccess = (trail: readonly Access[], operator: string): Access | undefined =>
  trail.findLast((one) => one.operator === operator && one.action === 'login');
