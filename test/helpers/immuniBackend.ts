/** Immuni's backend without a network: real files, a clock that the test moves, entropy from a seed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer } from '../../src/backend/answer.ts';
import { type ImmuniChoices, immuniRules } from '../../src/backend/immuni/rules.ts';
import { openImmuni } from '../../src/backend/immuni/service.ts';
import { immuniStore } from '../../src/backend/immuni/store/operations.ts';
import type { Behaviour } from '../../src/backend/rules.ts';
import { newSecrets } from '../../src/backend/secrets.ts';
import { openLocalStore } from '../../src/backend/store/local.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { isoDay, utcDayOf } from '../../src/core/time.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { appleOperationalInfo, appleToken } from '../../src/protocol/wire/immuni/analytics.ts';
import { deviceToken } from '../../src/protocol/wire/immuni/deviceToken.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { bearer } from '../../src/protocol/wire/immuni/parts.ts';
import { type Asked, buildRequest, type ReplyMessage } from '../../src/protocol/wire/messages.ts';

/** Noon, so that today has a past and a future. */
export const NOON = 1_592_827_200;
export const TODAY = utcDayOf(NOON);
export const OTP = '9K2RAY8UUQ';
const SYMPTOMS = '2020-06-15';

/** The key of a day, by its number before today; `mark` makes different keys. */
export const tek = (daysAgo: number, mark = 0, rolling_period = 144) => ({
  key_data: Buffer.from(keyedEntropy(1, 'test key', daysAgo, mark)(16)).toString('base64'),
  rolling_start_number: (TODAY - daysAgo) * 144,
  rolling_period,
});

export type Tek = ReturnType<typeof tek>;
export type Backend = Awaited<ReturnType<typeof openBackend>>;

export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'enlab-backend-'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export async function openBackend(
  folder: string,
  behaviour: Behaviour = 'documented',
  clock = new VirtualClock(NOON),
  choices: ImmuniChoices = {},
) {
  const store = openLocalStore(folder, immuniStore);
  const secrets = newSecrets(keyedEntropy(1, 'secrets'));
  const rules = { ...immuniRules[behaviour], ...choices };
  const entropy = keyedEntropy(2, 'server');
  const waits: number[] = [];
  const service = await openImmuni({
    clock,
    entropy,
    store,
    secrets,
    rules,
    settings: { minimum_build_version: 1 },
    stopwatch: () => () => 0.03,
    scheme: 'http',
    wait: async (seconds) => void waits.push(seconds),
  });
  const ask = async <E extends Endpoint>(endpoint: E, asked: Asked<E>): Promise<ReplyMessage> => {
    const route = service.routes.find((one) => one.endpoint === endpoint)!;
    return answer(service, route, buildRequest(endpoint, asked));
  };
  return { clock, store, service, secrets, waits, ask, close: () => store.close() };
}

export const authorise = ({ ask }: Backend, otp = OTP, symptoms_started_on = SYMPTOMS) =>
  ask(authoriseOtp, { body: { otp, symptoms_started_on } });

export const check = ({ ask }: Backend, otp = OTP, dummy = 0) =>
  ask(checkOtpEndpoint, { headers: headersFor(otp, dummy), body: { padding: '' } });

const headersFor = (otp: string, dummy: number) => ({
  authorization: bearer(otpToken(otp)),
  'immuni-dummy-data': String(dummy),
});

export const upload = (
  { ask, clock }: Backend,
  teks: readonly Tek[],
  { otp = OTP, dummy = 0, clientClock = clock.now(), summaries = [] as readonly object[] } = {},
) =>
  ask(uploadEndpoint, {
    headers: { ...headersFor(otp, dummy), 'immuni-client-clock': String(clientClock) },
    body: { teks: [...teks], province: 'MI', exposure_detection_summaries: [...summaries] as never, padding: '' },
  });

/** What a phone tells of its exposures; the count can be looked for. */
export const summaryOf = (matched_key_count: number) => ({
  date: '2020-06-21',
  matched_key_count,
  days_since_last_exposure: 1,
  attenuation_durations: [900, 0, 0],
  maximum_risk_score: 1,
});

export const ANALYTICS_TOKEN = 'ab'.repeat(64);
/** Of the phone that asks where a test names none. */
export const HARDWARE = keyedEntropy(5, 'hardware')(16);

export const askForToken = (
  { ask }: Backend,
  { token = ANALYTICS_TOKEN, device = deviceToken(HARDWARE, keyedEntropy(6, 'nonce')) } = {},
) => ask(appleToken, { body: { analytics_token: token, device_token: device } });

export const INFO = {
  province: 'MI',
  exposure_permission: 1,
  bluetooth_active: 1,
  notification_permission: 1,
  exposure_notification: 0,
  last_risky_exposure_on: '2020-06-21',
} as const;

interface InfoChoice {
  readonly token?: string;
  readonly dummy?: number;
  readonly exposed?: 0 | 1;
  readonly day?: string;
}

export const sendInfo = (
  { ask }: Backend,
  { token = ANALYTICS_TOKEN, dummy = 0, exposed = 0, day = isoDay(TODAY) }: InfoChoice = {},
) =>
  ask(appleOperationalInfo, {
    headers: { authorization: bearer(token), 'immuni-dummy-data': String(dummy) },
    body: { ...INFO, exposure_notification: exposed, last_risky_exposure_on: day },
  });

export const index = ({ ask }: Backend) => ask(keysIndex, {});
export const batch = ({ ask }: Backend, number: number) => ask(keysBatch, { parameters: { index: String(number) } });

/** Body of a reply as JSON. */
export const said = ({ body }: ReplyMessage): unknown => JSON.parse(Buffer.from(body).toString());
