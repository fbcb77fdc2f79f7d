/**
 * Distribution: hourly and daily packages, each built and signed once, and the indexes that name them (backend spec B1, B4).
 * The package of an hour is made when the hour is over, of all keys that phones no longer send; too few wait on.
 */
import { isoDay, parseIsoDay } from '../../core/time.ts';
import { SECONDS_PER_DAY, type UnixSeconds, type UtcDay } from '../../core/units.ts';
import { exportBinary, exportZip } from '../../protocol/export/writer.ts';
import { EMBARGO_INTERVALS, intervalOf } from '../../protocol/gaen/intervals.ts';
import { emptyKeyTable, type KeyTable } from '../../protocol/gaen/keyTable.ts';
import {
  countries,
  cwaHash,
  dayPackage,
  days,
  hourPackage,
  hours,
  versions,
} from '../../protocol/wire/cwa/distribution.ts';
import { LEAST_LEVEL } from '../../protocol/wire/cwa/transmissionRisk.ts';
import { buildReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import { buildPath } from '../../protocol/wire/paths.ts';
import { etagOf } from '../etag.ts';
import { type ReadyReply, readyReply } from '../ready.ts';
import type { Secrets } from '../secrets.ts';
import { type Route, route } from '../service.ts';
import type { CwaPorts } from './ports.ts';
import { SIGNER } from './signer.ts';
import { type Package, WHOLE_DAY } from './store/submission.ts';

/** EUR: keys of all countries of the federation, which are those of this one. */
const AREAS = ['DE', 'EUR'] as const;
/** max-number-of-keys-per-bundle. */
const MOST_KEYS = 600_000;
/** Days for which packages of hours are kept. */
export const HOUR_DAYS = 2;

const SECONDS_PER_HOUR = 3600;

/** An hour since the epoch; packages have a day and an hour of it. */
type Hour = number;
const hourOf = (time: UnixSeconds): Hour => Math.floor(time / SECONDS_PER_HOUR);
const placeOf = (hour: Hour) => ({ day: Math.floor(hour / 24), hour: hour % 24 });

/** Keys come in the order of their bytes: who submitted together does not stand together. */
function built(
  keys: KeyTable,
  place: { readonly day: UtcDay; readonly hour: number },
  secrets: Secrets,
): readonly Package[] {
  const { day, hour } = place;
  const isDay = hour === WHOLE_DAY;
  const start = day * SECONDS_PER_DAY + (isDay ? 0 : hour * SECONDS_PER_HOUR);
  const window = { start, end: start + (isDay ? SECONDS_PER_DAY : SECONDS_PER_HOUR) };
  return AREAS.map((country) => {
    const content = {
      window,
      region: country,
      keys,
      signers: [{ privateKey: secrets.signing.privateKey, ...SIGNER }],
    };
    const binary = exportBinary(content);
    return { country, day, hour, keys: keys.length, hash: cwaHash(binary), file: exportZip(binary, content) };
  });
}

export interface Distribution {
  readonly routes: readonly Route[];
  /** Publishes hours that have ended at `now`, the last one with all keys that were over two hours before; how many. */
  publish(now: UnixSeconds): Promise<{ readonly keys: number; readonly packages: number }>;
  /** The file of a path, where there is one. */
  ready(path: string): ReadyReply | undefined;
  /** Forgets packages that the store has deleted. */
  reload(): Promise<void>;
}

const LAST_HOUR = 'last hour';

export async function openDistribution(ports: CwaPorts): Promise<Distribution> {
  const served = new Served();
  const { clock, store, rules, secrets } = ports;
  const reload = async (): Promise<void> => served.replace(await store.run('packages', undefined));
  await reload();
  const add = async (packages: readonly Package[]): Promise<void> => {
    await store.run('addPackages', { packages });
    served.add(packages);
  };
  const publishHour = async (hour: Hour, keys: KeyTable): Promise<void> => {
    if (keys.length > 0 || rules.emptyFiles) await add(built(keys, placeOf(hour), secrets));
  };
  const publishDay = async (day: UtcDay): Promise<void> => {
    const keys = await store.run('keysOfDay', { day });
    if (keys.length > 0 || rules.emptyFiles) await add(built(keys, { day, hour: WHOLE_DAY }, secrets));
  };
  return {
    routes: distributionRoutes(served),
    ready: (path) => served.ready(path),
    reload,
    async publish(now) {
      const ended = hourOf(now) - 1;
      const known = (await store.run('fact', { name: LAST_HOUR })) as number | undefined;
      const first = Math.max((known ?? ended - 1) + 1, ended - HOUR_DAYS * 24);
      const over = intervalOf(clock.now()) - EMBARGO_INTERVALS;
      const taking = { over, level: LEAST_LEVEL, least: rules.leastKeys, most: MOST_KEYS };
      let keys = 0;
      for (let hour = first; hour <= ended; hour++) {
        // Of hours that were missed there is nothing to tell but that they are empty.
        const taken = hour < ended ? emptyKeyTable(0) : await store.run('takeKeys', { ...taking, hour });
        await publishHour(hour, taken);
        keys += taken.length;
        if (placeOf(hour).hour === 23) await publishDay(placeOf(hour).day);
        await store.run('setFact', { name: LAST_HOUR, value: hour });
      }
      return { keys, packages: served.size };
    },
  };
}

/** Packages by place, ready to be sent. */
class Served {
  readonly #replies = new Map<string, ReplyMessage>();
  readonly #ready = new Map<string, ReadyReply>();
  /** Hours by country and day. */
  readonly #hours = new Map<string, Map<UtcDay, Set<number>>>();

  get size(): number {
    return this.#replies.size;
  }

  replace(packages: readonly Package[]): void {
    this.#replies.clear();
    this.#ready.clear();
    this.#hours.clear();
    this.add(packages);
  }

  add(packages: readonly Package[]): void {
    for (const { country, day, hour, hash, file } of packages) {
      const headers = { etag: etagOf(file), 'cwa-hash': hash };
      const endpoint = hour === WHOLE_DAY ? dayPackage : hourPackage;
      const reply = buildReply(endpoint, 200, file, headers);
      this.#replies.set(`${country} ${day} ${hour}`, reply);
      this.#ready.set(buildPath(endpoint, { country, date: isoDay(day), hour }), readyReply(endpoint.name, reply));
      const ofCountry = this.#hours.get(country) ?? new Map<UtcDay, Set<number>>();
      this.#hours.set(country, ofCountry);
      ofCountry.set(day, (ofCountry.get(day) ?? new Set()).add(hour));
    }
  }

  ready(path: string): ReadyReply | undefined {
    return this.#ready.get(path);
  }

  get(country: string, day: UtcDay, hour: number): ReplyMessage | undefined {
    return this.#replies.get(`${country} ${day} ${hour}`);
  }

  /** Days with a package of the whole day. */
  days(country: string): readonly string[] {
    const found = [...(this.#hours.get(country) ?? [])].filter(([, hour]) => hour.has(WHOLE_DAY)).map(([day]) => day);
    return found.toSorted((a, b) => a - b).map(isoDay);
  }

  hours(country: string, day: UtcDay): readonly number[] {
    const found = [...(this.#hours.get(country)?.get(day) ?? [])].filter((hour) => hour !== WHOLE_DAY);
    return found.toSorted((a, b) => a - b);
  }
}

const isArea = (country: string): boolean => (AREAS as readonly string[]).includes(country);

const distributionRoutes = (served: Served): readonly Route[] => [
  route(versions, () => buildReply(versions, 200, ['v1'])),
  route(countries, () => buildReply(countries, 200, ['DE'])),
  route(days, ({ parameters: { country } }) =>
    isArea(country) ? buildReply(days, 200, [...served.days(country)]) : buildReply(days, 404, undefined),
  ),
  route(dayPackage, ({ parameters: { country, date } }) => {
    const day = parseIsoDay(date);
    return (day === null ? undefined : served.get(country, day, WHOLE_DAY)) ?? buildReply(dayPackage, 404, undefined);
  }),
  route(hours, ({ parameters: { country, date } }) => {
    const day = parseIsoDay(date);
    if (day === null || !isArea(country)) return buildReply(hours, 404, undefined);
    return buildReply(hours, 200, [...served.hours(country, day)]);
  }),
  route(hourPackage, ({ parameters: { country, date, hour } }) => {
    const day = parseIsoDay(date);
    return (day === null ? undefined : served.get(country, day, hour)) ?? buildReply(hourPackage, 404, undefined);
  }),
];
