/** Rules of the service that authorises passwords (backend spec A1, A2, A3). */
import { newOtp, OTP_ALPHABET, otpToken } from '../../../protocol/wire/immuni/otp.ts';
import { authoriseOtp, OTP_LIFETIME_SECONDS } from '../../../protocol/wire/immuni/otpService.ts';
import { OLDEST_DATE_DAYS } from '../../../protocol/wire/immuni/parts.ts';
import { buildRequest, type RequestMessage } from '../../../protocol/wire/messages.ts';
import {
  bodyRules,
  type Columns,
  dayBefore,
  type Rule,
  replyRule,
  rule,
  saidOf,
  type Trial,
  withFields,
} from '../../conform/trial.ts';
import { askCheck } from './ingestion.ts';
import { authorisedToken } from './trial.ts';

/** The published OpenAPI file has two codes of its own (documented.ts). */
const BROKEN: Columns = { deployed: '400 (1001)', documented: '400 (1401)' };
const EMPTY: Columns = { deployed: '400 (1001)', documented: '400 (1400)' };
const NO_CHECK: Columns = { deployed: '400 (1001)', documented: '204' };
const ID = '0123456789abcdef0123456789abcdef0123';

const request = (trial: Trial): RequestMessage =>
  buildRequest(authoriseOtp, { body: { otp: newOtp(trial.entropy), symptoms_started_on: dayBefore(trial, 1) } });

const otpRule = (what: string, columns: Columns, fields: (trial: Trial, otp: string) => object): Rule =>
  replyRule('otp', `otp: ${what}`, columns, (trial) =>
    withFields(request(trial), { ...fields(trial, newOtp(trial.entropy)) }),
  );

/** The next symbol of the alphabet in the place of the check character. */
const miswritten = (otp: string): string =>
  otp.slice(0, -1) + OTP_ALPHABET[(OTP_ALPHABET.indexOf(otp.at(-1)!) + 1) % OTP_ALPHABET.length]!;

const codes: readonly Rule[] = [
  otpRule('a wrong check character', NO_CHECK, (_trial, otp) => ({ otp: miswritten(otp) })),
  otpRule('nine characters', BROKEN, (_trial, otp) => ({ otp: otp.slice(1) })),
  otpRule('eleven characters', BROKEN, (_trial, otp) => ({ otp: `${otp}A` })),
  otpRule('small letters', BROKEN, (_trial, otp) => ({ otp: `a${otp.slice(1).toLowerCase()}` })),
  otpRule('a letter outside the alphabet', BROKEN, (_trial, otp) => ({ otp: `B${otp.slice(1)}` })),
  otpRule('a number', BROKEN, () => ({ otp: 1_234_567_891 })),
  otpRule('no code', BROKEN, () => ({ otp: undefined })),
  otpRule('a SHA-256 with the identifier of a test', '204', (_trial, otp) => ({
    otp: otpToken(otp),
    id_test_verification: ID,
  })),
  otpRule('a SHA-256 without one', BROKEN, (_trial, otp) => ({ otp: otpToken(otp) })),
  otpRule('a SHA-256 in capitals', BROKEN, (_trial, otp) => ({
    otp: otpToken(otp).toUpperCase(),
    id_test_verification: ID,
  })),
  otpRule('a SHA-256 without its first digit', BROKEN, (_trial, otp) => ({
    otp: otpToken(otp).slice(1),
    id_test_verification: ID,
  })),
  otpRule('an identifier of 35 characters', BROKEN, (_trial, otp) => ({
    otp: otpToken(otp),
    id_test_verification: ID.slice(1),
  })),
  otpRule('an identifier with a letter g', BROKEN, (_trial, otp) => ({
    otp: otpToken(otp),
    id_test_verification: `g${ID.slice(1)}`,
  })),
];

const onset = (what: string, columns: Columns, day: (trial: Trial) => unknown): Rule =>
  otpRule(`first symptoms ${what}`, columns, (trial) => ({ symptoms_started_on: day(trial) }));

const onsets: readonly Rule[] = [
  onset('today', '204', (trial) => dayBefore(trial, 0)),
  onset('tomorrow', BROKEN, (trial) => dayBefore(trial, -1)),
  onset(`${OLDEST_DATE_DAYS} days ago`, '204', (trial) => dayBefore(trial, OLDEST_DATE_DAYS)),
  onset(`${OLDEST_DATE_DAYS + 1} days ago`, BROKEN, (trial) => dayBefore(trial, OLDEST_DATE_DAYS + 1)),
  onset('on 30 February', BROKEN, () => '2020-02-30'),
  onset('as a time', BROKEN, (trial) => `${dayBefore(trial, 1)}T00:00:00Z`),
  onset('as a number', BROKEN, () => 20_200_615),
  onset('not given', BROKEN, () => undefined),
];

const after = (seconds: number, said: string): Rule =>
  rule(
    'otp',
    `otp: ${seconds} s after it was authorised`,
    said,
    async (trial) => {
      const token = await authorisedToken(trial);
      await trial.move(seconds);
      return saidOf(await askCheck(trial, token));
    },
    ['authorise', 'move'],
  );

const lives: readonly Rule[] = [
  rule('otp', 'otp: authorised twice', '409 (1400)', async (trial) => {
    const twice = request(trial);
    await trial.ask('otp', twice);
    return saidOf(await trial.ask('otp', twice));
  }),
  after(OTP_LIFETIME_SECONDS - 1, '204'),
  after(OTP_LIFETIME_SECONDS, '401 (1101)'),
];

export const passwordRules: readonly Rule[] = [
  ...bodyRules('otp', 'otp', { good: '204', broken: BROKEN, empty: EMPTY }, request),
  ...codes,
  ...onsets,
  ...lives,
].map((one) => ({ ...one, needs: one.needs.includes('authorise') ? one.needs : ['authorise' as const, ...one.needs] }));
