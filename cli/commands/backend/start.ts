/** backend start: a backend of a contact tracing system, until it is told to stop. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AnalyticsMode, analyticsModes } from '../../../src/backend/immuni/analytics/rights.ts';
import { type Behaviour, behaviours } from '../../../src/backend/rules.ts';
import { type BackendOptions, start } from '../../../src/backend/start.ts';
import { type Choices, type SystemName, systemNames } from '../../../src/backend/systems.ts';
import type { TransmissionRisks } from '../../../src/backend/transmissionRisk.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { defined } from '../../../src/core/object.ts';
import type { Seconds, UnixSeconds } from '../../../src/core/units.ts';
import { settingsFor } from '../../backend/settings.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText } from '../../files.ts';
import { period } from '../../options/move.ts';
import { instant, integer } from '../../options/values.ts';

interface Flags {
  readonly system: SystemName;
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly clock: BackendOptions['clock'];
  readonly begin?: UnixSeconds;
  readonly behaviour: Behaviour;
  readonly batchPeriod?: Seconds;
  readonly fault?: keyof typeof FAULTS;
  readonly tansPerToken?: number;
  readonly leastKeys?: number;
  readonly keyMultiplier?: number;
  readonly analytics?: AnalyticsMode;
  readonly transmissionRisk?: TransmissionRisks;
  readonly config?: string;
  readonly preset?: string;
  readonly pilotRegions?: readonly string[];
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly logLevel: BackendOptions['logLevel'];
}

const LOOPBACK = '127.0.0.1';

export const define: CommandModule['define'] = (command, edge) => {
  addOptions(command);
  examples(command, [
    [
      'enlab backend start --system immuni --data out/backend --clock virtual',
      'one line of JSON says where it listens',
    ],
    [
      'enlab backend start --system immuni --data out/tuned --config out/settings.json',
      'serve what "calibrate export" wrote',
    ],
    ['enlab backend start --system cwa --data out/cwa', 'the Corona-Warn-App: verification, submission, distribution'],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

const addOptions = (command: Command): Command =>
  command
    .addOption(new Option('--system <name>', 'whose backend').choices(systemNames).makeOptionMandatory())
    .requiredOption('--data <dir>', 'folder of its databases and secrets; made where it is missing')
    .addOption(new Option('--port <n>', '0: any free one').argParser(integer({ min: 0, max: 65_535 })).default(0))
    .option('--host <address>', 'address to listen on; another than the default lets other machines in', LOOPBACK)
    .addOption(
      new Option('--clock <clock>', 'virtual: stands still until "backend clock" moves it')
        .choices(['real', 'virtual'])
        .default('real'),
    )
    .addOption(new Option('--begin <time>', 'begin of a new virtual clock (default: now)').argParser(instant))
    .addOption(
      new Option('--behaviour <rules>', 'where documents and deployed code differ (docs/backend.md)')
        .choices(behaviours)
        .default('documented'),
    )
    .addOption(
      new Option(
        '--batch-period <time>',
        'between two batches of keys, such as 6h (default: by --behaviour)',
      ).argParser(period),
    )
    .addOption(
      new Option('--fault <name>', 'how deployed servers told dummies apart, or no equal replies at all').choices(
        Object.keys(FAULTS),
      ),
    )
    .addOption(
      new Option('--tans-per-token <n>', 'how often somebody may submit (CWA; default: by --behaviour)').argParser(
        integer({ min: 1, max: 14 }),
      ),
    )
    .addOption(
      new Option('--least-keys <n>', 'fewer wait for the next hour (CWA)').argParser(integer({ min: 1, max: 600_000 })),
    )
    .addOption(
      new Option('--key-multiplier <n>', 'keys stored for each that is submitted (CWA)').argParser(
        integer({ min: 1, max: 100 }),
      ),
    )
    .addOption(
      new Option('--analytics <rules>', 'who may send operational info (default: by --behaviour)').choices(
        analyticsModes,
      ),
    )
    .addOption(
      new Option(
        '--transmission-risk <levels>',
        'of published keys by days since the first symptoms, as in "-2..0=5,1..3=8" (default: 8; cwa: as the app)',
      ).argParser(levelsByDay),
    )
    .option('--config <file>', 'settings to serve, as "calibrate export --target immuni" writes them')
    .option('--preset <name>', 'or those of a published parameter set (default: of most of the time)')
    .option('--pilot-regions <names>', 'only their operators may authorise codes, as in "Liguria,Puglia"', names)
    .option('--tls-key <pem>', 'private key for HTTPS; with --tls-cert')
    .option('--tls-cert <pem>', 'certificate for HTTPS')
    .addOption(
      new Option('--log-level <level>', 'lines of JSON on stderr; debug: a line a request')
        .choices(['debug', 'info', 'error', 'silent'])
        .default('info'),
    );

/** "-2..0=5,1..3=8": ranges of days and their levels. */
function levelsByDay(text: string): TransmissionRisks {
  const risks: Record<number, number> = {};
  for (const part of text.split(',')) {
    const [, first, last = first, level] = /^\s*(-?\d{1,3})(?:\.\.(-?\d{1,3}))?=([1-8])\s*$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first))
      throw new InvalidArgumentError('It must be days and levels 1..8, such as -2..0=5,1..3=8.');
    for (let day = Number(first); day <= Number(last); day++) risks[day] = Number(level);
  }
  return risks;
}

function names(text: string): readonly string[] {
  const all = text.split(',').map((name) => name.trim());
  // They travel in a header.
  if (all.some((name) => !/^[ -~]+$/.test(name)))
    throw new InvalidArgumentError('It must be names with commas between.');
  return all;
}

async function act(edge: Edge, flags: Flags): Promise<void> {
  const options = optionsOf(edge, flags);
  const { now, after, entropy, processId: pid } = edge;
  const backend = await start(options, { now, after, entropy, pid, log: (line) => edge.stderr.write(line) });
  if (options.host !== LOOPBACK) edge.stderr.write(`listening on ${options.host}: other machines can reach it\n`);
  const { url, publicKey, operatorToken } = backend;
  edge.stdout.write(`${JSON.stringify({ url, publicKey, operatorToken })}\n`);
  await stopped(edge);
  await backend.close();
}

const stopped = ({ interrupt }: Edge): Promise<void> =>
  new Promise((resolveStopped) => {
    if (interrupt.aborted) resolveStopped();
    interrupt.addEventListener('abort', () => resolveStopped(), { once: true });
  });

/** Delays by the name of a fault, and the system that had it. */
const FAULTS = {
  'immuni-double-delay': { system: 'immuni', delays: 'double' },
  'cwa-frozen-average': { system: 'cwa', delays: 'frozen' },
  'no-equalisation': { system: undefined, delays: 'none' },
} as const;

function delaysOf({ system, fault }: Flags): Choices['delays'] {
  if (fault === undefined) return undefined;
  const { system: own, delays } = FAULTS[fault];
  if (own !== undefined && own !== system)
    throw new EnlabError('E-USAGE', `--fault ${fault} is of --system ${own}`, { hint: 'leave it away' });
  return delays;
}

/** Options that only one system reads. */
const OWN = {
  immuni: ['batchPeriod', 'analytics', 'pilotRegions'],
  cwa: ['tansPerToken', 'leastKeys', 'keyMultiplier'],
} as const satisfies Readonly<Record<SystemName, readonly (keyof Flags)[]>>;

/** Throws E-USAGE for an option that nothing would read. */
function refuseOthers(flags: Flags): void {
  for (const [system, own] of Object.entries(OWN)) {
    const given = own.find((name) => flags[name] !== undefined);
    if (system === flags.system || given === undefined) continue;
    const option = `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new EnlabError('E-USAGE', `${option} is of --system ${system}`, { hint: 'leave it away' });
  }
}

function optionsOf(edge: Edge, flags: Flags): BackendOptions {
  const {
    system,
    data,
    host,
    port,
    clock,
    begin,
    behaviour,
    logLevel,
    pilotRegions,
    batchPeriod,
    tansPerToken,
    leastKeys,
    keyMultiplier,
    analytics,
    transmissionRisk: transmissionRisks,
    tlsKey,
    tlsCert,
  } = flags;
  if (begin !== undefined && clock === 'real')
    throw new EnlabError('E-USAGE', '--begin is of a virtual clock', { hint: 'add --clock virtual' });
  refuseOthers(flags);
  if ((tlsKey === undefined) !== (tlsCert === undefined))
    throw new EnlabError('E-USAGE', 'HTTPS needs a key and a certificate', {
      hint: 'pass both --tls-key and --tls-cert',
    });
  return {
    system,
    folder: resolve(edge.folder, data),
    host,
    port,
    clock,
    begin: begin ?? edge.now(),
    behaviour,
    settings: settingsFor[system](edge, flags),
    logLevel,
    choices: defined({
      delays: delaysOf(flags),
      batchPeriod,
      analytics,
      transmissionRisks,
      tansPerToken,
      leastKeys,
      keyMultiplier,
    }),
    ...(pilotRegions && { pilotRegions }),
    ...(tlsKey !== undefined &&
      tlsCert !== undefined && { tls: { key: readText(edge, tlsKey), cert: readText(edge, tlsCert) } }),
  };
}
