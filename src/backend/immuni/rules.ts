/**
 * Rules of Immuni's backend in which documents and deployed code differ (backend spec A; seed 002). Wire forms are always
 * those that were deployed (docs/wire.md).
 */
import type { Seconds } from '../../core/units.ts';
import type { Behaviour } from '../rules.ts';

export interface ImmuniRules {
  /** Between two batches. */
  readonly batchPeriod: Seconds;
  /** Whether keys are judged by the clock of the phone that sends them (header Immuni-Client-Clock). */
  readonly usesClientClock: boolean;
  /** Durations of exposures are in steps of five minutes, thirty at most. */
  readonly coarseDurations: boolean;
  /** How long reports of exposures are kept; absent: until they are purged. */
  readonly reportsKept?: Seconds;
}

export interface Difference {
  readonly rule: keyof ImmuniRules;
  readonly what: string;
  readonly documented: string;
  readonly deployed: string;
  readonly why: string;
}

const HALF_HOUR = 1800;
const DAY = 86_400;

export const immuniRules: Readonly<Record<Behaviour, ImmuniRules>> = {
  documented: { batchPeriod: HALF_HOUR, usesClientClock: true, coarseDurations: true },
  deployed: { batchPeriod: DAY, usesClientClock: false, coarseDurations: false, reportsKept: 14 * DAY },
};

export const differences: readonly Difference[] = [
  {
    rule: 'batchPeriod',
    what: 'time between two batches',
    documented: '30 minutes (impact assessment)',
    deployed: '24 hours (default of the task, "0 0 * * *")',
    why: 'a shorter period warns earlier, a longer one mixes the keys of more people',
  },
  {
    rule: 'usesClientClock',
    what: 'the clock of the phone',
    documented: 'keys are judged as if the clock of the server were that of the phone',
    deployed: 'the header is checked and ignored',
    why: 'a phone whose clock is fast sends keys that seem to begin in the future, and loses all of them',
  },
  {
    rule: 'coarseDurations',
    what: 'durations of exposures in epidemiological data',
    documented: 'whole steps of five minutes, thirty at most',
    deployed: 'as the phone sends them (its framework rounds)',
    why: 'a duration to the second would tell encounters apart',
  },
  {
    rule: 'reportsKept',
    what: 'reports of exposures that come with an upload',
    documented: 'kept until the end of the emergency, then purged',
    deployed: '14 days, with the uploads in which they came',
    why: 'they are there to improve the risk model, which takes longer than two weeks',
  },
];
