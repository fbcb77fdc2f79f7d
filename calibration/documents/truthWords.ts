/** What was taken for the truth, in whole sentences. */
import { type Exposure, presencesOf } from '../../src/core/exposure.ts';
import { DISTANCE_RULE, parseTruth, TIMED_RULE, type TruthRule } from '../../src/risk/truth.ts';
import type { Sample } from '../sample.ts';
import type { FitResult } from '../schemas.ts';
import { optionText } from './tables.ts';

/** Labels override a rule (contract.md 2); without --truth it depends on what the trace recorded of an exposure. */
export function truthSentences({ subjects }: Sample, options: FitResult['options']): readonly string[] {
  const text = optionText(options, 'truth');
  const given = text.startsWith('label') ? null : parseTruth(text);
  const exposures = subjects.flatMap((subject) => subject.exposures);
  const judged = exposures.filter(({ label }) => label === undefined);
  const pairs = judged.filter(({ distance }) => distance !== undefined);
  // Without --truth an exposure without any distance is unknown: no rule is applied to it.
  const scans = judged.filter(
    (exposure) => exposure.distance === undefined && (given !== null || hasDistance(exposure)),
  );
  const isLabelled = judged.length < exposures.length;
  const kinds = [
    ...(pairs.length > 0 ? [{ of: ' with one recorded distance', rule: ruleWords(given ?? DISTANCE_RULE, '') }] : []),
    ...(scans.length > 0
      ? [{ of: ' with distances over time', rule: ruleWords(given ?? TIMED_RULE, ' at any time') }]
      : []),
  ];
  return [
    ...(isLabelled ? ['Whether an exposure is a true contact is what the trace says of it.'] : []),
    ...kinds.map(
      ({ of, rule }) =>
        `An exposure${isLabelled ? ' without such a label' : ''}${kinds.length > 1 ? of : ''} is a true contact if ${rule}.`,
    ),
    ...groupSentence(optionText(options, 'level')),
  ];
}

const hasDistance = (exposure: Exposure): boolean =>
  presencesOf(exposure).some(({ distance }) => distance !== undefined);

const ruleWords = ({ within, minutes, operator }: TruthRule, untimed: string): string =>
  `the phones were at most ${within} m apart` +
  (minutes === undefined ? untimed : ` for ${operator === '>' ? 'more than' : 'at least'} ${minutes} minutes in all`);

const groupSentence = (level: string): readonly string[] =>
  level === 'user' || level === 'user-day'
    ? [`A ${level === 'user' ? 'user' : "user's day"} has a true contact if any of the exposures is one.`]
    : [];
