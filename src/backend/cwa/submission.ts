/** Submission server: keys of people who are ill, each submission authorised by a TAN (backend spec B1, B4). */
import { defined } from '../../core/object.ts';
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { intervalOf, intervalOfDay } from '../../protocol/gaen/intervals.ts';
import { type DiagnosisKey, KEY_BYTES, reportTypes } from '../../protocol/gaen/keys.ts';
import { submissionOf, submitFake, submitKeys, submitOnBehalf } from '../../protocol/wire/cwa/submission.ts';
import { type SubmissionPayload, unsupportedCountries } from '../../protocol/wire/cwa/submissionPayload.ts';
import { levelByOnset } from '../../protocol/wire/cwa/transmissionRisk.ts';
import { buildReply } from '../../protocol/wire/messages.ts';
import { type Route, route } from '../service.ts';
import type { TransmissionRisks } from '../transmissionRisk.ts';
import type { FakeWait } from './fakeWait.ts';
import type { CwaPorts } from './ports.ts';
import { tanHash } from './verification.ts';

/** Days for which keys are taken and kept. */
export const KEY_DAYS = 14;

/** There is no federation, so that people have been at home. */
const SUPPORTED = ['DE'];

/** Check-ins are gone by; the headers stand in every reply all the same. */
const noCheckIns = { 'cwa-filtered-checkins': 0, 'cwa-saved-checkins': 0 };

type SubmittedKey = SubmissionPayload['keys'][number];

export const submissionRoutes = (ports: CwaPorts, fakeWait: FakeWait): readonly Route[] => {
  const { clock, store, rules } = ports;
  const routes: readonly Route[] = [
    {
      ...route(submitFake, () => buildReply(submitFake, 200, undefined, noCheckIns)),
      takes: (headers) => submissionOf(headers) === submitFake,
    },
    route(submitKeys, async ({ headers, body }) => {
      const tan = headers['cwa-authorization'];
      // Of a self-report, which no laboratory has confirmed: enlab has none.
      if (!tan) return buildReply(submitKeys, 403, undefined);
      const now = clock.now();
      if (unsupportedCountries(body, SUPPORTED).length > 0) return buildReply(submitKeys, 400, '');
      const keys = acceptedKeys(body.keys, now)
        .map((key) => diagnosisKey(key, rules.transmissionRisks))
        .flatMap((key) => multiplied(key, ports));
      const isTaken = await store.run('submit', { tan: tanHash(ports, tan), today: utcDayOf(now), keys });
      return isTaken ? buildReply(submitKeys, 200, undefined, noCheckIns) : buildReply(submitKeys, 403, undefined);
    }),
    route(submitOnBehalf, () => buildReply(submitOnBehalf, 403, undefined)),
  ];
  return routes.map((one) => fakeWait(one));
};

/** Keys of the future and those that are too old are left out silently (backend spec B1). */
function acceptedKeys(keys: readonly SubmittedKey[], now: UnixSeconds): readonly SubmittedKey[] {
  const first = intervalOfDay(utcDayOf(now) - KEY_DAYS);
  return keys.filter(({ rollingStartIntervalNumber: start }) => start >= first && start <= intervalOf(now));
}

/** Old clients say a level, new ones the days since the first symptoms. */
function diagnosisKey(key: SubmittedKey, risks: TransmissionRisks): DiagnosisKey {
  const { keyData, rollingStartIntervalNumber, rollingPeriod } = key;
  const { transmissionRiskLevel, reportType, daysSinceOnsetOfSymptoms: onset } = key;
  return defined({
    keyData,
    rollingStartIntervalNumber,
    rollingPeriod,
    transmissionRiskLevel: transmissionRiskLevel ?? risks[onset!] ?? levelByOnset(onset!),
    reportType: reportType === undefined ? undefined : reportTypes[reportType],
    daysSinceOnsetOfSymptoms: onset,
  });
}

/** The key, and others that differ from it in their data only: who counts keys does not count people. */
const multiplied = (key: DiagnosisKey, { entropy, rules }: CwaPorts): readonly DiagnosisKey[] => [
  key,
  ...Array.from({ length: rules.keyMultiplier - 1 }, () => ({ ...key, keyData: entropy(KEY_BYTES) })),
];
