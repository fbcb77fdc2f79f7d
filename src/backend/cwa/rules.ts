/**
 * Rules of the Corona-Warn-App's backend in which documents and deployed code differ (backend spec B; seed 004). Wire forms
 * are always those that were deployed (docs/wire.md).
 */
import type { Difference } from '../differences.ts';
import type { Behaviour } from '../rules.ts';
import type { TransmissionRisks } from '../transmissionRisk.ts';

export type CwaDelayRule = 'deadline' | 'frozen' | 'none';

export interface CwaRules {
  /** How many TANs a registration token is good for. */
  readonly tansPerToken: number;
  /** Whether hours and days with too few keys have a file without any. */
  readonly emptyFiles: boolean;
  /** Fewer keys wait for the next hour. */
  readonly leastKeys: number;
  /** When replies leave: at their deadline, at once, or fake ones after a moving average that does not move. */
  readonly delays: CwaDelayRule;
  /** Levels of keys that come with days since onset only. */
  readonly transmissionRisks: TransmissionRisks;
  /** Each genuine key is stored with so many keys less one that are random. */
  readonly keyMultiplier: number;
}

/** What can be chosen apart from the behaviour. */
export type CwaChoices = Partial<CwaRules>;

/** shifting-policy-threshold. */
const LEAST_KEYS = 140;

/** As the app maps them (transmissionRisk.ts): the table of the deployed server could not be found. */
const transmissionRisks: TransmissionRisks = {};

export const cwaRules: Readonly<Record<Behaviour, CwaRules>> = {
  documented: {
    tansPerToken: 2,
    emptyFiles: false,
    delays: 'deadline',
    leastKeys: LEAST_KEYS,
    keyMultiplier: 1,
    transmissionRisks,
  },
  deployed: {
    tansPerToken: 1,
    emptyFiles: true,
    delays: 'frozen',
    leastKeys: LEAST_KEYS,
    keyMultiplier: 1,
    transmissionRisks,
  },
};

export const differences: readonly Difference<CwaRules>[] = [
  {
    rule: 'tansPerToken',
    what: 'TANs of a registration token',
    documented: 'two: one for the keys of the past, one for that of the current day when it is over',
    deployed: 'one since 6 June 2020 (tancountermax); a second request is 400',
    why: 'who can have a second TAN can submit twice; who has one keeps the key of today',
  },
  {
    rule: 'emptyFiles',
    what: 'an hour or day with too few keys',
    documented: 'is skipped',
    deployed: 'has a signed file without keys',
    why: 'a phone cannot tell a missing file from one that is late',
  },
  {
    rule: 'delays',
    what: 'when replies of verification and submission leave (at once under a virtual clock)',
    documented:
      'a quarter of a second after the head of the request, fake ones and refusals too, all of a service with the same bytes; the documents promise the effect only',
    deployed:
      'fake ones after a Poisson time around a moving average, which stays at 10 ms for registrations and results and moves in steps only',
    why: 'an average that does not follow the genuine requests tells which are fake',
  },
];
