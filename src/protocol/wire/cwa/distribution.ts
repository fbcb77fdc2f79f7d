/**
 * Distribution: a tree of signed static files behind a CDN (cwa-server, services/distribution). An index is a JSON array
 * (docs/DISTRIBUTION.md of the project says a list of lines).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bytes, nothing } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, country, integer, isoDate } from '../values.ts';
import { CWA_REFUSALS, cwaJson, status } from './parts.ts';

const HOST = 'svc90.main.px.t-online.de';
const CACHE_SECONDS = 300;
/** 600,000 keys of some 34 bytes, and room. */
const MOST_PACKAGE_BYTES = 64 * 1024 * 1024;

/** The CDN adds ETag, the MD5 of the file; a zip signed again differs, so that cwa-hash is made of its content. */
const headers = z.object({ etag: z.string().optional(), 'cwa-hash': z.string().optional() });
const fixed = { 'cache-control': `public,max-age=${CACHE_SECONDS}` } as const;

const md5 = (content: Uint8Array) => createHash('md5').update(content).digest();

/**
 * Value of cwa-hash: MD5 of the MD5, in hex, of export.bin or of an index (cwa-server, FileOnDiskWithChecksum; the ETag
 * of an upload in one part looks alike). It tells changed files apart and proves nothing.
 */
export const cwaHash = (content: Uint8Array): string => md5(md5(content)).toString('hex');

/** EUR for the package of all countries of the federation. */
const area = country.or(z.literal('EUR'));
const day = { country: area, date: isoDate };

const common = {
  host: HOST,
  method: 'GET',
  query: anything,
  headers: anything,
  body: nothing,
  refusals: CWA_REFUSALS,
} as const;

const missing = { 404: status('there is no such file') } as const;

const index = <Item extends z.ZodType>(meaning: string, item: Item) =>
  ({ 200: { meaning, body: cwaJson(z.array(item)), fixed, headers }, ...missing }) as const;

const file = (meaning: string) =>
  ({ 200: { meaning, body: bytes('application/zip', MOST_PACKAGE_BYTES), fixed, headers }, ...missing }) as const;

const KEYS = '/version/v1/diagnosis-keys';
const CONFIGURATION = '/version/v1/configuration';

export const versions = {
  ...common,
  name: 'cwa.versions',
  purpose: 'which versions of the interface there are',
  path: '/version',
  parameters: anything,
  replies: index('["v1"]', z.string()),
} as const satisfies Endpoint;

export const countries = {
  ...common,
  name: 'cwa.countries',
  purpose: 'which countries have keys',
  path: `${KEYS}/country`,
  parameters: anything,
  replies: index('["DE"]', z.string()),
} as const satisfies Endpoint;

export const days = {
  ...common,
  name: 'cwa.days',
  purpose: 'which days have keys',
  path: `${KEYS}/country/{country}/date`,
  parameters: z.object({ country: area }),
  replies: index('["2020-06-20"]', isoDate),
} as const satisfies Endpoint;

export const dayPackage = {
  ...common,
  name: 'cwa.day',
  purpose: 'the app downloads the keys of a day',
  path: `${KEYS}/country/{country}/date/{date}`,
  parameters: z.object(day),
  replies: file('a key export file'),
} as const satisfies Endpoint;

export const hours = {
  ...common,
  name: 'cwa.hours',
  purpose: 'which hours of a day have keys',
  path: `${KEYS}/country/{country}/date/{date}/hour`,
  parameters: z.object(day),
  replies: index('[0,1,2]', z.int().min(0).max(23)),
} as const satisfies Endpoint;

export const hourPackage = {
  ...common,
  name: 'cwa.hour',
  purpose: 'the app downloads the keys of an hour',
  path: `${KEYS}/country/{country}/date/{date}/hour/{hour}`,
  parameters: z.object({ ...day, hour: integer(0, 23) }),
  replies: file('a key export file; empty where fewer than 140 keys wait'),
} as const satisfies Endpoint;

export const configurationV1 = {
  ...common,
  name: 'cwa.configuration-v1',
  purpose: 'the app asks for its settings, protobuf, until version 1.x',
  path: `${CONFIGURATION}/country/{country}/app_config`,
  parameters: z.object({ country }),
  replies: file('export.bin with the settings, and its signature'),
} as const satisfies Endpoint;

export const configurationV2 = {
  ...common,
  name: 'cwa.configuration-v2',
  purpose: 'the app asks for its settings, protobuf, from version 2 on',
  path: '/version/v2/configuration/app_config_{platform}',
  parameters: z.object({ platform: z.enum(['android', 'ios'], 'must be android or ios') }),
  replies: file('export.bin with the settings, and its signature'),
} as const satisfies Endpoint;
