/** Rules of operational info: what is let through; what counts is not told to phones (backend spec A1, A5). */
import { toBase64 } from '../../../core/bytes.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from '../../../protocol/wire/immuni/analytics.ts';
import { OLDEST_DATE_DAYS } from '../../../protocol/wire/immuni/parts.ts';
import { buildRequest, type RequestMessage } from '../../../protocol/wire/messages.ts';
import {
  bodyRules,
  changed,
  dayBefore,
  type Rule,
  replyRule,
  rule,
  saidOf,
  type Trial,
  withFields,
} from '../../conform/trial.ts';
import { shown } from './trial.ts';

const BROKEN = '400 (1001)';
const TOKEN_BYTES = 64;
const SALT_BYTES = 16;
const LONGEST = 10_000;

const newToken = ({ entropy }: Trial): string => Buffer.from(entropy(TOKEN_BYTES)).toString('hex');

const infoOf = (trial: Trial) =>
  ({
    province: 'MI',
    exposure_permission: 1,
    bluetooth_active: 1,
    notification_permission: 1,
    exposure_notification: 0,
    last_risky_exposure_on: dayBefore(trial, 3),
  }) as const;

const dummy = { 'immuni-dummy-data': '0' };

const appleInfo = (trial: Trial): RequestMessage =>
  buildRequest(appleOperationalInfo, { headers: { ...shown(newToken(trial)), ...dummy }, body: infoOf(trial) });
const googleInfo = (trial: Trial): RequestMessage =>
  buildRequest(googleOperationalInfo, {
    headers: dummy,
    body: { ...infoOf(trial), salt: toBase64(trial.entropy(SALT_BYTES)), signed_attestation: 'none' },
  });
const tokenRequest = (trial: Trial): RequestMessage =>
  buildRequest(appleToken, { body: { analytics_token: newToken(trial), device_token: 'AAAA' } });

const TOKEN = '201 or 202';
const tokenRules: readonly Rule[] = [
  rule('analytics', 'apple token: a token', TOKEN, async (trial) => {
    const said = saidOf(await trial.ask('analytics', tokenRequest(trial)));
    return said === '201' || said === '202' ? TOKEN : said;
  }),
  ...(
    [
      ['a token of 127 digits', { analytics_token: 'a'.repeat(127) }],
      ['a token of 129 digits', { analytics_token: 'a'.repeat(129) }],
      ['a token in capitals', { analytics_token: 'A'.repeat(128) }],
      ['no token', { analytics_token: undefined }],
      ['a device token that is no Base64', { device_token: '!' }],
      ['a device token that is too long', { device_token: 'A'.repeat(LONGEST + 4) }],
      ['no device token', { device_token: undefined }],
    ] as const
  ).map(([what, fields]) =>
    replyRule('analytics', `apple token: ${what}`, BROKEN, (trial) => withFields(tokenRequest(trial), fields)),
  ),
];

/** Of both platforms. */
const infoRules = (name: string, message: (trial: Trial) => RequestMessage): readonly Rule[] => {
  const row = (what: string, said: string, fields: (trial: Trial) => Readonly<Record<string, unknown>>) =>
    replyRule('analytics', `${name}: ${what}`, said, (trial) => withFields(message(trial), fields(trial)));
  const headed = (what: string, said: string, headers: RequestMessage['headers']) =>
    replyRule('analytics', `${name}: ${what}`, said, (trial) => changed(message(trial), { headers }));
  return [
    ...bodyRules('analytics', name, { good: '204', broken: BROKEN }, message),
    row('a province in small letters', BROKEN, () => ({ province: 'mi' })),
    row('a flag that is true', BROKEN, () => ({ bluetooth_active: true })),
    row('a flag that is 2', BROKEN, () => ({ exposure_permission: 2 })),
    row('no flag', BROKEN, () => ({ notification_permission: undefined })),
    row('an exposure tomorrow', BROKEN, (trial) => ({ last_risky_exposure_on: dayBefore(trial, -1) })),
    row(`an exposure ${OLDEST_DATE_DAYS} days ago`, '204', (trial) => ({
      last_risky_exposure_on: dayBefore(trial, OLDEST_DATE_DAYS),
    })),
    row(`an exposure ${OLDEST_DATE_DAYS + 1} days ago`, BROKEN, (trial) => ({
      last_risky_exposure_on: dayBefore(trial, OLDEST_DATE_DAYS + 1),
    })),
    row('no day of an exposure', BROKEN, () => ({ last_risky_exposure_on: undefined })),
    row('a build', '204', () => ({ build: 1 })),
    row('a build that is a text', BROKEN, () => ({ build: 'one' })),
    headed('a dummy', '204', { 'immuni-dummy-data': '1' }),
    headed('no Immuni-Dummy-Data', BROKEN, { 'immuni-dummy-data': undefined }),
    headed('Immuni-Dummy-Data 2', BROKEN, { 'immuni-dummy-data': '2' }),
  ];
};

const appleRules: readonly Rule[] = (
  [
    ['no Authorization', undefined],
    ['a token of 64 digits', 'Bearer '.concat('a'.repeat(64))],
    ['a token in capitals', 'Bearer '.concat('A'.repeat(128))],
  ] as const
).map(([what, authorization]) =>
  replyRule('analytics', `apple info: ${what}`, BROKEN, (trial) =>
    changed(appleInfo(trial), { headers: { authorization } }),
  ),
);

const googleRules: readonly Rule[] = (
  [
    ['no salt', { salt: undefined }],
    ['a salt of 20 characters', { salt: 'A'.repeat(20) }],
    ['a salt that is no Base64', { salt: '!'.repeat(24) }],
    ['no attestation', { signed_attestation: undefined }],
    ['an attestation that is too long', { signed_attestation: 'a'.repeat(LONGEST + 1) }],
  ] as const
).map(([what, fields]) =>
  replyRule('analytics', `google info: ${what}`, BROKEN, (trial) => withFields(googleInfo(trial), fields)),
);

export const analyticsRules: readonly Rule[] = [
  ...bodyRules('analytics', 'apple token', { good: TOKEN, broken: BROKEN }, tokenRequest).filter(
    // Of the good ones one stands above: which of two answers comes is not a rule.
    ({ deployed }) => deployed !== TOKEN,
  ),
  ...tokenRules,
  ...infoRules('apple info', appleInfo),
  ...appleRules,
  ...infoRules('google info', googleInfo),
  ...googleRules,
];
