/** backend crash-test: whether a backend that is killed again and again loses or repeats what it has acknowledged. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { statusEndpoint } from '../../../src/backend/operator.ts';
import { type SystemName, systemNames } from '../../../src/backend/systems.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { counted } from '../../../src/core/words.ts';
import {
  type Crashable,
  type CrashPorts,
  type CrashServer,
  crashRounds,
  isSound,
  type Round,
} from '../../../src/load/crash.ts';
import { cwaCrash } from '../../../src/load/cwaCrash.ts';
import { immuniCrash } from '../../../src/load/immuniCrash.ts';
import { type CheckCase, renderJunit } from '../../../src/report/junit.ts';
import { askOperator, figuresOf } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge, Launched, LaunchLimits } from '../../edge.ts';
import { largestFileIn, withDestinations } from '../../files.ts';
import { integer } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends ShowFlags {
  readonly system: SystemName;
  readonly data: string;
  readonly rounds: number;
  readonly seed: number;
  readonly junit?: string;
}

/** 2020-06-22, noon. */
const BEGIN = 1_592_827_200;

export const define: CommandModule['define'] = (command, edge) => {
  command
    .addOption(new Option('--system <name>', 'whose backend').choices(systemNames).default('immuni'))
    .requiredOption('--data <dir>', 'folder of a backend for this test only; made where it is missing')
    .addOption(
      new Option('--rounds <n>', 'how often it is killed').argParser(integer({ min: 1, max: 100_000 })).default(10),
    )
    .addOption(
      new Option('--seed <n>', 'of what is uploaded, and when it is killed').argParser(integer({ min: 0 })).default(1),
    )
    .option('--junit <file>', 'a case a round as JUnit XML');
  addShowOptions(command);
  examples(command, [
    [
      'enlab backend crash-test --data out/crash --rounds 3',
      'killed under load, while it starts, after a jump of its clock',
    ],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

/** Rounds as they end on stderr, then the result; E-CHECK (exit 3) where something was lost. */
async function act(edge: Edge, flags: Flags): Promise<void> {
  const { system, rounds, seed } = flags;
  const outputs = [flags.out, flags.junit];
  const found = await withDestinations(edge, { inputs: [], outputs }, async ([out, junit]) => {
    const all: Round[] = [];
    for await (const round of crashRounds(rounds, crashables[system], portsOf(edge, flags))) {
      edge.stderr.write(`${lineOf(round)}\n`);
      all.push(round);
    }
    const result = { schema: 'enlab.backend.crash-test', version: 1, seed, options: { system, rounds }, data: all };
    junit?.write(renderJunit(`enlab backend crash-test --seed ${seed}`, all.map(caseOf)));
    await show(edge, flags, out, result, documentOf(all));
    return all;
  });
  const broken = found.filter((round) => !isSound(round)).length;
  if (broken > 0)
    throw new EnlabError('E-CHECK', `${counted(broken, 'round')} of ${rounds} lost or repeated something`);
}

const crashables: Readonly<Record<SystemName, Crashable>> = { immuni: immuniCrash, cwa: cwaCrash };

function portsOf(edge: Edge, { system, data, seed }: Flags): CrashPorts {
  const words = `backend start --system ${system} --clock virtual --begin ${BEGIN} --log-level`.split(' ');
  // Without room every request fails, as it should; each would be a line.
  const launch = (limits: LaunchLimits = {}) =>
    edge.launch(
      [...words, limits.largestFile === undefined ? 'error' : 'silent', ...crashables[system].options, '--data', data],
      limits,
    );
  return {
    http: edge.http,
    entropy: keyedEntropy(seed, 'crash test'),
    begin: BEGIN,
    start: async () => started(await launch()),
    startWithoutRoom: async () =>
      started(await launch({ largestFile: largestFileIn(resolve(edge.folder, data)) + ROOM })),
    async startAndKill(after) {
      const launched = await launch();
      await new Promise<void>((done) => void edge.after(after, done));
      await launched.end('SIGKILL');
    },
    now: async (server) => figuresOf(await askOperator(edge, server, statusEndpoint, {}))['now'] as number,
    async operate({ url, token }: CrashServer, path, body) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      await edge.http(new URL(path, url).href, { method: 'POST', headers, body: Buffer.from(JSON.stringify(body)) });
    },
  };
}

/** Bytes that a file may still grow: enough to start, not enough for many uploads. */
const ROOM = 65_536;

/** Throws E-SERVER where it has not begun to listen. */
async function started(launched: Launched): Promise<CrashServer> {
  const line = await launched.line;
  if (line === undefined)
    throw new EnlabError('E-SERVER', 'the backend did not start', { hint: 'its reason is above' });
  const { operatorToken: token, ...said } = JSON.parse(line) as {
    url: string;
    publicKey: string;
    operatorToken: string;
  };
  return { ...said, token, kill: () => launched.end('SIGKILL'), stop: () => launched.end('SIGTERM') };
}

const lineOf = ({ round, kind, acknowledged, published, lost, twice, problem }: Round): string =>
  `round ${round}, ${kind}: ${acknowledged} acknowledged, ${published} published, ${lost} lost, ${twice} twice${problem && `; ${problem}`}`;

const caseOf = (round: Round): CheckCase => ({
  group: 'backend',
  name: `round ${round.round}: ${round.kind}`,
  outcome: isSound(round) ? 'passed' : 'failed',
  detail: lineOf(round),
});

const COLUMNS = ['round', 'kind', 'acknowledged', 'published', 'lost', 'twice', 'problem'];

function documentOf(rounds: readonly Round[]): ReportDocument {
  const broken = rounds.filter((round) => !isSound(round)).length;
  const uploads = rounds.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  return {
    title: 'Does a killed backend lose what it has acknowledged?',
    summary: [
      `${counted(uploads, 'acknowledged upload')} in ${counted(rounds.length, 'round')}: ${broken === 0 ? 'each in exactly one export' : `${counted(broken, 'round')} with something lost or repeated`}.`,
      'Killing a process tests what is acknowledged when; what a power failure does is not tested by it.',
    ],
    sections: [
      {
        id: 'rounds',
        title: 'Rounds',
        blocks: [
          {
            kind: 'table',
            name: 'rounds',
            caption: 'a line a round; published counts all exports so far',
            columns: COLUMNS.map((key) => ({ key, label: key })),
            rows: rounds.map((round) => ({ ...round })),
          },
        ],
      },
    ],
    provenance: {},
  };
}
