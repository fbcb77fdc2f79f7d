/** Rules of submission and distribution (backend spec B1, B4). */
import { isoDay, utcDayOf } from '../../../core/time.ts';
import { readExport } from '../../../protocol/export/reader.ts';
import { keyDataAt } from '../../../protocol/gaen/keyTable.ts';
import {
  configurationV1,
  countries,
  dayPackage,
  days,
  hourPackage,
  hours,
  versions,
} from '../../../protocol/wire/cwa/distribution.ts';
import type { SubmittedKey } from '../../../protocol/wire/cwa/submissionPayload.ts';
import { buildRequest, type RequestMessage } from '../../../protocol/wire/messages.ts';
import { type Columns, changed, type Rule, replyRule, rule, saidOf, type Trial } from '../../conform/trial.ts';
import { keyOf, newTan, STRANGER, submission } from './trial.ts';

const BROKEN = '400';
/** All is well, but nobody was given this TAN. */
const NO_TAN = '403';

const row = (what: string, said: string, keys: (trial: Trial) => readonly SubmittedKey[], more: object = {}): Rule =>
  replyRule('upload', `submission: ${what}`, said, (trial) => submission(STRANGER, keys(trial), more));
const keyRow = (what: string, said: string, key: Partial<SubmittedKey>): Rule =>
  row(what, said, (trial) => [keyOf(trial, 1, key)]);
const many = (trial: Trial, count: number): readonly SubmittedKey[] =>
  Array.from({ length: count }, (_, k) => keyOf(trial, 1 + (k % 14)));
const headed = (what: string, said: string, headers: RequestMessage['headers']): Rule =>
  replyRule('upload', `submission: ${what}`, said, (trial) =>
    changed(submission(STRANGER, [keyOf(trial, 1)]), { headers }),
  );

const schema: readonly Rule[] = [
  row('a key, and a TAN that nobody has', NO_TAN, (trial) => [keyOf(trial, 1)]),
  row('no key', BROKEN, () => []),
  row('14 keys', NO_TAN, (trial) => many(trial, 14)),
  row('15 keys', BROKEN, (trial) => many(trial, 15)),
  keyRow('key data of 15 bytes', BROKEN, { keyData: new Uint8Array(15) }),
  keyRow('a begin that is no midnight', BROKEN, { rollingStartIntervalNumber: 2_650_321 }),
  keyRow('period 0', BROKEN, { rollingPeriod: 0 }),
  keyRow('period 145', BROKEN, { rollingPeriod: 145 }),
  keyRow('level 0', BROKEN, { transmissionRiskLevel: 0 }),
  keyRow('level 9', BROKEN, { transmissionRiskLevel: 9 }),
  keyRow('neither level nor days since onset', BROKEN, { transmissionRiskLevel: undefined }),
  keyRow('days since onset without a level', NO_TAN, { transmissionRiskLevel: undefined, daysSinceOnsetOfSymptoms: 0 }),
  keyRow('days since onset of 4001', BROKEN, { daysSinceOnsetOfSymptoms: 4001 }),
  row('origin FR', BROKEN, (trial) => [keyOf(trial, 1)], { origin: 'FR' }),
  replyRule('upload', 'submission: no protobuf', BROKEN, (trial) =>
    changed(submission(STRANGER, [keyOf(trial, 1)]), { body: Buffer.from('not protobuf') }),
  ),
  replyRule('upload', 'submission: 102,401 bytes', BROKEN, (trial) =>
    changed(submission(STRANGER, [keyOf(trial, 1)]), { body: new Uint8Array(102_401) }),
  ),
  headed('no TAN', BROKEN, { 'cwa-authorization': undefined }),
  headed('a TAN that is no UUID', BROKEN, { 'cwa-authorization': 'TAN' }),
  headed('TAN and password at once', BROKEN, { 'cwa-otp': STRANGER }),
  headed('no cwa-fake', BROKEN, { 'cwa-fake': undefined }),
  headed('a fake one', '200', { 'cwa-fake': '1' }),
  headed('a fake one by another number', '200', { 'cwa-fake': '7' }),
];

/** Field 2 of the message. */
const PADDING_TAG = 0x12;
/** Behind a good submission: a padding that says to have `said` bytes, and the bytes it has. */
const padded = (what: string, told: string, said: readonly number[], bytes: Uint8Array): Rule =>
  replyRule('upload', `submission: padding ${what}`, told, (trial) => {
    const good = submission(STRANGER, [keyOf(trial, 1)]);
    return changed(good, { body: Buffer.concat([good.body, Uint8Array.of(PADDING_TAG, ...said), bytes]) });
  });

const paddings: readonly Rule[] = [
  padded('of the length that it says', NO_TAN, [100], new Uint8Array(100)),
  padded('of no byte', NO_TAN, [0], new Uint8Array()),
  padded('of 90,000 bytes', NO_TAN, [0x90, 0xbf, 0x05], new Uint8Array(90_000)),
  padded('shorter than it says', BROKEN, [100], new Uint8Array(99)),
  padded('of 2 GiB, it says', BROKEN, [0xff, 0xff, 0xff, 0xff, 0x07], new Uint8Array(10)),
  padded('longer than it says', BROKEN, [99], new Uint8Array(100)),
  padded('without a length', BROKEN, [], new Uint8Array()),
];

const uses: readonly Rule[] = [
  rule(
    'upload',
    'submission: a TAN twice',
    '200, then 403',
    async (trial) => {
      const tan = await newTan(trial);
      const send = async () => saidOf(await trial.ask('upload', submission(tan, [keyOf(trial, 1)])));
      return `${await send()}, then ${await send()}`;
    },
    ['authorise'],
  ),
  rule(
    'upload',
    'submission: a broken one leaves the TAN as it was',
    '200',
    async (trial) => {
      const tan = await newTan(trial);
      await trial.ask('upload', submission(tan, []));
      return saidOf(await trial.ask('upload', submission(tan, [keyOf(trial, 1)])));
    },
    ['authorise'],
  ),
];

const gets = (what: string, said: string, message: RequestMessage): Rule =>
  replyRule('get', `distribution: ${what}`, said, () => message);
const ofDay = (date: string) => ({ country: 'DE', date });

const reading: readonly Rule[] = [
  gets('versions', '200', buildRequest(versions, {})),
  gets('countries', '200', buildRequest(countries, {})),
  gets('days', '200', buildRequest(days, { parameters: { country: 'DE' } })),
  gets('days of another country', '404', buildRequest(days, { parameters: { country: 'FR' } })),
  gets('hours of a day', '200', buildRequest(hours, { parameters: ofDay('2020-06-20') })),
  gets('a day that is not there', '404', buildRequest(dayPackage, { parameters: ofDay('2019-01-01') })),
  gets(
    'an hour that is not there',
    '404',
    buildRequest(hourPackage, { parameters: { ...ofDay('2019-01-01'), hour: '0' } }),
  ),
  gets('a day that is none', '404', buildRequest(dayPackage, { parameters: ofDay('2020-02-30') })),
  gets('hour 24', '404', buildRequest(hourPackage, { parameters: { ...ofDay('2020-06-20'), hour: '24' } })),
  gets('configuration of another country', '404', buildRequest(configurationV1, { parameters: { country: 'FR' } })),
];

/** Key data (hexadecimal) of the package of the hour of `time`; undefined: there is none. */
async function packageAt(trial: Trial, time: number): Promise<ReadonlySet<string> | undefined> {
  const hour = String(Math.floor(time / 3600) % 24);
  const parameters = { ...ofDay(isoDay(utcDayOf(time))), hour };
  const reply = await trial.ask('get', buildRequest(hourPackage, { parameters }));
  if (reply.status !== 200) return undefined;
  const { table } = readExport(reply.body).keys;
  return new Set(Array.from({ length: table.length }, (_, k) => Buffer.from(keyDataAt(table, k)).toString('hex')));
}

const LEAST = 140;
const MOST_A_SUBMISSION = 14;

async function submitAll(trial: Trial, keys: readonly SubmittedKey[]): Promise<void> {
  for (let k = 0; k < keys.length; k += MOST_A_SUBMISSION)
    await trial.ask('upload', submission(await newTan(trial), keys.slice(k, k + MOST_A_SUBMISSION)));
}

const enough = (trial: Trial, count = LEAST): readonly SubmittedKey[] =>
  Array.from({ length: count }, () => keyOf(trial, 1));

/** "140 of 141 keys", in the package of the hour in which they were submitted, or "no package". */
const published = (what: string, said: Columns, keys: (trial: Trial) => readonly SubmittedKey[]): Rule =>
  rule(
    'upload',
    `distribution: ${what}`,
    said,
    async (trial) => {
      // What waits from before goes with so many others.
      await submitAll(trial, enough(trial));
      await trial.move(3600 - (trial.now() % 3600));
      const sent = keys(trial);
      const begin = trial.now();
      await submitAll(trial, sent);
      await trial.move(3600);
      const found = await packageAt(trial, begin);
      if (!found) return 'no package';
      const data = sent.map(({ keyData }) => Buffer.from(keyData as Uint8Array).toString('hex'));
      return `${data.filter((one) => found.has(one)).length} of ${data.length} keys`;
    },
    ['authorise', 'move'],
  );

/** They move the clock by hours. */
const times: readonly Rule[] = [
  published('140 keys in an hour', '140 of 140 keys', enough),
  published('139 keys in an hour', { deployed: '0 of 139 keys', documented: 'no package' }, (trial) =>
    enough(trial, LEAST - 1),
  ),
  published(
    '140 keys in an hour, one of them of level 2',
    { deployed: '0 of 140 keys', documented: 'no package' },
    (trial) => [keyOf(trial, 1, { transmissionRiskLevel: 2 }), ...enough(trial, LEAST - 1)],
  ),
  published('a key that is still in use among others', '140 of 141 keys', (trial) => [
    keyOf(trial, 0),
    ...enough(trial),
  ]),
  published('a key of the future and one of 15 days ago among others', '140 of 142 keys', (trial) => [
    keyOf(trial, -1),
    keyOf(trial, 15),
    ...enough(trial),
  ]),
];

export const submissionRules: readonly Rule[] = [...schema, ...paddings, ...uses];
export const distributionRules: readonly Rule[] = [...reading, ...times];
