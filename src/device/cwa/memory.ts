/** What the Corona-Warn-App remembers beside keys, sightings and exposures. */
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import type { Symptoms } from '../../protocol/wire/cwa/transmissionRisk.ts';

export const testStates = ['pending', 'negative', 'positive', 'invalid', 'redeemed'] as const;
export type TestState = (typeof testStates)[number];

/** due: the key of that day is still to be sent; done, refused (the server gives no second TAN), late (too late to). */
export const followUpStates = ['due', 'done', 'refused', 'late'] as const;
export type FollowUpState = (typeof followUpStates)[number];

export interface Submitted {
  readonly time: UnixSeconds;
  readonly symptoms: Symptoms;
  readonly followUp: FollowUpState;
}

export interface RegisteredTest {
  /** Registration token: lost with the app. */
  readonly token: string;
  readonly registered: UnixSeconds;
  readonly state: TestState;
  readonly asked: UnixSeconds;
  readonly submitted: Submitted | null;
  /** A TAN that was given and not used up: the server gives few of them for a test. */
  readonly tan: string | null;
}

export interface CwaMemory {
  readonly test: RegisteredTest | null;
  /** Packages that were looked at: "2020-09-12", or "2020-09-12/7" for an hour. */
  readonly packages: readonly string[];
  /** Keys that were found, in base64: those of an hour come again in the package of the day. */
  readonly matched: readonly { readonly key: string; readonly day: UtcDay }[];
  /** When the next opportunity for dummies comes; null: none was drawn. */
  readonly coverDue: UnixSeconds | null;
}

export const newCwaMemory = (): CwaMemory => ({ test: null, packages: [], matched: [], coverDue: null });

/** Without what is of days before `first`. */
export const cwaForgotten = (memory: CwaMemory, first: UtcDay, isoFirst: string): CwaMemory => ({
  ...memory,
  packages: memory.packages.filter((name) => name >= isoFirst),
  matched: memory.matched.filter(({ day }) => day >= first),
});
