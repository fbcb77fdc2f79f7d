/** Which packages the server has that the phone has not looked at: whole days first, then the hours of today. */
import { EnlabError } from '../../core/errors.ts';
import { isoDay, utcDayOf } from '../../core/time.ts';
import { dayPackage, days, hourPackage, hours } from '../../protocol/wire/cwa/distribution.ts';
import { KEPT_DAYS } from '../memory.ts';
import type { PhonePorts } from '../ports.ts';
import { ask } from '../servers.ts';
import type { SyncOptions } from '../system.ts';
import { COUNTRY } from './configuration.ts';

export interface Package {
  readonly name: string;
  /** Of files that follow each other: those of days and those of hours have their own times. */
  readonly series: string;
  /** Undefined: it went between the two requests. */
  load(): Promise<Uint8Array | undefined>;
}

/** Throws E-SERVER. */
export async function newPackages(
  seen: readonly string[],
  { servers: { get } }: Pick<SyncOptions, 'servers'>,
  { clock, http }: Pick<PhonePorts, 'clock' | 'http'>,
): Promise<readonly Package[]> {
  const today = utcDayOf(clock.now());
  const first = isoDay(today - KEPT_DAYS);
  const known = new Set(seen);
  const country = COUNTRY;
  const dates = await listed(ask(http, get, days, { parameters: { country } }));
  const whole = dates.filter((date) => date >= first && date < isoDay(today)).toSorted();
  const date = isoDay(today);
  const begun = await listed(ask(http, get, hours, { parameters: { country, date } }));
  return [
    ...whole.map((day) => ({
      name: day,
      series: '',
      load: () => loaded(ask(http, get, dayPackage, { parameters: { country, date: day } })),
    })),
    ...begun
      .toSorted((a, b) => a - b)
      .map((hour) => ({
        name: `${date}/${hour}`,
        series: ', hours',
        load: () => loaded(ask(http, get, hourPackage, { parameters: { country, date, hour } })),
      })),
  ].filter(({ name }) => !known.has(name));
}

interface Reply<T> {
  readonly status: number;
  readonly body: T;
}

/** Where there is no index nothing is listed. */
async function listed<T>(reply: Promise<Reply<readonly T[] | undefined>>): Promise<readonly T[]> {
  const { status, body } = await reply;
  if (status === 404) return [];
  if (status !== 200 || !body) throw new EnlabError('E-SERVER', `an index was refused with ${status}`);
  return body;
}

async function loaded(reply: Promise<Reply<Uint8Array | undefined>>): Promise<Uint8Array | undefined> {
  const { status, body } = await reply;
  return status === 200 ? body : undefined;
}
