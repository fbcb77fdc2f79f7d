/** A backend in this process: databases, services, jobs and a server, put together and taken apart in order. */
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { type Clock, VirtualClock } from '../core/clock.ts';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import { defined } from '../core/object.ts';
import { isoTime } from '../core/time.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import type { ConsolePorts } from './console/console.ts';
import { addAccess, openSecrets, openTrail, readAccounts, removeServerFile, writeServerFile } from './files.ts';
import { Jobs } from './jobs.ts';
import { type Metrics, newMetrics } from './metrics.ts';
import { operatorRoutes } from './operator.ts';
import type { Behaviour } from './rules.ts';
import { newServer, type Tls } from './server.ts';
import type { Service } from './service.ts';
import type { SharedOperations, Store } from './store/store.ts';
import { openWorkerStore } from './store/workers.ts';
import { type Choices, type SystemName, systemNamed } from './systems.ts';
import { turns } from './turns.ts';

export interface BackendOptions {
  readonly system: SystemName;
  /** Databases, secrets and server.json; made where it is missing. */
  readonly folder: string;
  /** Address to listen on. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** virtual: stands still until it is moved. */
  readonly clock: 'real' | 'virtual';
  /** Begin of a virtual clock in a new folder; later it goes on where it stood. */
  readonly begin: UnixSeconds;
  readonly behaviour: Behaviour;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Absent: operators of all regions may authorise codes. */
  readonly pilotRegions?: readonly string[];
  /** What is not as the behaviour says. */
  readonly choices?: Choices;
  readonly tls?: Tls;
  readonly logLevel: 'debug' | 'info' | 'error' | 'silent';
}

export interface BackendPorts {
  readonly now: () => UnixSeconds;
  /** Runs work once; the result cancels it. */
  readonly after: (seconds: Seconds, work: () => void) => () => void;
  readonly entropy: Entropy;
  /** Gets lines of JSON. */
  readonly log: (line: string) => void;
  readonly pid: number;
}

export interface RunningBackend {
  readonly url: string;
  /** PEM. */
  readonly publicKey: string;
  readonly operatorToken: string;
  /** Answers what was asked, then stops; everything is on disk. */
  close(): Promise<void>;
}

const TOKEN_BYTES = 24;
/** Seconds between two looks at what is due; jobs are due on whole minutes. */
const TICK: Seconds = 1;
const CLOCK_FACT = 'virtual clock';

function consolePorts({ options, ports, log, clock, service }: Parts, metrics: Metrics): ConsolePorts {
  const { folder, tls } = options;
  const { now, entropy } = ports;
  return {
    desks: service.desks,
    accounts: () => readAccounts(folder),
    trail: openTrail(folder, now()),
    record(access) {
      addAccess(folder, access);
      log.info({ operator: access.operator, action: access.action, outcome: access.outcome }, 'console');
    },
    async figures() {
      const [counts, published, figures] = await Promise.all([
        service.status(),
        service.published(),
        metrics.figures(),
      ]);
      return { now: clock.now(), counts, published, ...figures };
    },
    entropy,
    now,
    isSecure: tls !== undefined,
  };
}

/** Throws E-STORE, and E-LISTEN where the address cannot be had; nothing runs then. */
export async function start(options: BackendOptions, ports: BackendPorts): Promise<RunningBackend> {
  const { folder, system, behaviour, settings, pilotRegions, choices } = options;
  const log = logger(options, ports);
  // The lock of the store first: of two that start at once, one makes the secrets.
  const store = await openWorkerStore<SharedOperations>(folder, system);
  try {
    const secrets = openSecrets(folder, ports.entropy);
    const clock = options.clock === 'real' ? { now: () => ports.now() } : await virtualClock(store, options.begin);
    const service = await systemNamed(system).open({
      clock,
      entropy: ports.entropy,
      store,
      secrets,
      behaviour,
      settings,
      ...defined({ pilotRegions, choices }),
      stopwatch: () => {
        const begin = ports.now();
        return () => ports.now() - begin;
      },
      scheme: options.tls ? 'https' : 'http',
      wait: options.clock === 'real' ? (seconds) => waited(ports, seconds) : async () => {},
    });
    return await serve({ options, ports, log, store, clock, service });
  } catch (error) {
    await store.close();
    throw error;
  }
}

const waited = ({ after }: BackendPorts, seconds: Seconds): Promise<void> =>
  new Promise((resolve) => void after(seconds, resolve));

const logger = ({ logLevel }: BackendOptions, { log, now }: BackendPorts): Logger =>
  pino({ base: null, level: logLevel, timestamp: () => `,"time":"${isoTime(now())}"` }, { write: (line) => log(line) });

async function virtualClock(store: Store<SharedOperations>, begin: UnixSeconds): Promise<VirtualClock> {
  const stood = (await store.run('fact', { name: CLOCK_FACT })) as number | undefined;
  return new VirtualClock(stood ?? begin);
}

interface Parts {
  readonly options: BackendOptions;
  readonly ports: BackendPorts;
  readonly log: Logger;
  readonly store: Store<SharedOperations>;
  readonly clock: Clock;
  readonly service: Service;
}

async function serve(parts: Parts): Promise<RunningBackend> {
  const { options, ports, log, store, clock, service } = parts;
  const operatorToken = Buffer.from(ports.entropy(TOKEN_BYTES)).toString('base64url');
  const schedule = scheduleOf(parts);
  const operator = operatorRoutes({
    service: {
      ...service,
      publish: () => schedule.inTurn(() => service.publish()),
      purge: () => schedule.inTurn(() => service.purge()),
    },
    now: () => clock.now(),
    backup: (folder) => store.backup(folder),
    ...(schedule.move && { move: schedule.move }),
  });
  const { tls } = options;
  const wait = clock instanceof VirtualClock ? undefined : (seconds: Seconds) => waited(ports, seconds);
  const metrics = newMetrics();
  const operators = consolePorts(parts, metrics);
  const app = await newServer({ service, operator, operatorToken, metrics, log, operators, ...defined({ tls, wait }) });
  const url = await listen(app, options);
  const stop = schedule.begin();
  writeServerFile(options.folder, { url, pid: ports.pid, token: operatorToken });
  log.info({ url, system: options.system, behaviour: options.behaviour, clock: options.clock }, 'started');
  return {
    url,
    publicKey: service.publicKey,
    operatorToken,
    async close() {
      stop();
      await app.close();
      await schedule.inTurn(async () => {});
      await store.close();
      removeServerFile(options.folder);
      log.info('stopped');
    },
  };
}

/** Jobs by the clock of the machine, or by a virtual one that `move` sets forward. */
function scheduleOf({ ports, log, store, clock, service }: Parts) {
  const jobs = new Jobs(service.jobs, clock.now());
  const inTurn = turns();
  const failed = (job: string, error: unknown): void =>
    log.error({ job, reason: (error as Error).message }, 'job failed');
  if (clock instanceof VirtualClock) {
    const move = (to: UnixSeconds): Promise<void> =>
      inTurn(async () => {
        await jobs.runUntil(to, (due) => clock.moveTo(due), failed);
        clock.moveTo(to);
        await store.run('setFact', { name: CLOCK_FACT, value: to });
      });
    return { inTurn, move, begin: () => () => {} };
  }
  const begin = (): (() => void) => {
    let cancel: (() => void) | undefined;
    const tick = (): void => {
      const now = clock.now();
      if (jobs.next <= now) {
        jobs.skipTo(now);
        void inTurn(() => jobs.runUntil(now, () => {}, failed));
      }
      cancel = ports.after(TICK, tick);
    };
    tick();
    return () => cancel?.();
  };
  return { inTurn, move: undefined, begin };
}

async function listen(app: FastifyInstance, { host, port }: BackendOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new EnlabError('E-LISTEN', `port ${port} of ${host} is in use`, {
        hint: 'choose another one; --port 0 takes any',
        cause,
      });
    throw new EnlabError('E-LISTEN', `cannot listen on ${host}:${port}: ${message}`, { cause });
  }
}
