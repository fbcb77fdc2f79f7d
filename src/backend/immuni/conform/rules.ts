/** All rules of Immuni's backend that show from outside, those first that leave nothing behind. */
import { analyticsRules } from './analytics.ts';
import { ingestionRules } from './ingestion.ts';
import { passwordRules } from './passwords.ts';
import { publishingRules, timeRules } from './publishing.ts';
import { readingRules } from './reading.ts';
import type { ImmuniRule } from './trial.ts';

export const immuniConformRules: readonly ImmuniRule[] = [
  ...passwordRules,
  ...ingestionRules,
  ...analyticsRules,
  ...publishingRules,
  ...readingRules,
  ...timeRules,
];
