/** Rules of the verification server and of the test results (backend spec B1, B2). */

import type { RequestMessage } from '../../../protocol/wire/messages.ts';
import {
  type Columns,
  changed,
  type Rule,
  replyRule,
  rule,
  saidOf,
  type Trial,
  withFields,
} from '../../conform/trial.ts';
import {
  newTeleTan,
  newTest,
  positiveToken,
  registration,
  report,
  resultOf,
  resultRequest,
  STRANGER,
  tanRequest,
  tokenOf,
} from './trial.ts';

const BROKEN = '400';

const fields = (
  name: string,
  message: (trial: Trial) => RequestMessage,
  rows: readonly (readonly [string, Columns, object])[],
) =>
  rows.map(([what, columns, changes]) =>
    replyRule('upload', `${name}: ${what}`, columns, (trial) => withFields(message(trial), { ...changes })),
  );

const newRegistration = (trial: Trial): RequestMessage => registration(newTest(trial));

const registrations: readonly Rule[] = [
  replyRule('upload', 'registration: a test', '201', newRegistration),
  ...fields('registration', newRegistration, [
    ['a hash of 63 digits', BROKEN, { key: 'a'.repeat(63) }],
    ['a hash with a letter g', BROKEN, { key: 'g'.repeat(64) }],
    ['no key', BROKEN, { key: undefined }],
    ['another kind of key', BROKEN, { keyType: 'QR' }],
    ['no kind of key', BROKEN, { keyType: undefined }],
    ['a date of birth that is no hash', BROKEN, { keyDob: '1980-01-01' }],
    ['a teleTAN of nine symbols', BROKEN, { key: '234567892', keyType: 'TELETAN' }],
    ['a teleTAN with a zero', BROKEN, { key: '0345678922', keyType: 'TELETAN' }],
    ['a teleTAN that nobody issued', BROKEN, { key: '2222222222', keyType: 'TELETAN' }],
    ['a field that nobody knows', '201', { unknown: 1 }],
    ['a padding of nothing', '201', { requestPadding: '' }],
    ['a padding that is a number', '201', { requestPadding: 250 }],
    ['a padding that is a list of objects', '201', { requestPadding: [{ registrationToken: STRANGER }] }],
  ]),
  replyRule('upload', 'registration: no JSON', BROKEN, (trial) =>
    changed(newRegistration(trial), { body: Buffer.from('{') }),
  ),
  replyRule('upload', 'registration: another content type', '500', (trial) =>
    changed(newRegistration(trial), { headers: { 'content-type': 'text/plain' } }),
  ),
  replyRule('upload', 'registration: 10,001 bytes', '406', (trial) =>
    withFields(newRegistration(trial), { requestPadding: 'x'.repeat(10_000) }),
  ),
  rule('upload', 'registration: a test twice', '201, then 400', async (trial) => {
    const test = newTest(trial);
    const first = saidOf(await trial.ask('upload', registration(test)));
    return `${first}, then ${saidOf(await trial.ask('upload', registration(test)))}`;
  }),
  replyRule('upload', 'registration: a fake one', '201', (trial) =>
    changed(registration(newTest(trial)), { headers: { 'cwa-fake': '1' } }),
  ),
];

const results: readonly Rule[] = [
  replyRule('upload', 'test result: a token that nobody has', BROKEN, () => resultRequest(STRANGER)),
  replyRule('upload', 'test result: no UUID', BROKEN, () =>
    withFields(resultRequest(STRANGER), { registrationToken: 'token' }),
  ),
  replyRule('upload', 'test result: a fake one', '200', () =>
    changed(resultRequest(STRANGER), { headers: { 'cwa-fake': '1' } }),
  ),
  rule('upload', 'test result: before a laboratory reports', '0', async (trial) =>
    String(await resultOf(trial, await tokenOf(trial, newTest(trial)))),
  ),
  ...[1, 2, 3].map((result) =>
    rule(
      'upload',
      `test result: reported as ${result}`,
      String(result),
      async (trial) => {
        const test = newTest(trial);
        const token = await tokenOf(trial, test);
        await report(trial, test, result);
        return String(await resultOf(trial, token));
      },
      ['authorise'],
    ),
  ),
  rule('otp', 'laboratory: result 4', BROKEN, async (trial) => saidOf(await report(trial, newTest(trial), 4)), [
    'authorise',
  ]),
  rule(
    'otp',
    'laboratory: a test that nobody has registered',
    '204',
    async (trial) => saidOf(await report(trial, newTest(trial), 2)),
    ['authorise'],
  ),
  rule(
    'upload',
    'test result: reported before the test was registered',
    '2',
    async (trial) => {
      const test = newTest(trial);
      await report(trial, test, 2);
      return String(await resultOf(trial, await tokenOf(trial, test)));
    },
    ['authorise'],
  ),
  rule('otp', 'laboratory: no hash', BROKEN, async (trial) => saidOf(await report(trial, 'test', 1)), ['authorise']),
  rule(
    'upload',
    'test result: of a teleTAN',
    '2',
    async (trial) => String(await resultOf(trial, await tokenOf(trial, await newTeleTan(trial), 'TELETAN'))),
    ['authorise'],
  ),
];

const tans: readonly Rule[] = [
  replyRule('upload', 'TAN: a token that nobody has', BROKEN, () => tanRequest(STRANGER)),
  replyRule('upload', 'TAN: a fake one', '201', () => changed(tanRequest(STRANGER), { headers: { 'cwa-fake': '1' } })),
  rule('upload', 'TAN: before there is a result', BROKEN, async (trial) =>
    saidOf(await trial.ask('upload', tanRequest(await tokenOf(trial, newTest(trial))))),
  ),
  rule(
    'upload',
    'TAN: asked for twice',
    { deployed: '201, then 400', documented: '201, then 201' },
    async (trial) => {
      const token = await positiveToken(trial);
      const first = saidOf(await trial.ask('upload', tanRequest(token)));
      return `${first}, then ${saidOf(await trial.ask('upload', tanRequest(token)))}`;
    },
    ['authorise'],
  ),
  rule(
    'upload',
    'teleTAN: registered twice',
    '201, then 400',
    async (trial) => {
      const code = await newTeleTan(trial);
      const first = saidOf(await trial.ask('upload', registration(code, 'TELETAN')));
      return `${first}, then ${saidOf(await trial.ask('upload', registration(code, 'TELETAN')))}`;
    },
    ['authorise'],
  ),
];

const lifetime = (type: 'TEST' | 'EVENT', seconds: number): Rule =>
  rule(
    'upload',
    `teleTAN: of type ${type} after ${seconds} s, and one second before`,
    '400, 201',
    async (trial) => {
      const [late, early] = [await newTeleTan(trial, type), await newTeleTan(trial, type)];
      await trial.move(seconds - 1);
      const before = saidOf(await trial.ask('upload', registration(early, 'TELETAN')));
      await trial.move(1);
      return `${saidOf(await trial.ask('upload', registration(late, 'TELETAN')))}, ${before}`;
    },
    ['authorise', 'move'],
  );

export const verificationRules: readonly Rule[] = [...registrations, ...results, ...tans];
export const lifetimeRules: readonly Rule[] = [lifetime('TEST', 3600), lifetime('EVENT', 172_800)];
