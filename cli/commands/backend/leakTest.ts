/** backend leak-test: whether who watches the line can tell genuine requests from dummies by the replies. */
import { Option } from 'commander';
import { type SystemName, systemNames } from '../../../src/backend/systems.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { counted } from '../../../src/core/words.ts';
import { phoneFaults, trafficNames } from '../../../src/device/cover.ts';
import { cwaCalls } from '../../../src/load/cwaCalls.ts';
import { immuniCalls } from '../../../src/load/immuniCalls.ts';
import { type Call, type Comparison, compareCall } from '../../../src/load/leak.ts';
import { labResults } from '../../../src/protocol/wire/cwa/testResultServer.ts';
import { authoriseOtp } from '../../../src/protocol/wire/immuni/otpService.ts';
import { buildRequest } from '../../../src/protocol/wire/messages.ts';
import { type CheckCase, renderJunit } from '../../../src/report/junit.ts';
import { askOperator } from '../../backend/operator.ts';
import { type SequenceFlags, testSequences } from '../../backend/sequenceLeak.ts';
import { addTargetOptions, assertThere, isVirtual, type Target, targetOf } from '../../backend/target.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { urlOf } from '../../options/servers.ts';
import { integer, number } from '../../options/values.ts';
import { addShowOptions, show } from '../../show.ts';

interface Flags extends SequenceFlags {
  readonly level: 'request' | 'sequence';
  readonly requests: number;
  readonly connections: number;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.addOption(new Option('--system <name>', 'whose calls').choices(systemNames).makeOptionMandatory());
  addTargetOptions(command)
    .optionsGroup('What is tried:')
    .addOption(
      new Option('--level <level>', 'a request and its reply, or all that a phone does in simulated days')
        .choices(['request', 'sequence'])
        .default('request'),
    )
    .addOption(
      new Option('--requests <n>', 'of each kind and call')
        .argParser(integer({ min: 20, max: 1_000_000 }))
        .default(1000),
    )
    .addOption(
      new Option('--connections <n>', 'requests under way at once')
        .argParser(integer({ min: 1, max: 1000 }))
        .default(32),
    )
    .addOption(
      new Option('--threshold <x>', 'an AUC so far from 0.5 is of use to a watcher')
        .argParser(number({ min: 0, max: 0.5 }))
        .default(0.05),
    )
    .addOption(
      new Option('--phones <n>', 'sequence: of each group: ill, warned, and neither')
        .argParser(integer({ min: 8, max: 10_000 }))
        .default(100),
    )
    .addOption(
      new Option('--days <n>', 'sequence: that pass by the virtual clock of the backend')
        .argParser(integer({ min: 10, max: 365 }))
        .default(30),
    )
    .addOption(
      new Option('--traffic <kind>', 'sequence: how phones hide what their users do')
        .choices(trafficNames)
        .default('covered'),
    )
    .addOption(new Option('--fault <name>', 'sequence: what is left uncovered').choices(phoneFaults))
    .option('--junit <file>', 'the verdicts as JUnit XML');
  addShowOptions(command);
  examples(command, [
    [
      'enlab backend leak-test --system immuni --data out/real --requests 50',
      'a backend with the clock of the machine; exit 3 where a reply tells',
    ],
    [
      'enlab backend leak-test --level sequence --system immuni --data out/backend',
      'one with a virtual clock, newly made; exit 3 where 30 days of a phone tell (about a minute)',
    ],
  ]);
  command.action((flags: Flags) => (flags.level === 'sequence' ? testSequences(edge, flags) : act(edge, flags)));
};

/** Comparisons first, then E-CHECK (exit 3) where a difference is of use, or deadlines were missed. */
async function act(edge: Edge, flags: Flags): Promise<void> {
  const { system, requests, connections, threshold } = flags;
  const { rows, missed } = await withDestinations(
    edge,
    { inputs: [], outputs: [flags.out, flags.junit] },
    async ([out, junit]) => {
      const target = targetOf(edge, flags);
      await assertReal(edge, target);
      const before = await missedBy(edge, target);
      const found: Comparison[] = [];
      for (const call of await callsOf(edge, system, target))
        found.push(...(await compareCall(call, { requests, connections, threshold }, edge)));
      const late = before === null ? null : (await missedBy(edge, target))! - before;
      const options = { system, requests, connections, threshold };
      const result = { schema: 'enlab.backend.leak-test', version: 1, options, missedDeadlines: late, data: found };
      junit?.write(renderJunit(`enlab backend leak-test --system ${system}`, [...found.map(caseOf), lateCase(late)]));
      await show(edge, flags, out, result, documentOf(found, late, threshold));
      return { rows: found, missed: late };
    },
  );
  const leaks = rows.filter((row) => row.leaks).map(({ call, measure }) => `${measure} of ${call}`);
  if (leaks.length > 0) throw new EnlabError('E-CHECK', `dummies are told apart by ${leaks.join(', ')}`);
  if ((missed ?? 0) > 0) throw new EnlabError('E-CHECK', `${counted(missed!, 'reply', 'replies')} missed the deadline`);
}

/** Throws E-USAGE for a virtual clock, under which nothing takes time. */
async function assertReal(edge: Edge, { urls, own }: Target): Promise<void> {
  await assertThere(edge, Object.values(urls));
  if (own && (await isVirtual(edge, own)))
    throw new EnlabError('E-USAGE', 'under a virtual clock no reply takes any time', {
      hint: 'start the backend without --clock virtual',
    });
}

/** Replies of enlab that left too late; null: the server does not say. */
async function missedBy({ http }: Edge, { urls, own }: Target): Promise<number | null> {
  if (!own) return null;
  const { body } = await http(new URL('/metrics', urls.all).href, {
    method: 'GET',
    headers: {},
    body: new Uint8Array(),
  });
  return Number(/^enlab_deadline_missed_total (\d+)/m.exec(Buffer.from(body).toString())?.[1] ?? 0);
}

/** Throws E-USAGE where an address is missing. */
async function callsOf(edge: Edge, system: SystemName, { urls, own }: Target): Promise<readonly Call[]> {
  const { entropy, now, http } = edge;
  const of = (service: 'upload' | 'analytics'): string => {
    const url = urlOf(urls, service);
    if (url === undefined)
      throw new EnlabError('E-USAGE', `where is the service "${service}"?`, { hint: `--target ${service}=URL` });
    return url;
  };
  if (system === 'cwa') {
    const reportPositive = async (id: string): Promise<void> => {
      await askOperator(edge, own!, labResults, { body: { testResults: [{ id, result: 2 }] } });
    };
    return cwaCalls({ url: of('upload'), entropy, now, http, ...(own && { reportPositive }) });
  }
  const authorise = async (otp: string, symptoms: string): Promise<void> => {
    const asked = { body: { otp, symptoms_started_on: symptoms } };
    if (own) await askOperator(edge, own, authoriseOtp, asked);
    else {
      const { path, ...message } = buildRequest(authoriseOtp, asked);
      await http(new URL(path, urls.otp).href, message);
    }
  };
  const canAuthorise = own !== undefined || urls.otp !== undefined;
  return immuniCalls({
    upload: of('upload'),
    analytics: of('analytics'),
    entropy,
    now,
    ...(canAuthorise && { authorise }),
  });
}

const detailOf = ({ auc, ks, p, leaks }: Comparison): string =>
  `AUC ${auc.value!.toFixed(3)} (${auc.low!.toFixed(3)} to ${auc.high!.toFixed(3)}), KS ${ks.toFixed(3)}, p ${p.toPrecision(2)}${leaks ? ': tells' : ''}`;

const caseOf = (row: Comparison): CheckCase => ({
  group: row.call,
  name: row.measure,
  outcome: row.leaks ? 'failed' : 'passed',
  detail: detailOf(row),
});

const lateCase = (late: number | null): CheckCase => ({
  group: 'server',
  name: 'deadlines',
  outcome: late === null ? 'skipped' : late > 0 ? 'failed' : 'passed',
  detail: late === null ? 'the server does not count them' : `${late} missed`,
});

/** Milliseconds for times. */
const shown = (measure: Comparison['measure'], value: number): string =>
  measure === 'latency' ? `${(value * 1000).toFixed(1)} ms` : measure === 'size' ? `${value} B` : '';

function documentOf(rows: readonly Comparison[], late: number | null, threshold: number): ReportDocument {
  const leaks = rows.filter((row) => row.leaks).length;
  return {
    title: 'Do replies tell dummies from genuine requests?',
    summary: [
      leaks === 0
        ? `No: no AUC is significantly more than ${threshold} away from 0.5.`
        : `Yes: ${counted(leaks, 'comparison')} of ${rows.length}.`,
      late === null ? 'The server does not count missed deadlines.' : `${counted(late, 'missed deadline')}.`,
    ],
    sections: [
      {
        id: 'comparisons',
        title: 'Comparisons',
        blocks: [
          {
            kind: 'table',
            name: 'comparisons',
            caption: 'AUC: how well one reply tells what its request was (0.5: not at all)',
            columns: [
              { key: 'call', label: 'call' },
              { key: 'measure', label: 'measure' },
              { key: 'genuine', label: 'genuine (median)' },
              { key: 'dummy', label: 'dummy (median)' },
              { key: 'auc', label: 'AUC' },
              { key: 'ks', label: 'KS' },
              { key: 'p', label: 'p (Mann-Whitney)' },
              { key: 'verdict', label: 'verdict' },
            ],
            rows: rows.map(({ call, measure, genuine, dummy, auc, ks, p, leaks: tells }) => ({
              call,
              measure,
              genuine: shown(measure, genuine),
              dummy: shown(measure, dummy),
              auc,
              ks: Number(ks.toFixed(3)),
              p: Number(p.toPrecision(2)),
              verdict: tells ? 'tells' : 'equal',
            })),
          },
        ],
      },
    ],
    provenance: {},
  };
}
