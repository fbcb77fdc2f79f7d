/** What rules are tried with: a server, its clock and operator, and requests that are wrong in one place. */
import type { Entropy } from '../../core/entropy.ts';
import { isoDay, utcDayOf } from '../../core/time.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import type { ReplyMessage, RequestMessage } from '../../protocol/wire/messages.ts';
import type { ConformRule, Need } from './conform.ts';

export const conformServices = ['get', 'upload', 'analytics', 'otp'] as const;
export type ConformService = (typeof conformServices)[number];

export interface Trial {
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

export type Rule = ConformRule<Trial>;

/** Both columns of a rule; a text alone stands for two that agree. */
export type Columns = string | { readonly deployed: string; readonly documented: string };

export const rule = (
  service: ConformService,
  what: string,
  columns: Columns,
  seen: Rule['seen'],
  needs: readonly Need[] = [],
): Rule => ({
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
  message: (trial: Trial) => RequestMessage,
): Rule => rule(service, what, columns, async (trial) => saidOf(await trial.ask(service, message(trial))));

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
export const dayBefore = ({ now }: Trial, days: number): string => isoDay(utcDayOf(now()) - days);

/** What all POST endpoints demand of a body, told of one whose valid request is at hand. */
export const bodyRules = (
  service: ConformService,
  name: string,
  { good, broken, empty = broken }: { readonly good: Columns; readonly broken: Columns; readonly empty?: Columns },
  message: (trial: Trial) => RequestMessage,
): readonly Rule[] => {
  const typed = (type: string | undefined) => (trial: Trial) =>
    changed(message(trial), { headers: { 'content-type': type } });
  const filled = (body: Uint8Array | string) => (trial: Trial) => changed(message(trial), { body: Buffer.from(body) });
  const row = (what: string, columns: Columns, make: (trial: Trial) => RequestMessage) =>
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
