/** Rules of what becomes of an upload: which keys are published, what is kept of reports (backend spec A1, A2). */
import { readExport } from '../../../protocol/export/reader.ts';
import { INTERVALS_PER_DAY, intervalOf, SECONDS_PER_INTERVAL } from '../../../protocol/gaen/intervals.ts';
import { keyDataAt } from '../../../protocol/gaen/keyTable.ts';
import { keysBatch } from '../../../protocol/wire/immuni/keys.ts';
import { buildRequest, type RequestMessage } from '../../../protocol/wire/messages.ts';
import {
  type Columns,
  changed,
  dayBefore,
  type Rule,
  rule,
  saidOf,
  type Trial,
  withFields,
} from '../../conform/trial.ts';
import { type Key, keyOf, summaryOf, uploadRequest } from './ingestion.ts';
import { authorisedToken, newestBatch } from './trial.ts';

/** Keys of batches from `first` on, Base64. */
async function keysSince(trial: Trial, first: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let index = first; index <= (await newestBatch(trial)); index += 1) {
    const { status, body } = await trial.ask('get', buildRequest(keysBatch, { parameters: { index } }));
    // Numbers go on when batches are deleted: old ones may be gone.
    if (status !== 200) continue;
    const { table } = readExport(body).keys;
    for (let row = 0; row < table.length; row += 1) found.add(Buffer.from(keyDataAt(table, row)).toString('base64'));
  }
  return found;
}

interface Sent {
  readonly keys: readonly Key[];
  /** Days before that of the server. */
  readonly onset?: number;
  readonly change?: (message: RequestMessage) => RequestMessage;
}

/** "204, 1 of 2 published" */
const becomes = (what: string, columns: Columns, sent: (trial: Trial) => Sent): Rule =>
  rule(
    'upload',
    `upload: ${what}`,
    columns,
    async (trial) => {
      // What others have left waiting must not be counted, nor share a batch that is full.
      await trial.publish();
      const { keys, onset = 13, change = same } = sent(trial);
      const first = (await newestBatch(trial)) + 1;
      const token = await authorisedToken(trial, dayBefore(trial, onset));
      const said = saidOf(await trial.ask('upload', change(uploadRequest(trial, token, keys))));
      await trial.publish();
      const found = await keysSince(trial, first);
      const published = new Set(keys.map((key) => key.key_data).filter((data) => found.has(data))).size;
      return `${said}, ${published} of ${keys.length} published`;
    },
    ['authorise', 'operate'],
  );

const same = (message: RequestMessage): RequestMessage => message;
const days = (trial: Trial, ...ago: readonly number[]): readonly Key[] => ago.map((day) => keyOf(trial, day));
const shifted = (key: Key, intervals: number): Key => ({
  ...key,
  rolling_start_number: key.rolling_start_number + intervals,
});

const lists: readonly Rule[] = [
  becomes('two days', '204, 2 of 2 published', (trial) => ({ keys: days(trial, 1, 2) })),
  becomes('days with a gap', '204, 2 of 2 published', (trial) => ({ keys: days(trial, 1, 5) })),
  becomes('31 keys', { deployed: '204, 0 of 31 published', documented: '400 (1100), 0 of 31 published' }, (trial) => ({
    keys: Array.from({ length: 31 }, (_, k) => keyOf(trial, k + 1)),
  })),
  becomes('the same key twice', '204, 0 of 2 published', (trial) => {
    const key = keyOf(trial, 2);
    return { keys: [key, shifted(key, INTERVALS_PER_DAY)] };
  }),
  becomes('two keys of one day', '204, 0 of 2 published', (trial) => ({ keys: days(trial, 2, 2) })),
  becomes('keys that begin at other times of the day', '204, 0 of 2 published', (trial) => ({
    keys: [keyOf(trial, 3), shifted(keyOf(trial, 2), 1)],
  })),
  becomes('a period of 145', '204, 0 of 2 published', (trial) => ({
    keys: [keyOf(trial, 2), { ...keyOf(trial, 3), rolling_period: INTERVALS_PER_DAY + 1 }],
  })),
  becomes('a period of 0', '204, 0 of 2 published', (trial) => ({
    keys: [keyOf(trial, 2), { ...keyOf(trial, 3), rolling_period: 0 }],
  })),
  becomes('a key that begins tomorrow', '204, 0 of 2 published', (trial) => ({ keys: days(trial, 1, -1) })),
];

const DAYS_KEPT = 14;
const filters: readonly Rule[] = [
  becomes('the key of today', '204, 1 of 2 published', (trial) => ({ keys: days(trial, 0, 1) })),
  becomes('the key of today that has ended', '204, 1 of 2 published', (trial) => ({
    keys: [{ ...keyOf(trial, 0), rolling_period: 1 }, keyOf(trial, 1)],
  })),
  becomes('two days before the first symptoms', '204, 1 of 2 published', (trial) => ({
    keys: days(trial, 5, 6),
    onset: 3,
  })),
  becomes(`${DAYS_KEPT} days ago`, '204, 1 of 2 published', (trial) => ({
    keys: days(trial, DAYS_KEPT, DAYS_KEPT + 1),
    onset: 20,
  })),
];

const HOUR = 3600;
const CLOCK_AHEAD = 4;
/** A phone whose clock is fast has a key that seems to begin in the future; it and another one, long over. */
const fastClock = (trial: Trial): Sent => {
  const now = intervalOf(trial.now());
  const start = now + CLOCK_AHEAD - 1;
  const at = (back: number): Key => ({ ...keyOf(trial, 0), rolling_start_number: start - back * INTERVALS_PER_DAY });
  const clock = String((now + CLOCK_AHEAD) * SECONDS_PER_INTERVAL);
  return { keys: [at(0), at(3)], change: (message) => changed(message, { headers: { 'immuni-client-clock': clock } }) };
};

const clocks: readonly Rule[] = [
  becomes(
    'a phone whose clock is 40 minutes fast',
    { deployed: '204, 0 of 2 published', documented: '204, 1 of 2 published' },
    fastClock,
  ),
];

const uses: readonly Rule[] = [
  rule(
    'upload',
    'upload: a password that is used already',
    { deployed: '204, then 401 (1101)', documented: '204, then 401' },
    async (trial) => {
      const token = await authorisedToken(trial);
      const send = async () => saidOf(await trial.ask('upload', uploadRequest(trial, token, [])));
      return `${await send()}, then ${await send()}`;
    },
    ['authorise'],
  ),
  rule(
    'upload',
    'upload: a broken body leaves the password as it was',
    '204',
    async (trial) => {
      const token = await authorisedToken(trial);
      await trial.ask('upload', withFields(uploadRequest(trial, token, []), { province: 'milan' }));
      return saidOf(await trial.ask('upload', uploadRequest(trial, token, [])));
    },
    ['authorise'],
  ),
  rule(
    'upload',
    'upload: a list of keys that is dropped uses the password up',
    { deployed: '204, then 401 (1101)', documented: '204, then 401' },
    async (trial) => {
      const token = await authorisedToken(trial);
      const twins = days(trial, 2, 2);
      const first = saidOf(await trial.ask('upload', uploadRequest(trial, token, twins)));
      return `${first}, then ${saidOf(await trial.ask('upload', uploadRequest(trial, token, [])))}`;
    },
    ['authorise'],
  ),
];

/** The longest duration of any report whose province is this one. */
const longest = (lines: string, province: string): number =>
  Math.max(
    ...lines
      .split('\n')
      .filter((line) => line.includes(`"province":"${province}"`))
      .flatMap((line) => [...line.matchAll(/"duration":(\d+)/g)].map(([, seconds]) => Number(seconds))),
  );

/** Nobody lives there: reports of other uploads do not get between. */
const NOWHERE = 'ZZ';

const reports: readonly Rule[] = [
  rule(
    'upload',
    'upload: an exposure of 2,345 s in the reports',
    { deployed: 'kept as 2345 s', documented: 'kept as 1800 s' },
    async (trial) => {
      const token = await authorisedToken(trial);
      const summary = summaryOf(trial, { duration: 2345 });
      const fields = { province: NOWHERE, exposure_detection_summaries: [summary] };
      await trial.ask('upload', withFields(uploadRequest(trial, token, []), fields));
      return `kept as ${longest(await trial.extract(), NOWHERE)} s`;
    },
    ['authorise', 'operate'],
  ),
];

const BATCH_PERIOD_DOCUMENTED = 30;
/** They move the clock by weeks: whoever has something to look for looks before. */
export const timeRules: readonly Rule[] = [
  rule(
    'get',
    'keys: half an hour after an upload',
    { deployed: 'not published', documented: 'published' },
    async (trial) => {
      // Not shortly before midnight, when both publish.
      const intoDay = trial.now() % 86_400;
      if (intoDay > 82_800) await trial.move(2 * HOUR);
      await trial.publish();
      const [key] = days(trial, 1);
      const first = (await newestBatch(trial)) + 1;
      await trial.ask('upload', uploadRequest(trial, await authorisedToken(trial), [key!]));
      await trial.move(BATCH_PERIOD_DOCUMENTED * 60);
      return (await keysSince(trial, first)).has(key!.key_data) ? 'published' : 'not published';
    },
    ['authorise', 'operate', 'move'],
  ),
  rule(
    'get',
    'keys: a batch after 14 days',
    '404 (1300)',
    async (trial) => {
      await trial.ask('upload', uploadRequest(trial, await authorisedToken(trial), days(trial, 1)));
      await trial.publish();
      const index = await newestBatch(trial);
      await trial.move((DAYS_KEPT + 1) * 86_400);
      return saidOf(await trial.ask('get', buildRequest(keysBatch, { parameters: { index } })));
    },
    ['authorise', 'operate', 'move'],
  ),
  rule(
    'upload',
    'upload: a report after 14 days',
    { deployed: 'deleted', documented: 'kept' },
    async (trial) => {
      const token = await authorisedToken(trial);
      const fields = { province: NOWHERE, exposure_detection_summaries: [summaryOf(trial)] };
      await trial.ask('upload', withFields(uploadRequest(trial, token, []), fields));
      await trial.move((DAYS_KEPT + 1) * 86_400);
      return (await trial.extract()).includes(`"province":"${NOWHERE}"`) ? 'kept' : 'deleted';
    },
    ['authorise', 'operate', 'move'],
  ),
];

export const publishingRules: readonly Rule[] = [...uses, ...lists, ...filters, ...clocks, ...reports];
