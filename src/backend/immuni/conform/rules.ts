/** All rules of Immuni's backend that show from outside, those first that leave nothing behind. */

import { type Rule } from '../../conform/trial.ts';
import { analyticsRules } from './analytics.ts';
import { ingestionRules } from './ingestion.ts';
import { passwordRules } from './passwords.ts';
import { publishingRules, timeRules } from './publishing.ts';
import { readingRules } from './reading.ts';

export const immuniConformRules: readonly Rule[] = [
  ...passwordRules,
  ...ingestionRules,
  ...analyticsRules,
  ...publishingRules,
  ...readingRules,
  ...timeRules,
];
