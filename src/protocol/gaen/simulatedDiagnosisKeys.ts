/** Diagnosis keys of people who do not exist, marked as simulated: for key files that try out servers and phones. */
import { keyed } from '../../core/random.ts';
import type { UtcDay } from '../../core/units.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from './intervals.ts';
import { emptyKeyTable, type KeyTable, setKey } from './keyTable.ts';
import { keyDataOf } from './simulatedKeys.ts';

export interface SimulatedPeople {
  readonly seed: number;
  /** The first day that keys are for. */
  readonly firstDay: UtcDay;
  /** Days that keys are for, at least 1. */
  readonly days: number;
}

/** Phones keep the keys of 14 days, and hand out no more (Exposure Notification API, temporary exposure key history). */
const DAYS_KEPT = 14;
const LONGEST_WAIT_FOR_TEST = 4;
/** Of people, invented: keys released on the day of upload end early; the others are tested by a laboratory. */
const SHARE_SHORT_LAST_KEY = 0.3;
const SHARE_CLINICAL = 0.1;

/**
 * `count` keys of as many people as it takes, each with the keys of up to 14 days in a row. The same for the same
 * (seed, firstDay, days); a larger count begins with the keys of a smaller one.
 */
export function simulatedDiagnosisKeys(count: number, { seed, firstDay, days }: SimulatedPeople): KeyTable {
  const table = emptyKeyTable(count);
  for (let person = 0, row = 0; row < count; person++) {
    const draws = keyed(seed, 'diagnosis of a simulated person', person);
    const lastDay = firstDay + draws.below(days);
    const onset = lastDay - 1 - draws.below(LONGEST_WAIT_FOR_TEST);
    const reportType = draws.uniform() < SHARE_CLINICAL ? 'CONFIRMED_CLINICAL_DIAGNOSIS' : 'CONFIRMED_TEST';
    const lastPeriod =
      draws.uniform() < SHARE_SHORT_LAST_KEY ? 1 + draws.below(INTERVALS_PER_DAY - 1) : INTERVALS_PER_DAY;
    for (let day = Math.max(firstDay, lastDay - DAYS_KEPT + 1); day <= lastDay && row < count; day++, row++) {
      setKey(table, row, {
        keyData: keyDataOf(seed, person, day),
        rollingStartIntervalNumber: intervalOfDay(day),
        rollingPeriod: day === lastDay ? lastPeriod : INTERVALS_PER_DAY,
        transmissionRiskLevel: riskLevel(day - onset),
        reportType,
        daysSinceOnsetOfSymptoms: day - onset,
      });
    }
  }
  return table;
}

/** Highest around the onset of symptoms, a level less for each day away from it: a shape, not a measured one. */
const riskLevel = (daysSinceOnset: number): number => Math.max(1, 8 - Math.abs(daysSinceOnset));
