/**
 * For which uploads of operational info an analytics token is good (backend spec A5; seed 002, 2.1). open: nobody asks for
 * one, and whatever is sent counts; no system did that, it shows what tokens are for.
 */
export const analyticsModes = ['dpia', 'deployed', 'open'] as const;
export type AnalyticsMode = (typeof analyticsModes)[number];

export interface TokenState {
  /** In which it was authorised; months since January 1970. */
  readonly month: number;
  /** A bit a right that has been used. */
  readonly used: number;
}

export interface Claim {
  readonly month: number;
  /** The last detection warned. */
  readonly exposed: boolean;
}

/**
 * `used` after an upload, or undefined where there is no right to it. dpia: two uploads in the month of authorisation.
 * deployed: in that month and in the next, one with and one without an exposure.
 */
export function usedAfter(
  mode: Exclude<AnalyticsMode, 'open'>,
  { month, used }: TokenState,
  claim: Claim,
): number | undefined {
  const later = claim.month - month;
  if (mode === 'dpia') return later === 0 && used < 0b11 ? used * 2 + 1 : undefined;
  if (later !== 0 && later !== 1) return undefined;
  const right = 1 << (later * 2 + Number(claim.exposed));
  return (used & right) === 0 ? used | right : undefined;
}
