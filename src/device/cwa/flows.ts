/**
 * What the Corona-Warn-App does about a test. Each flow is two calls of verification and one of submission, those that it
 * does not need being dummies, so that registering, asking and submitting look alike (backend spec B3).
 */
import { EnlabError } from '../../core/errors.ts';
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../../protocol/gaen/intervals.ts';
import type { TemporaryExposureKey } from '../../protocol/gaen/keys.ts';
import { SUBMISSION_KEYS, type SubmittedKey } from '../../protocol/wire/cwa/submissionPayload.ts';
import { checkTeleTan } from '../../protocol/wire/cwa/teleTan.ts';
import { testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { levelOf, type Symptoms } from '../../protocol/wire/cwa/transmissionRisk.ts';
import { askNothing, askRegistration, askResult, askTan, type CallPorts, submit, submitNothing } from './calls.ts';
import type { RegisteredTest, TestState } from './memory.ts';
import { testStates } from './memory.ts';

type Ports = CallPorts & { readonly now: UnixSeconds };

/** Two calls of verification and one of submission that carry nothing. */
export async function dummyFlow(ports: CallPorts): Promise<void> {
  await askNothing(ports);
  await askNothing(ports);
  await submitNothing(ports);
}

/**
 * Trades the code of a test, or a teleTAN, for a registration token, and asks for the result at once. Throws E-USAGE for
 * what is neither, E-SERVER where the server refuses it: each is traded once, for ever.
 */
export async function registerFlow(code: string, ports: Ports): Promise<RegisteredTest> {
  const answer = await askRegistration(registrationOf(code), ports);
  if (answer.status !== 201) {
    await askNothing(ports);
    await submitNothing(ports);
    throw new EnlabError('E-SERVER', `the code was refused with ${answer.status}; no test is registered`, {
      hint: 'a code is taken once: after a new installation the hotline helps with a teleTAN ("enlab backend issue-teletan")',
    });
  }
  const token = answer.body.registrationToken;
  const state = await stateOf(token, ports);
  await submitNothing(ports);
  return { token, registered: ports.now, state, asked: ports.now, submitted: null };
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
  if (answer.status !== 200) throw refused('the result of the test', answer.status);
  // Each kind of test has five numbers of its own.
  return testStates[answer.body.testResult % testStates.length]!;
}

/** Asks for the result of a test. Throws E-SERVER. */
export async function askFlow(test: RegisteredTest, ports: Ports): Promise<RegisteredTest> {
  const state = await stateOf(test.token, ports);
  await askNothing(ports);
  await submitNothing(ports);
  return { ...test, state, asked: ports.now };
}

export interface Submission {
  readonly keys: readonly TemporaryExposureKey[];
  readonly symptoms: Symptoms;
}

/** sent: the server has the keys. no TAN: it gives no more of them for this test. */
export type SubmissionOutcome = 'sent' | 'no TAN';

/** Throws E-SERVER where the submission server does not take them. */
export async function submitFlow(
  { token }: RegisteredTest,
  { keys, symptoms }: Submission,
  ports: Ports,
): Promise<SubmissionOutcome> {
  const answer = await askTan(token, ports);
  await askNothing(ports);
  if (answer.status !== 201) {
    await submitNothing(ports);
    return 'no TAN';
  }
  const today = utcDayOf(ports.now);
  const submitted = keys.map((key) => submittedKey(key, symptoms, today));
  const { status } = await submit(answer.body.tan, submitted, ports);
  if (status !== 200) throw refused('the submission', status);
  return 'sent';
}

const refused = (what: string, status: number): EnlabError =>
  new EnlabError('E-SERVER', `${what} was refused with ${status}`, {
    hint: 'nothing is lost: the keys are still on the phone',
  });

/** The framework gives out the key of a day when the day is over, else somebody could send with it (seed 004, Figure 5). */
export const keysBefore = (keys: readonly TemporaryExposureKey[], day: UtcDay): readonly TemporaryExposureKey[] =>
  keys
    .filter(({ rollingStartIntervalNumber }) => rollingStartIntervalNumber < intervalOfDay(day))
    .slice(-SUBMISSION_KEYS);

export const keysOf = (keys: readonly TemporaryExposureKey[], day: UtcDay): readonly TemporaryExposureKey[] =>
  keys.filter(({ rollingStartIntervalNumber }) => dayOf(rollingStartIntervalNumber) === day);

const dayOf = (interval: number): UtcDay => Math.floor(interval / INTERVALS_PER_DAY);

const submittedKey = (
  { keyData, rollingStartIntervalNumber, rollingPeriod }: TemporaryExposureKey,
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
  };
};
