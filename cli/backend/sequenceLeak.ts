/** leak-test --level sequence: whether the line of a phone tells in a month that its user is ill, or was warned. */
import { clockEndpoint } from '../../src/backend/operator.ts';
import type { SystemName } from '../../src/backend/systems.ts';
import { toHex } from '../../src/core/bytes.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { isoDay, parseIsoTime, utcDayOf } from '../../src/core/time.ts';
import type { UnixSeconds } from '../../src/core/units.ts';
import { counted } from '../../src/core/words.ts';
import type { PhoneFault, TrafficName } from '../../src/device/cover.ts';
import type { AppName } from '../../src/device/profile.ts';
import { type Illness, type SequencePorts, watch } from '../../src/load/sequence.ts';
import { type Judgement, judge } from '../../src/load/watcher.ts';
import { labResults } from '../../src/protocol/wire/cwa/testResultServer.ts';
import { newOtp } from '../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { type CheckCase, renderJunit } from '../../src/report/junit.ts';
import type { Edge } from '../edge.ts';
import { withDestinations } from '../files.ts';
import type { BackendLeakSequenceResult } from '../schemas.ts';
import { type ShowFlags, show } from '../show.ts';
import { askOperator, type Server } from './operator.ts';
import { isVirtual, type Target, type TargetFlags, targetOf } from './target.ts';

export interface SequenceFlags extends ShowFlags, TargetFlags {
  readonly system: SystemName;
  readonly threshold: number;
  readonly phones: number;
  readonly days: number;
  readonly traffic: TrafficName;
  readonly fault?: PhoneFault;
  readonly junit?: string;
}

const APPS: Readonly<Record<SystemName, AppName>> = { immuni: 'immuni', cwa: 'cwa-v1' };

type Row = BackendLeakSequenceResult['data'][number];

/** The judgements first, then E-CHECK (exit 3) where the watcher learns something. */
export async function testSequences(edge: Edge, flags: SequenceFlags): Promise<void> {
  const { system, threshold, phones, days, traffic, fault = null } = flags;
  const outputs = [flags.out, flags.junit];
  const rows = await withDestinations(edge, { inputs: [], outputs }, async ([out, junit]) => {
    const own = await virtualServer(edge, targetOf(edge, flags));
    const begin = await timeOf(edge, own);
    const options = { app: APPS[system], traffic, phones, days, begin, ...(fault && { fault }) };
    const { nothing, ill, notified } = await watch(options, portsOf(edge, system, own));
    const found = [
      rowOf('is ill', ill.length, judge(enough(ill, 'shared their keys'), nothing), threshold),
      rowOf('was warned', notified.length, judge(enough(notified, 'were warned'), nothing), threshold),
    ];
    const result: BackendLeakSequenceResult = {
      schema: 'enlab.backend.leak-sequence',
      version: 1,
      options: { system, threshold, phones, days, traffic, fault },
      data: found,
    };
    junit?.write(renderJunit(`enlab backend leak-test --level sequence --system ${system}`, found.map(caseOf)));
    await show(edge, flags, out, result, documentOf(result));
    return found;
  });
  const leaks = rows
    .filter((row) => row.leaks)
    .map(({ question, by }) => `that somebody ${question} (${by.join(', ')})`);
  if (leaks.length > 0) throw new EnlabError('E-CHECK', `the line tells ${leaks.join(' and ')}`);
}

/** From the first symptoms to the upload: long enough for the encounter of the day before the test. */
const SICK_DAYS = 4;

const FEWEST = 4;

function enough<T>(seen: readonly T[], what: string): readonly T[] {
  if (seen.length >= FEWEST) return seen;
  throw new EnlabError('E-CHECK', `only ${counted(seen.length, 'phone')} ${what}: too few to judge`, {
    hint: 'more --phones or --days, or a backend that publishes few keys ("backend start --system cwa --least-keys 1")',
  });
}

async function virtualServer(edge: Edge, { own }: Target): Promise<Server> {
  if (own && (await isVirtual(edge, own))) return own;
  throw new EnlabError('E-USAGE', 'months pass only by a virtual clock, which the operator moves', {
    hint: 'start a backend with --clock virtual, and name it with --data DIR or with --target URL --token T',
  });
}

async function timeOf(edge: Edge, own: Server): Promise<UnixSeconds> {
  const { body } = await askOperator(edge, own, clockEndpoint, { body: { seconds: 0 } });
  const { now } = body as unknown as { readonly now: UnixSeconds | string };
  return typeof now === 'number' ? now : parseIsoTime(now)!;
}

function portsOf(edge: Edge, system: SystemName, own: Server): SequencePorts {
  const { entropy, http } = edge;
  const { url } = own;
  let now = 0;
  const illness: Illness =
    system === 'immuni'
      ? {
          way: 'at once',
          code: () => newOtp(entropy),
          release: async (otp) => {
            const symptoms = isoDay(utcDayOf(now) - SICK_DAYS);
            await askOperator(edge, own, authoriseOtp, { body: { otp, symptoms_started_on: symptoms } });
          },
        }
      : {
          way: 'register',
          code: () => toHex(entropy(32)),
          release: async (id) => {
            await askOperator(edge, own, labResults, { body: { testResults: [{ id, result: 2 }] } });
          },
        };
  return {
    servers: { get: url, upload: url, ...(system === 'immuni' && { analytics: url }) },
    entropy,
    http,
    illness,
    async moveTo(to) {
      now = to;
      await askOperator(edge, own, clockEndpoint, { body: { to } });
    },
  };
}

const rowOf = (question: string, n: number, { auc: value, low, high, by }: Judgement, threshold: number): Row => ({
  question,
  n,
  auc: { value, low, high },
  by: [...by],
  leaks: low > 0.5 && value > 0.5 + threshold,
});

const caseOf = ({ question, auc, by, leaks }: Row): CheckCase => ({
  group: 'sequence',
  name: question,
  outcome: leaks ? 'failed' : 'passed',
  detail: `AUC ${auc.value.toFixed(3)} (${auc.low.toFixed(3)} to ${auc.high.toFixed(3)}) by ${by.join(', ')}`,
});

function documentOf({ data, options: { phones, days, traffic, fault } }: BackendLeakSequenceResult): ReportDocument {
  const told = data.filter(({ leaks }) => leaks);
  return {
    title: 'Does the line of a phone tell?',
    summary: [
      told.length === 0
        ? 'No: who watches a phone learns neither that its user is ill nor that they were warned.'
        : `Yes: that its user ${told.map(({ question }) => question).join(' and ')}.`,
      `${counted(days, 'day')}, ${counted(phones, 'phone')} of each group, traffic ${traffic}${fault ? `, fault ${fault}` : ''}.`,
    ],
    sections: [
      {
        id: 'judgements',
        title: 'Judgements',
        blocks: [
          {
            kind: 'table',
            name: 'judgements',
            caption:
              'AUC of the best single figure, learned on half of the phones and judged on the other (0.5: nothing)',
            columns: [
              { key: 'question', label: 'the user' },
              { key: 'n', label: 'phones' },
              { key: 'auc', label: 'AUC (99 %)' },
              { key: 'by', label: 'by' },
              { key: 'verdict', label: 'verdict' },
            ],
            rows: data.map(({ question, n, auc, by, leaks }) => ({
              question,
              n,
              auc,
              by: by.join(', '),
              verdict: leaks ? 'tells' : 'hidden',
            })),
          },
        ],
      },
    ],
    provenance: {},
  };
}
