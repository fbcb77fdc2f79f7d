/** The calls of Immuni's phones that have dummies. */
import { toBase64 } from '../core/bytes.ts';
import type { Entropy } from '../core/entropy.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import type { UnixSeconds } from '../core/units.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { appleOperationalInfo } from '../protocol/wire/immuni/analytics.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../protocol/wire/immuni/ingestion.ts';
import { newOtp, otpToken } from '../protocol/wire/immuni/otp.ts';
import { paddedIngestion } from '../protocol/wire/immuni/padding.ts';
import { bearer } from '../protocol/wire/immuni/parts.ts';
import { buildRequest, type RequestMessage } from '../protocol/wire/messages.ts';
import type { Call } from './leak.ts';

export interface ImmuniTraffic {
  readonly upload: string;
  readonly analytics: string;
  readonly entropy: Entropy;
  readonly now: () => UnixSeconds;
  /** Has a password authorised; absent: genuine requests are those of people who mistyped theirs. */
  readonly authorise?: (otp: string, onset: string) => Promise<void>;
}

const KEY_DAYS = 5;

export function immuniCalls(traffic: ImmuniTraffic): readonly Call[] {
  const { entropy, now } = traffic;
  const password = async (): Promise<string> => {
    const otp = newOtp(entropy);
    await traffic.authorise?.(otp, isoDay(utcDayOf(now()) - KEY_DAYS));
    return otpToken(otp);
  };
  const stranger = (): string => otpToken(newOtp(entropy));
  const ingestion = (name: string, build: (token: string, dummy: '0' | '1') => RequestMessage): Call => ({
    name,
    url: traffic.upload,
    prepare: async () => ({ genuine: build(await password(), '0'), dummy: build(stranger(), '1') }),
  });
  const headersOf = (token: string, dummy: '0' | '1') => ({
    authorization: bearer(token),
    'immuni-dummy-data': dummy,
    host: new URL(traffic.upload).host,
    connection: 'keep-alive',
  });
  return [
    ingestion('check-otp', (token, dummy) =>
      withoutTransport(paddedIngestion(checkOtpEndpoint, { headers: headersOf(token, dummy), body: {} }, entropy)),
    ),
    ingestion('upload', (token, dummy) => {
      const headers = { ...headersOf(token, dummy), 'immuni-client-clock': String(Math.floor(now())) };
      const teks = dummy === '1' ? [] : keysOf(traffic);
      const body = { teks, province: 'MI', exposure_detection_summaries: [] };
      return withoutTransport(paddedIngestion(uploadEndpoint, { headers, body }, entropy));
    }),
    { name: 'operational-info', url: traffic.analytics, prepare: async () => infos(traffic) },
  ];
}

/** The client adds host and connection by itself. */
const withoutTransport = ({ headers, ...message }: RequestMessage): RequestMessage => ({
  ...message,
  headers: { ...headers, host: undefined, connection: undefined },
});

const keysOf = ({ entropy, now }: ImmuniTraffic) =>
  Array.from({ length: KEY_DAYS }, (_, k) => ({
    key_data: toBase64(entropy(16)),
    rolling_start_number: intervalOfDay(utcDayOf(now()) - 1 - k),
    rolling_period: INTERVALS_PER_DAY,
  }));

function infos({ entropy, now }: ImmuniTraffic) {
  const build = (dummy: '0' | '1') =>
    buildRequest(appleOperationalInfo, {
      headers: { authorization: bearer(Buffer.from(entropy(64)).toString('hex')), 'immuni-dummy-data': dummy },
      body: {
        province: 'MI',
        exposure_permission: 1,
        bluetooth_active: 1,
        notification_permission: 1,
        exposure_notification: 0,
        last_risky_exposure_on: isoDay(utcDayOf(now())),
      },
    });
  return { genuine: build('0'), dummy: build('1') };
}
