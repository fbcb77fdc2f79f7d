/** What the servers of the Corona-Warn-App keep, where, and for how long (backend spec B1, B2, B4; seed 004). */
import type { Retained } from '../retention.ts';

export const SESSION_DAYS = 14;
export const RESULT_DAYS = 60;

const same = (datum: string, where: string, form: string, kept: string): Retained => ({
  datum,
  where,
  form,
  documented: kept,
  deployed: kept,
});

export const cwaRetention: readonly Retained[] = [
  same('test result', 'results.sqlite', 'by keyed hash of the test; told as redeemed after 21 days', '60 days'),
  same('registration token', 'verification.sqlite', 'keyed hash, with that of the test', `${SESSION_DAYS} days`),
  same('used test or teleTAN', 'verification.sqlite', 'keyed hash only, so that it is good once', 'until it is purged'),
  same('teleTAN', 'verification.sqlite', 'keyed hash', '1 hour (TEST) or 2 days (EVENT), or until it is used'),
  same('time at which a teleTAN was issued', 'verification.sqlite', 'seconds, for the limit of an hour', '1 hour'),
  same('TAN', 'verification.sqlite', 'keyed hash', '14 days, or until it is used'),
  same('submitted key', 'submission.sqlite', 'as submitted, with the day only', '14 days'),
  same('package of a day', 'submission.sqlite', 'signed file', '14 days'),
  same('package of an hour', 'submission.sqlite', 'signed file', '2 days'),
];
