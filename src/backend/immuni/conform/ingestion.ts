/** Rules of checking a password and of uploading: what is let through (backend spec A1). */
import { toBase64 } from '../../../core/bytes.ts';
import { utcDayOf } from '../../../core/time.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../../../protocol/gaen/intervals.ts';
import { checkOtpEndpoint, MOST_PADDING, uploadEndpoint } from '../../../protocol/wire/immuni/ingestion.ts';
import { buildRequest, type ReplyMessage, type RequestMessage } from '../../../protocol/wire/messages.ts';
import {
  bodyRules,
  type Columns,
  changed,
  dayBefore,
  type Rule,
  replyRule,
  rule,
  saidOf,
  type Trial,
  withFields,
} from '../../conform/trial.ts';
import { authorisedToken, shown, strangerToken } from './trial.ts';

/** The published OpenAPI file has codes of its own, and a 401 without body (documented.ts). */
const BROKEN: Columns = { deployed: '400 (1001)', documented: '400 (1100)' };
/** All is well, but nobody has authorised the password. */
const STRANGER: Columns = { deployed: '401 (1101)', documented: '401' };
const LOOSER: Columns = { deployed: '400 (1001)', documented: '401' };
const STRICTER: Columns = { deployed: '401 (1101)', documented: '400 (1100)' };

const KEY_BYTES = 16;

export interface Key {
  readonly key_data: string;
  readonly rolling_start_number: number;
  readonly rolling_period: number;
}

/** A key of a whole day, so many days ago. */
export const keyOf = ({ entropy, now }: Trial, daysAgo: number): Key => ({
  key_data: toBase64(entropy(KEY_BYTES)),
  rolling_start_number: intervalOfDay(utcDayOf(now()) - daysAgo),
  rolling_period: INTERVALS_PER_DAY,
});

const checkRequest = (token: string): RequestMessage =>
  buildRequest(checkOtpEndpoint, { headers: { ...shown(token), 'immuni-dummy-data': '0' }, body: { padding: '00' } });

export const askCheck = (trial: Trial, token: string): Promise<ReplyMessage> =>
  trial.ask('upload', checkRequest(token));

export const uploadRequest = (trial: Trial, token: string, teks: readonly Key[]): RequestMessage =>
  buildRequest(uploadEndpoint, {
    headers: { ...shown(token), 'immuni-dummy-data': '0', 'immuni-client-clock': String(Math.floor(trial.now())) },
    body: { teks: [...teks], province: 'MI', exposure_detection_summaries: [], padding: '00' },
  });

const checkOfStranger = (trial: Trial): RequestMessage => checkRequest(strangerToken(trial));
const uploadOfStranger = (trial: Trial): RequestMessage =>
  uploadRequest(trial, strangerToken(trial), [keyOf(trial, 1)]);

/** Header rules that both requests share. */
const headerRules = (name: string, message: (trial: Trial) => RequestMessage): readonly Rule[] => {
  const row = (what: string, columns: Columns, headers: (token: string) => RequestMessage['headers']) =>
    replyRule('upload', `${name}: ${what}`, columns, (trial) =>
      changed(message(trial), { headers: headers(strangerToken(trial)) }),
    );
  return [
    row('Bearer and a token', STRANGER, (token) => ({ authorization: `Bearer ${token}` })),
    row('a token in capitals', STRANGER, (token) => ({ authorization: `Bearer ${token.toUpperCase()}` })),
    row('Token and a token', { deployed: '401 (1101)', documented: '400 (1100)' }, (token) => ({
      authorization: `Token ${token}`,
    })),
    row('a bare token', { deployed: '401 (1101)', documented: '400 (1100)' }, (token) => ({ authorization: token })),
    row('63 digits', BROKEN, (token) => ({ authorization: `Bearer ${token.slice(1)}` })),
    row('65 digits', BROKEN, (token) => ({ authorization: `Bearer ${token}0` })),
    row('a token with a letter g', BROKEN, (token) => ({ authorization: `Bearer g${token.slice(1)}` })),
    row('no Authorization', BROKEN, () => ({ authorization: undefined })),
    row('no Immuni-Dummy-Data', BROKEN, () => ({ 'immuni-dummy-data': undefined })),
    row('Immuni-Dummy-Data 2', BROKEN, () => ({ 'immuni-dummy-data': '2' })),
    row('Immuni-Dummy-Data true', BROKEN, () => ({ 'immuni-dummy-data': 'true' })),
  ];
};

const paddingRules = (name: string, message: (trial: Trial) => RequestMessage): readonly Rule[] => {
  const row = (what: string, columns: Columns, padding: unknown) =>
    replyRule('upload', `${name}: ${what}`, columns, (trial) => withFields(message(trial), { padding }));
  return [
    row('padding of no digits', STRANGER, ''),
    row(`padding of ${MOST_PADDING} digits`, STRANGER, 'a'.repeat(MOST_PADDING)),
    row(`padding of ${MOST_PADDING + 1} digits`, LOOSER, 'a'.repeat(MOST_PADDING + 1)),
    row('padding with capitals', LOOSER, 'AB'),
    row('padding with other letters', LOOSER, 'xyz'),
    row('padding with blanks', BROKEN, 'a b'),
    row('padding that is a number', BROKEN, 11),
    row('no padding', BROKEN, undefined),
  ];
};

/** A dummy is told 204, and 401 sometimes; which of them is chance. */
const DUMMY = '204 or 401';
const dummyRule = (name: string, message: (trial: Trial) => RequestMessage): Rule =>
  rule('upload', `${name}: a dummy`, DUMMY, async (trial) => {
    const reply = await trial.ask('upload', changed(message(trial), { headers: { 'immuni-dummy-data': '1' } }));
    return [204, 401].includes(reply.status) ? DUMMY : saidOf(reply);
  });

const brokenDummy = (name: string, message: (trial: Trial) => RequestMessage): Rule =>
  replyRule(
    'upload',
    `${name}: a dummy with a body that is none`,
    { deployed: '400 (1001)', documented: '204' },
    (trial) => changed(message(trial), { headers: { 'immuni-dummy-data': '1' }, body: Buffer.from('{') }),
  );

const checks: readonly Rule[] = [
  rule(
    'upload',
    'check-otp: an authorised password',
    '204',
    async (trial) => saidOf(await askCheck(trial, await authorisedToken(trial))),
    ['authorise'],
  ),
  rule(
    'upload',
    'check-otp: checked twice',
    '204',
    async (trial) => {
      const token = await authorisedToken(trial);
      await askCheck(trial, token);
      return saidOf(await askCheck(trial, token));
    },
    ['authorise'],
  ),
];

const uploadRow = (what: string, columns: Columns, fields: (trial: Trial) => Readonly<Record<string, unknown>>) =>
  replyRule('upload', `upload: ${what}`, columns, (trial) => withFields(uploadOfStranger(trial), fields(trial)));

const keyRow = (what: string, columns: Columns, fields: Readonly<Record<string, unknown>>) =>
  uploadRow(what, columns, (trial) => ({ teks: [{ ...keyOf(trial, 1), ...fields }] }));

const manyKeys = (trial: Trial, count: number): readonly Key[] =>
  Array.from({ length: count }, (_, k) => keyOf(trial, k + 1));

const keySchema: readonly Rule[] = [
  keyRow('key data of 15 bytes', BROKEN, { key_data: toBase64(new Uint8Array(KEY_BYTES - 1)) }),
  keyRow('key data of 17 bytes', BROKEN, { key_data: toBase64(new Uint8Array(KEY_BYTES + 1)) }),
  keyRow('key data that is no Base64', BROKEN, { key_data: '!'.repeat(24) }),
  keyRow('key data that is a number', BROKEN, { key_data: 1 }),
  keyRow('no key data', BROKEN, { key_data: undefined }),
  keyRow('a negative begin', BROKEN, { rolling_start_number: -1 }),
  keyRow('a begin with a fraction', BROKEN, { rolling_start_number: 0.5 }),
  keyRow('no begin', BROKEN, { rolling_start_number: undefined }),
  keyRow('period 0', STRANGER, { rolling_period: 0 }),
  keyRow('period 1000', STRANGER, { rolling_period: 1000 }),
  keyRow('period 1001', BROKEN, { rolling_period: 1001 }),
  keyRow('no period', STRANGER, { rolling_period: undefined }),
  keyRow('a field of a key that nobody knows', BROKEN, { transmission_risk: 1 }),
  uploadRow('no key', STRANGER, () => ({ teks: [] })),
  uploadRow('14 keys', STRANGER, (trial) => ({ teks: manyKeys(trial, 14) })),
  uploadRow('15 keys', STRICTER, (trial) => ({ teks: manyKeys(trial, 15) })),
  uploadRow('keys that are no list', BROKEN, () => ({ teks: {} })),
  uploadRow('no list of keys', BROKEN, () => ({ teks: undefined })),
];

const partRules: readonly Rule[] = [
  uploadRow('a province in small letters', BROKEN, () => ({ province: 'mi' })),
  uploadRow('a province of three letters', BROKEN, () => ({ province: 'MIL' })),
  uploadRow('no province', BROKEN, () => ({ province: undefined })),
  uploadRow('27 countries of interest', STRANGER, () => ({ countries_of_interest: countries(27) })),
  uploadRow('28 countries of interest', BROKEN, () => ({ countries_of_interest: countries(28) })),
  uploadRow('a country in small letters', BROKEN, () => ({ countries_of_interest: ['de'] })),
  uploadRow('no summaries', BROKEN, () => ({ exposure_detection_summaries: undefined })),
  replyRule('upload', 'upload: no Immuni-Client-Clock', BROKEN, (trial) =>
    changed(uploadOfStranger(trial), { headers: { 'immuni-client-clock': undefined } }),
  ),
  replyRule('upload', 'upload: a clock that is no number', BROKEN, (trial) =>
    changed(uploadOfStranger(trial), { headers: { 'immuni-client-clock': 'noon' } }),
  ),
  replyRule('upload', 'upload: a clock with a fraction', BROKEN, (trial) =>
    changed(uploadOfStranger(trial), { headers: { 'immuni-client-clock': '1.5' } }),
  ),
  replyRule('upload', 'upload: a negative clock', STRANGER, (trial) =>
    changed(uploadOfStranger(trial), { headers: { 'immuni-client-clock': '-1' } }),
  ),
];

const countries = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `A${String.fromCharCode(65 + (k % 26))}`);

/** What a phone reports of its exposures, valid as it stands. */
export const summaryOf = (trial: Trial, info: object = {}) => ({
  date: dayBefore(trial, 1),
  matched_key_count: 1,
  days_since_last_exposure: 2,
  attenuation_durations: [300, 300, 0],
  maximum_risk_score: 25,
  exposure_info: [
    {
      date: dayBefore(trial, 3),
      duration: 600,
      attenuation_value: 55,
      attenuation_durations: [300, 300, 0],
      transmission_risk_level: 1,
      total_risk_score: 25,
      ...info,
    },
  ],
});

const summaryRow = (
  what: string,
  columns: Columns,
  fields: (trial: Trial) => object,
  info: (trial: Trial) => object = () => ({}),
) =>
  uploadRow(what, columns, (trial) => ({
    exposure_detection_summaries: [{ ...summaryOf(trial, info(trial)), ...fields(trial) }],
  }));
const infoRow = (what: string, columns: Columns, info: (trial: Trial) => object) =>
  summaryRow(what, columns, () => ({}), info);

const summaryRules: readonly Rule[] = [
  summaryRow('a summary', STRANGER, () => ({})),
  summaryRow('a summary of 180 days ago', STRANGER, (trial) => ({ date: dayBefore(trial, 180) })),
  summaryRow('a summary of 181 days ago', BROKEN, (trial) => ({ date: dayBefore(trial, 181) })),
  summaryRow('a summary of tomorrow', BROKEN, (trial) => ({ date: dayBefore(trial, -1) })),
  summaryRow('a summary on no date', BROKEN, () => ({ date: '2020-13-01' })),
  summaryRow('a summary with a negative count', BROKEN, () => ({ matched_key_count: -1 })),
  summaryRow('a summary with two attenuation durations', BROKEN, () => ({ attenuation_durations: [1, 2] })),
  summaryRow('a summary with four', STRANGER, () => ({ attenuation_durations: [1, 2, 3, 4] })),
  summaryRow('a summary with five', BROKEN, () => ({ attenuation_durations: [1, 2, 3, 4, 5] })),
  summaryRow('a summary without infos', STRANGER, () => ({ exposure_info: undefined })),
  infoRow('an info of tomorrow', BROKEN, (trial) => ({ date: dayBefore(trial, -1) })),
  infoRow('an info with transmission risk 8', STRANGER, () => ({ transmission_risk_level: 8 })),
  infoRow('an info with transmission risk 9', BROKEN, () => ({ transmission_risk_level: 9 })),
  infoRow('an info with a negative duration', BROKEN, () => ({ duration: -1 })),
  infoRow('an info without a score', BROKEN, () => ({ total_risk_score: undefined })),
];

export const ingestionRules: readonly Rule[] = [
  ...bodyRules('upload', 'check-otp', { good: STRANGER, broken: BROKEN }, checkOfStranger),
  ...headerRules('check-otp', checkOfStranger),
  ...paddingRules('check-otp', checkOfStranger),
  dummyRule('check-otp', checkOfStranger),
  brokenDummy('check-otp', checkOfStranger),
  ...checks,
  ...bodyRules('upload', 'upload', { good: STRANGER, broken: BROKEN }, uploadOfStranger),
  ...headerRules('upload', uploadOfStranger),
  ...paddingRules('upload', uploadOfStranger),
  dummyRule('upload', uploadOfStranger),
  brokenDummy('upload', uploadOfStranger),
  ...keySchema,
  ...partRules,
  ...summaryRules,
];
