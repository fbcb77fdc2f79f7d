/** Verification server and test results: who is ill, without who that is (backend spec B1, B2). */
import { utcDayOf } from '../../core/time.ts';
import type { Seconds } from '../../core/units.ts';
import { cwaFiller, responsePaddings } from '../../protocol/wire/cwa/padding.ts';
import { newTeleTan } from '../../protocol/wire/cwa/teleTan.ts';
import {
  appResult,
  labResults,
  pocNatResult,
  pocNatResults,
  quickTestResult,
  quickTestResults,
} from '../../protocol/wire/cwa/testResultServer.ts';
import { registrationToken, tan, teleTan, testResult, verifyTan } from '../../protocol/wire/cwa/verification.ts';
import { buildReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import { hidden } from '../secrets.ts';
import { type Route, route } from '../service.ts';
import type { FakeWait } from './fakeWait.ts';
import type { CwaPorts } from './ports.ts';
import type { Session } from './store/verification.ts';
import { newUuid4 } from './uuid.ts';

/** TANs that nobody uses are good for so many days. */
export const TAN_DAYS = 14;
/** Validity of teleTANs (backend spec B2). */
const TELETAN_LIFETIME: Readonly<Record<'TEST' | 'EVENT', Seconds>> = { TEST: 3600, EVENT: 2 * 86_400 };
export const TELETANS_AN_HOUR = 1000;
/** Results after so many days are told as redeemed; `expire` deletes them later. */
const REDEEMED_DAYS = 21;

/** Of each kind of test five numbers: pending, negative, positive, invalid, redeemed. */
const pending = 0;
const POSITIVE: readonly number[] = [2, 7];
const redeemedOf = (result: number): number => Math.floor(result / 5) * 5 + 4;

const isFake = (headers: Readonly<Record<string, unknown>>): boolean => headers['cwa-fake'] === '1';

/** Only clients that know the header are given padding. */
const padding = (headers: Readonly<Record<string, unknown>>, length: number, { entropy }: CwaPorts) =>
  headers['cwa-fake'] === undefined ? {} : { responsePadding: cwaFiller(length, entropy) };

/** What stands for a code in the store, whatever case its letters have. */
const hashOf = ({ secrets }: CwaPorts, kind: string, text: string): Uint8Array =>
  hidden(secrets, `${kind}:${text.toLowerCase()}`);

export const tanHash = (ports: CwaPorts, text: string): Uint8Array => hashOf(ports, 'tan', text);

/** Routes that genuine and fake requests share; the fake ones wait as the rules say. */
export const verificationRoutes = (ports: CwaPorts, fakeWait: FakeWait): readonly Route[] => [
  ...registrationRoutes(ports).map((one) => fakeWait(one)),
  ...tanRoutes(ports).map((one) => fakeWait(one)),
  ...resultRoutes(ports),
];

const registrationRoutes = (ports: CwaPorts): readonly Route[] => {
  const { clock, store, entropy } = ports;
  const answered = (token: string, headers: Readonly<Record<string, unknown>>): ReplyMessage =>
    buildReply(registrationToken, 201, {
      registrationToken: token,
      ...padding(headers, responsePaddings.registrationToken, ports),
    });
  return [
    route(registrationToken, async ({ headers, body: { key, keyType, keyDob } }) => {
      const token = newUuid4(entropy);
      if (isFake(headers)) return answered(token, headers);
      const now = clock.now();
      const codes =
        keyType === 'GUID'
          ? { test: hashOf(ports, 'test', key), ...(keyDob && { birth: hashOf(ports, 'test', keyDob) }) }
          : { teleTan: hashOf(ports, 'teletan', key) };
      const isNew = await store.run('register', {
        token: hashOf(ports, 'token', token),
        ...codes,
        now,
        today: utcDayOf(now),
      });
      return isNew ? answered(token, headers) : buildReply(registrationToken, 400, undefined);
    }),
    route(testResult, async ({ headers, body }) => {
      const padded = padding(headers, responsePaddings.testResult, ports);
      if (isFake(headers)) return buildReply(testResult, 200, { testResult: POSITIVE[0]!, ...padded });
      const session = await sessionOf(ports, body.registrationToken);
      if (!session) return buildReply(testResult, 400, undefined);
      const { result, sampled, lab } = await resultOf(ports, session);
      if (result === undefined) return buildReply(testResult, 403, undefined);
      const more = { ...(sampled !== null && { sc: sampled }), ...(lab !== null && { labId: lab }) };
      return buildReply(testResult, 200, { testResult: result, ...more, ...padded });
    }),
  ];
};

const sessionOf = (ports: CwaPorts, token: string): Promise<Session | undefined> =>
  ports.store.run('session', { token: hashOf(ports, 'token', token) });

interface TestResult {
  /** Absent: the date of birth is not that of the person who was tested. */
  readonly result: number | undefined;
  readonly sampled: number | null;
  readonly lab: string | null;
}

/** A teleTAN is given to people who are ill. */
async function resultOf(ports: CwaPorts, { test, birth }: Session): Promise<TestResult> {
  if (test === null) return { result: POSITIVE[0], sampled: null, lab: null };
  const found = await told(ports, test);
  if (birth === null) return found;
  // Both codes are of one test, so that its results differ only where somebody has guessed the date.
  const other = await told(ports, birth);
  return other.result === found.result ? found : { ...found, result: undefined };
}

async function told({ clock, store }: CwaPorts, test: Uint8Array): Promise<TestResult> {
  const found = await store.run('result', { test });
  if (!found) return { result: pending, sampled: null, lab: null };
  const { result, day, ...rest } = found;
  const isRedeemed = utcDayOf(clock.now()) - day >= REDEEMED_DAYS;
  return { result: isRedeemed ? redeemedOf(result) : result, ...rest };
}

const tanRoutes = (ports: CwaPorts): readonly Route[] => {
  const { clock, store, entropy, rules } = ports;
  return [
    route(tan, async ({ headers, body }) => {
      const made = newUuid4(entropy);
      const reply = () => buildReply(tan, 201, { tan: made, ...padding(headers, responsePaddings.tan, ports) });
      if (isFake(headers)) return reply();
      const session = await sessionOf(ports, body.registrationToken);
      const { result } = session ? await resultOf(ports, session) : { result: undefined };
      if (result === undefined || !POSITIVE.includes(result)) return buildReply(tan, 400, undefined);
      const isIssued = await store.run('issueTan', {
        token: hashOf(ports, 'token', body.registrationToken),
        tan: tanHash(ports, made),
        most: rules.tansPerToken,
        expires: utcDayOf(clock.now()) + TAN_DAYS,
      });
      return isIssued ? reply() : buildReply(tan, 400, undefined);
    }),
    route(verifyTan, async ({ body }) => {
      const type = await store.run('redeemTan', { tan: tanHash(ports, body.tan), today: utcDayOf(clock.now()) });
      if (type === undefined) return buildReply(verifyTan, 404, undefined);
      return buildReply(verifyTan, 200, undefined, type === null ? {} : { 'x-cwa-teletan-type': type });
    }),
    route(teleTan, async ({ headers }) => {
      const type = headers['x-cwa-teletan-type'] ?? 'TEST';
      const value = newTeleTan(entropy);
      const now = clock.now();
      const isIssued = await store.run('issueTeleTan', {
        hash: hashOf(ports, 'teletan', value),
        type,
        now,
        expires: now + TELETAN_LIFETIME[type],
        most: TELETANS_AN_HOUR,
      });
      return isIssued ? buildReply(teleTan, 201, { value }) : buildReply(teleTan, 429, undefined);
    }),
  ];
};

const resultRoutes = (ports: CwaPorts): readonly Route[] => {
  const today = () => utcDayOf(ports.clock.now());
  const report = (endpoint: typeof labResults): Route =>
    route(endpoint, async ({ body: { testResults, labId } }) => {
      const reports = testResults.map(({ id, result, sc }) => ({
        test: hashOf(ports, 'test', id),
        result,
        sampled: sc ?? null,
        lab: labId ?? null,
      }));
      await ports.store.run('reportResults', { reports, today: today() });
      return buildReply(endpoint, 204, undefined);
    });
  const ask = (endpoint: typeof appResult): Route =>
    route(endpoint, async ({ body: { id } }) => {
      const { result, sampled, lab } = await told(ports, hashOf(ports, 'test', id));
      const more = { ...(sampled !== null && { sc: sampled }), ...(lab !== null && { labId: lab }) };
      return buildReply(endpoint, 200, { testResult: result ?? pending, ...more });
    });
  return [
    report(labResults),
    report(quickTestResults),
    report(pocNatResults),
    ask(appResult),
    ask(quickTestResult),
    ask(pocNatResult),
  ];
};
