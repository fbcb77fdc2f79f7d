/** Rules of what phones read: settings, index and batches (backend spec A1). */
import { keysBatch, keysEuBatch, keysEuIndex, keysIndex } from '../../../protocol/wire/immuni/keys.ts';
import { LAST_BUILD, settings } from '../../../protocol/wire/immuni/settings.ts';
import { buildRequest, type ReplyMessage, type RequestMessage } from '../../../protocol/wire/messages.ts';
import { type Columns, changed, type Rule, replyRule, rule, saidOf, type Trial } from '../../conform/trial.ts';
import { newestBatch } from './trial.ts';

const BROKEN = '400 (1001)';
/** A batch that will never be. */
const FAR = 999_999_999;

const reads = (path: string): RequestMessage => ({ method: 'GET', path, headers: {}, body: new Uint8Array() });
const gets = (what: string, columns: Columns, path: string): Rule => replyRule('get', what, columns, () => reads(path));

const query = (text: string): string => `${settings.path}?${text}`;

const settingsRules: readonly Rule[] = [
  gets('settings: ios, build 1', '200', query('platform=ios&build=1')),
  gets('settings: android, the last build', '200', query(`platform=android&build=${LAST_BUILD}`)),
  rule('get', 'settings: an hour in caches', '200, public, max-age=3600', async (trial) =>
    cachedFor(await trial.ask('get', reads(query('platform=ios&build=1')))),
  ),
  gets(
    'settings: a build above the last',
    { deployed: BROKEN, documented: '200' },
    query(`platform=ios&build=${LAST_BUILD + 1}`),
  ),
  ...[
    ['another platform', 'platform=windows&build=1'],
    ['a platform in capitals', 'platform=IOS&build=1'],
    ['no platform', 'build=1'],
    ['no build', 'platform=ios'],
    ['build 0', 'platform=ios&build=0'],
    ['a negative build', 'platform=ios&build=-1'],
    ['a build that is no number', 'platform=ios&build=abc'],
    ['a build with a fraction', 'platform=ios&build=1.5'],
    ['two platforms', 'platform=ios&platform=android&build=1'],
    ['two builds', 'platform=ios&build=1&build=1'],
    ['an argument that nobody knows', 'platform=ios&build=1&debug=1'],
  ].map(([what, text]) => gets(`settings: ${what}`, BROKEN, query(text!))),
  replyRule('get', 'settings: POST', '405 (1000)', () =>
    changed(reads(query('platform=ios&build=1')), { method: 'POST' }),
  ),
];

const cachedFor = (reply: ReplyMessage): string =>
  `${saidOf(reply)}, ${reply.headers['cache-control'] ?? 'not cached'}`;

/** A server without batches says so; which of the two it is, is not a matter of rules. */
const HAS_OR_NOT = ['200, public, max-age=1800', '404 (1301), not cached'] as const;
const WITH_OR_WITHOUT = 'half an hour in caches, or 404 (1301) without batches';

const BATCH = 'a zip, 15 days in caches';
const CACHED_BATCH = '200, public, max-age=1296000';

/** What a batch is, where there is one; without any the rule cannot be broken. */
const batchRule = (what: string, told: string, look: (trial: Trial, path: string) => Promise<string>): Rule =>
  rule('get', `keys: ${what}`, told, async (trial) => {
    const index = await newestBatch(trial);
    return index === 0 ? undefined : await look(trial, buildRequest(keysBatch, { parameters: { index } }).path);
  });

const keyRules: readonly Rule[] = [
  rule('get', 'keys: index', WITH_OR_WITHOUT, async (trial) => {
    const said = cachedFor(await trial.ask('get', buildRequest(keysIndex, {})));
    return (HAS_OR_NOT as readonly string[]).includes(said) ? WITH_OR_WITHOUT : said;
  }),
  batchRule('the newest batch', BATCH, async (trial, path) => {
    const reply = await trial.ask('get', reads(path));
    const isZip =
      reply.headers['content-type'] === 'application/zip' && Buffer.from(reply.body).toString('latin1', 0, 2) === 'PK';
    return cachedFor(reply) === CACHED_BATCH && isZip ? BATCH : `${cachedFor(reply)}, ${reply.headers['content-type']}`;
  }),
  batchRule('a batch that has not changed', '304', async (trial, path) => {
    const { etag } = (await trial.ask('get', reads(path))).headers;
    return saidOf(await trial.ask('get', changed(reads(path), { headers: { 'if-none-match': etag ?? 'none' } })));
  }),
  gets('keys: a batch that is not there', '404 (1300)', `/v1/keys/${FAR}`),
  gets('keys: batch 0', BROKEN, '/v1/keys/0'),
  gets('keys: a negative batch', BROKEN, '/v1/keys/-1'),
  gets('keys: a batch that is no number', BROKEN, '/v1/keys/abc'),
  gets('keys: a batch with a fraction', BROKEN, '/v1/keys/1.5'),
  rule('get', 'keys: index of a country', WITH_OR_WITHOUT, async (trial) => {
    const said = cachedFor(await trial.ask('get', buildRequest(keysEuIndex, { parameters: { country: 'DE' } })));
    return (HAS_OR_NOT as readonly string[]).includes(said) ? WITH_OR_WITHOUT : said;
  }),
  replyRule('get', 'keys: a batch of a country that is not there', '404 (1300)', () =>
    buildRequest(keysEuBatch, { parameters: { country: 'DE', index: FAR } }),
  ),
  gets('keys: a country in small letters', BROKEN, '/v1/keys/eu/de/index'),
  gets('health', '200', '/'),
  gets('a path that nobody knows', '404 (1000)', '/v1/nothing'),
];

export const readingRules: readonly Rule[] = [...settingsRules, ...keyRules];
