/** All rules of the Corona-Warn-App's servers that show from outside, those first that leave nothing behind. */
import type { Rule } from '../../conform/trial.ts';
import { distributionRules, submissionRules } from './submission.ts';
import { lifetimeRules, verificationRules } from './verification.ts';

export const cwaConformRules: readonly Rule[] = [
  ...verificationRules,
  ...submissionRules,
  ...distributionRules,
  ...lifetimeRules,
];
