/**
 * Rules of Immuni's backend in which documents and deployed code differ (backend spec A; seed 002). Wire forms are always
 * those that were deployed (docs/wire.md).
 */
import type { Seconds } from '../../core/units.ts';
import type { Difference } from '../differences.ts';
import type { Behaviour } from '../rules.ts';
import type { TransmissionRisks } from '../transmissionRisk.ts';
import type { AnalyticsMode } from './analytics/rights.ts';
import type { DelayRule } from './delays.ts';

export interface ImmuniRules {
  /** Between two batches. */
  readonly batchPeriod: Seconds;
  /** Whether keys are judged by the clock of the phone that sends them (header Immuni-Client-Clock). */
  readonly usesClientClock: boolean;
  /** Durations of exposures are in steps of five minutes, thirty at most. */
  readonly coarseDurations: boolean;
  /** How long reports of exposures are kept; absent: until they are purged. */
  readonly reportsKept?: Seconds;
  /** When replies leave. */
  readonly delays: DelayRule;
  /** Which phones may send operational info, and how often. */
  readonly analytics: AnalyticsMode;
  /** How long operational info is kept; absent: until it is purged. */
  readonly infoKept?: Seconds;
  /** Levels of published keys. */
  readonly transmissionRisks: TransmissionRisks;
  /** Keys that may still be in use are not published. False: they are, to see what that would do (S5). */
  readonly embargo: boolean;
}

/** What can be chosen apart from the behaviour. */
export type ImmuniChoices = Partial<
  Pick<ImmuniRules, 'batchPeriod' | 'analytics' | 'transmissionRisks' | 'delays' | 'embargo'>
>;

const HALF_HOUR = 1800;
const DAY = 86_400;
/** One level for all. */
const transmissionRisks: TransmissionRisks = {};

export const immuniRules: Readonly<Record<Behaviour, ImmuniRules>> = {
  documented: {
    batchPeriod: HALF_HOUR,
    usesClientClock: true,
    coarseDurations: true,
    delays: 'deadline',
    analytics: 'dpia',
    transmissionRisks,
    embargo: true,
  },
  deployed: {
    batchPeriod: DAY,
    usesClientClock: false,
    coarseDurations: false,
    delays: 'double',
    reportsKept: 14 * DAY,
    analytics: 'deployed',
    infoKept: 30 * DAY,
    transmissionRisks,
    embargo: true,
  },
};

export const differences: readonly Difference<ImmuniRules>[] = [
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
    rule: 'delays',
    what: 'when replies to uploads and analytics leave (at once under a virtual clock)',
    documented:
      'a quarter of a second after the head of the request, dummies and refusals too, all with the same bytes; the documents promise the effect and name an exponential wait for dummies, which would not have it',
    deployed: 'a check of a password after 150 ms (normal, deviation 20 ms), and a dummy after as much again',
    why: 'as deployed a dummy check takes 300 ms and a genuine one 150: who measures knows which is which',
  },
  {
    rule: 'reportsKept',
    what: 'reports of exposures that come with an upload',
    documented: 'kept until the end of the emergency, then purged',
    deployed: '14 days, with the uploads in which they came',
    why: 'they are there to improve the risk model, which takes longer than two weeks',
  },
  {
    rule: 'analytics',
    what: 'who may send operational info (`--analytics` decides it apart)',
    documented: 'iPhones only, twice in the month in which their token was authorised, after one look at the bits',
    deployed:
      'iPhones once with and once without an exposure, in that month and in the next, after three looks at the bits; Android phones with an attestation',
    why: 'a device that asks twice at once would get two tokens with one look',
  },
  {
    rule: 'infoKept',
    what: 'operational info',
    documented: 'kept until the end of the emergency, then purged',
    deployed: '30 days',
    why: 'how many phones work, by province, is of use for a season',
  },
];
