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

function ignoreRefusal(error: unknown): void {
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
    return { token, registered: ports.now, state, asked: ports.now, submitted: null };
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
  if (answer.status !== 200) throw refused('the result of the test', answer.status);
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

/** sent: the server has the keys. no TAN: it gives no more of them for this test. */
export type SubmissionOutcome = 'sent' | 'no TAN';

/** Throws E-SERVER where the submission server does not take them. */
export const submitFlow = (
  { token }: RegisteredTest,
  { keys, symptoms }: Submission,
  ports: Ports,
): Promise<SubmissionOutcome> =>
  flow(ports, async ({ verify, submit }) => {
    const answer = await verify(() => askTan(token, ports));
    if (answer.status !== 201) return 'no TAN';
    const today = utcDayOf(ports.now);
    const submitted = keys.map((key) => submittedKey(key, symptoms, today));
    const { status } = await submit(() => submitTestKeys(answer.body.tan, submitted, ports));
    if (status !== 200) throw refused('the submission', status);
    return 'sent';
  });

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
