/** What the rules of Immuni are tried with: a server, its clock and operator, and requests that are wrong in one place. */
import type { Entropy } from '../../../core/entropy.ts';
import { EnlabError } from '../../../core/errors.ts';
import { isoDay, utcDayOf } from '../../../core/time.ts';
import type { Seconds, UnixSeconds } from '../../../core/units.ts';
import { keysIndex } from '../../../protocol/wire/immuni/keys.ts';
import { newOtp, otpToken } from '../../../protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../../protocol/wire/immuni/otpService.ts';
import { bearer } from '../../../protocol/wire/immuni/parts.ts';
import { buildRequest, parseReply, type ReplyMessage, type RequestMessage } from '../../../protocol/wire/messages.ts';
import type { ConformRule, Need } from '../../conform.ts';

export const conformServices = ['get', 'upload', 'analytics', 'otp'] as const;
export type ConformService = (typeof conformServices)[number];

export interface ImmuniTrial {
  /** Of the server. */
  readonly now: () => UnixSeconds;
  readonly entropy: Entropy;
  /** Rejects with E-SERVER where no reply comes. */
  readonly ask: (service: ConformService, message: RequestMessage) => Promise<ReplyMessage>;
  /** Called by rules that say so in `needs`. */
  readonly publish: () => Promise<void>;
  readonly extract: () => Promise<string>;
  readonly move: (seconds: Seconds) => Promise<void>;
}

export type ImmuniRule = ConformRule<ImmuniTrial>;

/** Both columns of a rule; a text alone stands for two that agree. */
export type Columns = string | { readonly deployed: string; readonly documented: string };

export const rule = (
  service: ConformService,
  what: string,
  columns: Columns,
  seen: ImmuniRule['seen'],
  needs: readonly Need[] = [],
): ImmuniRule => ({
  service,
  what,
  needs,
  ...(typeof columns === 'string' ? { deployed: columns } : columns),
  seen,
});

/** A rule that one reply tells. */
export const replyRule = (
  service: ConformService,
  what: string,
  columns: Columns,
  message: (trial: ImmuniTrial) => RequestMessage,
): ImmuniRule => rule(service, what, columns, async (trial) => saidOf(await trial.ask(service, message(trial))));

/** "204", "400 (1001)": the status, and the code of the error that comes with it. */
export function saidOf({ status, body }: ReplyMessage): string {
  if (status < 400) return String(status);
  try {
    const { error_code: code } = JSON.parse(Buffer.from(body).toString()) as { readonly error_code?: unknown };
    return typeof code === 'number' ? `${status} (${code})` : String(status);
  } catch {
    return String(status);
  }
}

/** The same request with other headers (undefined: none) and, where given, another body. */
export const changed = (
  message: RequestMessage,
  { headers = {}, body = message.body, ...rest }: Partial<RequestMessage>,
): RequestMessage => ({ ...message, ...rest, headers: { ...message.headers, ...headers }, body });

/** The same request with some fields of its JSON body changed; undefined leaves a field out. */
export const withFields = (message: RequestMessage, fields: Readonly<Record<string, unknown>>): RequestMessage =>
  changed(message, { body: jsonBytes({ ...(JSON.parse(Buffer.from(message.body).toString()) as object), ...fields }) });

export const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** The day so many days before that of the server, as in "2020-06-15". */
export const dayBefore = ({ now }: ImmuniTrial, days: number): string => isoDay(utcDayOf(now()) - days);

/** Number of the newest batch; 0: there is none, or no index that could be read. */
export async function newestBatch(trial: ImmuniTrial): Promise<number> {
  const answer = parseReply(keysIndex, await trial.ask('get', buildRequest(keysIndex, {})));
  return answer.ok && answer.value.status === 200 ? answer.value.body.newest : 0;
}

/** Nobody has authorised it: what is let through is told by 401. */
export const strangerToken = ({ entropy }: ImmuniTrial): string => otpToken(newOtp(entropy));

/** A new password that the server has authorised, as the token that phones show. Rejects with E-SERVER. */
export async function authorisedToken(trial: ImmuniTrial, onset = dayBefore(trial, 1)): Promise<string> {
  const otp = newOtp(trial.entropy);
  const reply = await trial.ask('otp', buildRequest(authoriseOtp, { body: { otp, symptoms_started_on: onset } }));
  if (reply.status !== 204) throw new EnlabError('E-SERVER', `a new password is answered with ${saidOf(reply)}`);
  return otpToken(otp);
}

export const shown = (token: string) => ({ authorization: bearer(token) });

/** What all POST endpoints demand of a body, told of one whose valid request is at hand. */
export const bodyRules = (
  service: ConformService,
  name: string,
  { good, broken, empty = broken }: { readonly good: Columns; readonly broken: Columns; readonly empty?: Columns },
  message: (trial: ImmuniTrial) => RequestMessage,
): readonly ImmuniRule[] => {
  const typed = (type: string | undefined) => (trial: ImmuniTrial) =>
    changed(message(trial), { headers: { 'content-type': type } });
  const filled = (body: Uint8Array | string) => (trial: ImmuniTrial) =>
    changed(message(trial), { body: Buffer.from(body) });
  const row = (what: string, columns: Columns, make: (trial: ImmuniTrial) => RequestMessage) =>
    replyRule(service, `${name}: ${what}`, columns, make);
  return [
    row('application/json', good, typed('application/json')),
    row('application/json; charset=utf-8', good, typed('application/json; charset=utf-8')),
    row('APPLICATION/JSON; CHARSET=UTF-8', good, typed('APPLICATION/JSON; CHARSET=UTF-8')),
    row('text/plain', broken, typed('text/plain')),
    row('application/json; charset=latin1', broken, typed('application/json; charset=latin1')),
    row('no content type', broken, typed(undefined)),
    row('no body', empty, filled('')),
    row('no JSON', broken, filled('{"')),
    row('no object', broken, filled('[]')),
    row('bytes that are no UTF-8', broken, filled(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))),
    row('a field that nobody knows', broken, (trial) => withFields(message(trial), { unknown: 1 })),
    row('GET', '405 (1000)', (trial) => changed(message(trial), { method: 'GET', body: new Uint8Array() })),
  ];
};
