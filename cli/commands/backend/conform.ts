/** backend conform: whether a server follows the rules of a system, one line a rule, for people and for CI. */
import { Option } from 'commander';
import { conform, type Need, type Outcome, type Verdict } from '../../../src/backend/conform/conform.ts';
import { type ConformService, conformServices, type Rule, type Trial } from '../../../src/backend/conform/trial.ts';
import { cwaConformRules } from '../../../src/backend/cwa/conform/rules.ts';
import { immuniConformRules } from '../../../src/backend/immuni/conform/rules.ts';
import { extractEndpoint, publishEndpoint } from '../../../src/backend/operator.ts';
import { type SystemName, systemNames } from '../../../src/backend/systems.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import type { UnixSeconds } from '../../../src/core/units.ts';
import { counted } from '../../../src/core/words.ts';
import { type CheckCase, renderJunit } from '../../../src/report/junit.ts';
import { askOperator, figuresOf, type Server } from '../../backend/operator.ts';
import {
  addTargetOptions,
  assertThere,
  isVirtual,
  moved,
  type Target,
  type TargetFlags,
  targetOf,
} from '../../backend/target.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { type Urls, urlOf } from '../../options/servers.ts';
import { instant } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends ShowFlags, TargetFlags {
  readonly system: SystemName;
  readonly at?: UnixSeconds;
  readonly junit?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.addOption(new Option('--system <name>', 'whose rules').choices(systemNames).makeOptionMandatory());
  addTargetOptions(command)
    .addOption(
      new Option('--at <time>', 'time at a server of somebody else (default: now); those of enlab are asked').argParser(
        instant,
      ),
    )
    .option('--junit <file>', 'the verdicts as JUnit XML');
  addShowOptions(command);
  examples(command, [
    [
      'enlab backend conform --system immuni --target http://127.0.0.1:8080 --junit out/conform.xml',
      'a server of somebody else: what shows without its operator',
    ],
    [
      'enlab backend conform --system immuni --data out/backend',
      'all rules; it uploads and publishes, and moves the clock',
    ],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

/** Verdicts first, then E-CHECK (exit 3) where a rule is broken. */
async function act(edge: Edge, flags: Flags): Promise<void> {
  const outputs = [flags.out, flags.junit];
  const verdicts = await withDestinations(edge, { inputs: [], outputs }, async ([out, junit]) => {
    const tried = await triedOf(edge, targetOf(edge, flags), flags.at);
    const all: Verdict[] = [];
    for await (const verdict of conform(rulesOf[flags.system], tried.trial, tried)) all.push(verdict);
    const counts = countsOf(all);
    const result = {
      schema: 'enlab.backend.conform',
      version: 1,
      options: { system: flags.system },
      counts,
      data: all,
    };
    junit?.write(
      renderJunit(
        `enlab backend conform --system ${flags.system}`,
        all.map((verdict) => caseOf(flags.system, verdict)),
      ),
    );
    await show(edge, flags, out, result, documentOf(all, counts));
    return all;
  });
  const broken = verdicts.filter(({ outcome }) => outcome === 'differs').length;
  if (broken > 0) throw new EnlabError('E-CHECK', `${counted(broken, 'rule')} of ${verdicts.length} differ`);
}

const rulesOf: Readonly<Record<SystemName, readonly Rule[]>> = { immuni: immuniConformRules, cwa: cwaConformRules };

const outcomes: readonly Outcome[] = ['follows', 'as deployed', 'as documented', 'differs', 'not tested'];
type Counts = Readonly<Record<Outcome, number>>;

const countsOf = (verdicts: readonly Verdict[]): Counts =>
  Object.fromEntries(
    outcomes.map((outcome) => [outcome, verdicts.filter((one) => one.outcome === outcome).length]),
  ) as Counts;

const caseOf = (system: SystemName, { service, what, outcome, detail }: Verdict): CheckCase => ({
  group: `${system}.${service}`,
  name: what,
  outcome: outcome === 'differs' ? 'failed' : outcome === 'not tested' ? 'skipped' : 'passed',
  detail: outcome === 'not tested' || outcome === 'differs' ? detail : `${outcome}: ${detail}`,
});

function documentOf(verdicts: readonly Verdict[], counts: Counts): ReportDocument {
  const columns = ['rule', 'outcome', 'detail'].map((key) => ({ key, label: key }));
  const summary = outcomes.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return {
    title: 'Does the server follow the rules?',
    summary: [`${counted(verdicts.length, 'rule')}: ${summary.join(', ')}`],
    sections: [
      {
        id: 'rules',
        title: 'Rules',
        blocks: [
          {
            kind: 'table',
            name: 'rules',
            caption: 'one line a rule',
            columns,
            rows: verdicts.map(({ what, outcome, detail }) => ({ rule: what, outcome, detail })),
          },
        ],
      },
    ],
    provenance: {},
  };
}

interface Tried {
  readonly trial: Trial;
  readonly services: ReadonlySet<string>;
  readonly can: ReadonlySet<Need>;
}

/** Throws E-SERVER where nothing answers at all. */
async function triedOf(edge: Edge, { urls, own }: Target, at: UnixSeconds | undefined): Promise<Tried> {
  if (own) return ownTrial(edge, own);
  const services = conformServices.filter((service) => urlOf(urls, service) !== undefined);
  await assertThere(
    edge,
    services.map((service) => urlOf(urls, service)),
  );
  const trial = {
    now: () => at ?? edge.now(),
    entropy: edge.entropy,
    ask: askerOf(edge, urls, () => ({})),
    ...noOperator,
  };
  return { services: new Set(services), can: new Set<Need>(urls.otp === undefined ? [] : ['authorise']), trial };
}

const askerOf =
  (
    { http }: Edge,
    urls: Urls,
    headersFor: (service: ConformService) => Readonly<Record<string, string>>,
  ): Trial['ask'] =>
  (service, { path, headers, ...message }) =>
    http(new URL(path, urlOf(urls, service)).href, { ...message, headers: { ...headers, ...headersFor(service) } });

/** Calls that only rules make which need an operator; those are not tried. */
const noOperator = {
  publish: () => Promise.reject(new Error('nobody can publish here')),
  extract: () => Promise.reject(new Error('nobody can extract here')),
  move: () => Promise.reject(new Error('nobody can move this clock')),
};

async function ownTrial(edge: Edge, server: Server): Promise<Tried> {
  const canMove = await isVirtual(edge, server);
  const clock = { now: canMove ? await moved(edge, server, 0) : 0 };
  const authorization = `Bearer ${server.token}`;
  return {
    services: new Set(conformServices),
    can: new Set<Need>(['authorise', 'operate', ...(canMove ? (['move'] as const) : [])]),
    trial: {
      now: () => (canMove ? clock.now : edge.now()),
      entropy: edge.entropy,
      ask: askerOf(edge, { all: server.url }, (service) => (service === 'otp' ? { authorization } : {})),
      publish: async () => void figuresOf(await askOperator(edge, server, publishEndpoint, {})),
      extract: async () => (await askOperator(edge, server, extractEndpoint, {})).body as string,
      async move(seconds) {
        clock.now = await moved(edge, server, seconds);
      },
    },
  };
}
