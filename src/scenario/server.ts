/** The backend of a story, or of a town with real phones, and what its operator, a laboratory and a hotline do there: all of it over HTTP. */
import { clockEndpoint, configureEndpoint, publishEndpoint, statusEndpoint } from '../backend/operator.ts';
import { type RunningBackend, start } from '../backend/start.ts';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient } from '../core/httpClient.ts';
import { defined } from '../core/object.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import type { UnixSeconds } from '../core/units.ts';
import type { Servers } from '../device/servers.ts';
import { readPublicKey } from '../protocol/export/keyPair.ts';
import type { VerificationKey } from '../protocol/export/signature.ts';
import { labResults, resultNumbers } from '../protocol/wire/cwa/testResultServer.ts';
import { teleTan } from '../protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../protocol/wire/endpoint.ts';
import { authoriseOtp } from '../protocol/wire/immuni/otpService.ts';
import { type Asked, buildRequest, parseReply } from '../protocol/wire/messages.ts';
import type { Story } from './story/resolve.ts';

/** What such a backend is given. */
export interface ServerPorts {
  /** Of databases and secrets; empty. */
  readonly folder: string;
  readonly http: HttpClient;
  readonly entropy: Entropy;
  readonly pid: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What it must know of a scenario. */
export type ServedScenario = Pick<Story, 'system' | 'begin' | 'behaviour' | 'server'>;

/** A backend that runs for one scenario, on loopback and any free port. */
export class ScenarioServer {
  readonly servers: Servers;
  /** Phones look at no file that does not verify with it. */
  readonly publicKeys: readonly VerificationKey[];
  readonly #backend: RunningBackend;
  readonly #http: HttpClient;

  private constructor(backend: RunningBackend, { system }: Pick<Story, 'system'>, http: HttpClient) {
    const { url, publicKey } = backend;
    this.#backend = backend;
    this.publicKeys = [{ key: readPublicKey(publicKey) }];
    this.#http = http;
    this.servers = { get: url, upload: url, ...(system === 'immuni' && { analytics: url }) };
  }

  /** Throws E-STORE, E-LISTEN. */
  static async open(
    story: ServedScenario,
    { folder, http, entropy, pid, settings }: ServerPorts,
  ): Promise<ScenarioServer> {
    const { system, begin, behaviour, server } = story;
    const options = {
      system,
      folder,
      host: '127.0.0.1',
      port: 0,
      clock: 'virtual',
      begin,
      behaviour,
      settings,
      choices: defined(server),
      logLevel: 'silent',
    } as const;
    // The clock is moved by steps, so that nothing is due in between.
    const ports = { now: () => begin, after: () => () => {}, entropy, pid, log: () => {} };
    return new ScenarioServer(await start(options, ports), story, http);
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** Settings that phones get from now on. */
  async configure(settings: ServerPorts['settings']): Promise<void> {
    await this.#ask(configureEndpoint, { body: settings });
  }

  /** Jobs that are due on the way run at their times. */
  async moveTo(time: UnixSeconds): Promise<void> {
    await this.#ask(clockEndpoint, { body: { to: time } });
  }

  async publish(): Promise<void> {
    await this.#ask(publishEndpoint, {});
  }

  /** Counts of what is stored, by name. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    const { body } = await this.#ask(statusEndpoint, {});
    const entries = Object.entries(body as object).filter(([, value]) => typeof value === 'number');
    return Object.fromEntries(entries);
  }

  /** A password that somebody reads out on the telephone. */
  async authorise(otp: string, now: UnixSeconds, symptoms: number): Promise<void> {
    await this.#ask(authoriseOtp, { body: { otp, symptoms_started_on: isoDay(utcDayOf(now) - symptoms) } });
  }

  /** By the hash of a test that somebody has registered. */
  async report(id: string, is: keyof typeof resultNumbers): Promise<void> {
    await this.#ask(labResults, { body: { testResults: [{ id, result: resultNumbers[is] }] } });
  }

  async teleTan(): Promise<string> {
    const headers = { authorization: '', 'x-cwa-teletan-type': 'TEST' } as const;
    const { body } = await this.#ask(teleTan, { headers });
    return (body as { readonly value: string }).value;
  }

  /** Throws E-SERVER where it is not done. */
  async #ask<E extends Endpoint>(endpoint: E, asked: Asked<E>) {
    const { path, headers, ...message } = buildRequest(endpoint, asked);
    const authorization = `Bearer ${this.#backend.operatorToken}`;
    const reply = await this.#http(new URL(path, this.#backend.url).href, {
      ...message,
      headers: { ...headers, authorization },
    });
    const answer = parseReply(endpoint, reply);
    if (answer.ok && answer.value.status < 300) return answer.value;
    const why = answer.ok ? `it answered ${answer.value.status}` : answer.reason;
    throw new EnlabError('E-SERVER', `${endpoint.name}: ${why}`, {
      hint: 'is this a step of the system of the story?',
    });
  }
}
