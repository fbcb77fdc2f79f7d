/**
 * What the Corona-Warn-App does about a test. Each flow is two calls of verification and one of submission, those that it
 * does not need being dummies, so that registering, asking and submitting look alike (backend spec B3).
 */
import { EnlabError } from '../../core/errors.ts';
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../../protocol/gaen/intervals.ts';
import { type DiagnosisKey, reportTypes, type TemporaryExposureKey } from '../../protocol/gaen/keys.ts';
import { SUBMISSION_KEYS, type SubmittedKey } from '../../protocol/wire/cwa/submissionPayload.ts';
import { checkTeleTan } from '../../protocol/wire/cwa/teleTan.ts';
import { testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { levelOf, type Symptoms } from '../../protocol/wire/cwa/transmissionRisk.ts';
import {
  askNothing,
  askRegistration,
  askResult,
  askTan,
  type CallPorts,
  submitNothing,
  submitTestKeys,
} from './calls.ts';
import type { RegisteredTest, TestState } from './memory.ts';
import { testStates } from './memory.ts';

type Ports = CallPorts & { readonly now: UnixSeconds };

/** How a flow replaces its dummies, in their order. */
interface Steps {
  /** In place of a dummy of verification. */
  readonly verify: <Reply>(call: () => Promise<Reply>) => Promise<Reply>;
  /** In place of the dummy submission, after what is left of verification. */
  readonly submit: <Reply>(call: () => Promise<Reply>) => Promise<Reply>;
}

/**
 * Every flow is a list of dummies of which `act` replaces some. The others are sent as well, also after a call of `act` was
 * refused; whether they arrive changes nothing for the user, who else could lose a code that is traded once.
 */
async function flow<Result>(ports: CallPorts, act: (steps: Steps) => Promise<Result>): Promise<Result> {
  const dummies = [askNothing, askNothing, submitNothing];
  const sendDummies = async (last: number): Promise<void> => {
    while (dummies.length > last) await dummies.shift()!(ports).catch(ignoreRefusal);
  };
  try {
    return await act({
      async verify(call) {
        dummies.shift();
        return call();
      },
      async submit(call) {
        await sendDummies(1);
        dummies.shift();
        return call();
      },
    });
  } finally {
    await sendDummies(0);
  }
}

function ignoreRefusal(error: unknown): asserts error is EnlabError {
  if (!(error instanceof EnlabError)) throw error;
}

/** A flow that carries nothing. */
export const dummyFlow = (ports: CallPorts): Promise<void> => flow(ports, async () => {});

/**
 * Trades the code of a test, or a teleTAN, for a registration token, and asks for the result at once; where that fails the
 * test is pending. Throws E-USAGE for what is neither, E-SERVER where the server refuses it: each is traded once, for ever.
 */
export async function registerFlow(code: string, ports: Ports): Promise<RegisteredTest> {
  const registration = registrationOf(code);
  return flow(ports, async ({ verify }) => {
    const answer = await verify(() => askRegistration(registration, ports));
    if (answer.status !== 201)
      throw new EnlabError('E-SERVER', `the code was refused with ${answer.status}; no test is registered`, {
        hint: 'a code is taken once: after a new installation the hotline helps with a teleTAN ("enlab backend issue-teletan")',
      });
    const token = answer.body.registrationToken;
    const state = await verify(() => stateOf(token, ports)).catch((error: unknown) => {
      ignoreRefusal(error);
      return 'pending' as const;
    });
    return { token, registered: ports.now, state, asked: ports.now, submitted: null, tan: null };
  });
}

function registrationOf(code: string): { readonly key: string; readonly keyType: 'GUID' | 'TELETAN' } {
  const key = testKeyOf(code);
  if (key !== undefined) return { key, keyType: 'GUID' };
  const checked = checkTeleTan(code);
  if (checked.valid) return { key: checked.code, keyType: 'TELETAN' };
  throw new EnlabError('E-USAGE', `"${code}" is neither the code of a test nor a teleTAN: ${checked.reason}`, {
    hint: 'a test has https://localhost/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA or its SHA-256, a teleTAN FE9-A5M-AK6C',
  });
}

async function stateOf(token: string, ports: CallPorts): Promise<TestState> {
  const answer = await askResult(token, ports);
  if (answer.status !== 200)
    throw new EnlabError('E-SERVER', `the result of the test was refused with ${answer.status}`, {
      hint: 'the server no longer knows the test; the hotline helps with a teleTAN',
    });
  // Each kind of test has five numbers of its own.
  return testStates[answer.body.testResult % testStates.length]!;
}

/** Asks for the result of a test. Throws E-SERVER. */
export const askFlow = (test: RegisteredTest, ports: Ports): Promise<RegisteredTest> =>
  flow(ports, async ({ verify }) => ({
    ...test,
    state: await verify(() => stateOf(test.token, ports)),
    asked: ports.now,
  }));

/** Keys of whole days, and what their levels are reckoned from. */
export interface Submission {
  readonly keys: readonly TemporaryExposureKey[];
  readonly symptoms: Symptoms;
}

/** sent: the server has the keys. no TAN: it gives no more of them. not taken: another time, with the TAN if there is one. */
export type SubmissionOutcome =
  | { readonly what: 'sent' }
  | { readonly what: 'no TAN' | 'not taken'; readonly tan: string | null; readonly why: string };

/** With the TAN of the test, or a new one. Throws E-SERVER where none can be asked for. */
export const submitFlow = (
  test: RegisteredTest,
  { keys, symptoms }: Submission,
  ports: Ports,
): Promise<SubmissionOutcome> =>
  flow<SubmissionOutcome>(ports, async ({ verify, submit }) => {
    const tan = test.tan ?? (await verify(() => tanOf(test, ports)));
    if (tan === undefined) return { what: 'no TAN', tan: null, why: NO_TAN };
    const today = utcDayOf(ports.now);
    const submitted = keys.map((key) => submittedKey(key, symptoms, today));
    try {
      const { status } = await submit(() => submitTestKeys(tan, submitted, ports));
      if (status === 200) return { what: 'sent' };
      const why = `the submission was refused with ${status}`;
      return { what: 'not taken', tan: status === NO_SUCH_TAN ? null : tan, why };
    } catch (error) {
      ignoreRefusal(error);
      return { what: 'not taken', tan, why: error.message };
    }
  });

const NO_TAN = 'the server gives no TAN: the test is not positive, or its TANs are used up';
/** It has expired, or was used: the reply to the submission may have been lost. */
const NO_SUCH_TAN = 403;

async function tanOf({ token }: RegisteredTest, ports: CallPorts): Promise<string | undefined> {
  const answer = await askTan(token, ports);
  return answer.status === 201 ? answer.body.tan : undefined;
}

/** The framework gives out the key of a day when the day is over, else somebody could send with it (seed 004, Figure 5). */
export const keysBefore = (keys: readonly TemporaryExposureKey[], day: UtcDay): readonly TemporaryExposureKey[] =>
  keys
    .filter(({ rollingStartIntervalNumber }) => rollingStartIntervalNumber < intervalOfDay(day))
    .slice(-SUBMISSION_KEYS);

export const keysOf = (keys: readonly TemporaryExposureKey[], day: UtcDay): readonly TemporaryExposureKey[] =>
  keys.filter(({ rollingStartIntervalNumber }) => dayOf(rollingStartIntervalNumber) === day);

const dayOf = (interval: number): UtcDay => Math.floor(interval / INTERVALS_PER_DAY);

const submittedKey = (
  // No app says of what report a key is; a client that a tester has changed may.
  {
    keyData,
    rollingStartIntervalNumber,
    rollingPeriod,
    reportType,
  }: TemporaryExposureKey & Pick<DiagnosisKey, 'reportType'>,
  symptoms: Symptoms,
  today: UtcDay,
): SubmittedKey => {
  const day = dayOf(rollingStartIntervalNumber);
  return {
    keyData: Uint8Array.from(keyData),
    rollingStartIntervalNumber,
    rollingPeriod,
    transmissionRiskLevel: levelOf(day, symptoms, today),
    ...(typeof symptoms === 'number' && { daysSinceOnsetOfSymptoms: day - symptoms }),
    ...(reportType && { reportType: reportTypes.indexOf(reportType) }),
  };
};
