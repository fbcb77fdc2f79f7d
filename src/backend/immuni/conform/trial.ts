/** Passwords and batches, as rules of Immuni need them. */
import { EnlabError } from '../../../core/errors.ts';
import { keysIndex } from '../../../protocol/wire/immuni/keys.ts';
import { newOtp, otpToken } from '../../../protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../../protocol/wire/immuni/otpService.ts';
import { bearer } from '../../../protocol/wire/immuni/parts.ts';
import { buildRequest, parseReply } from '../../../protocol/wire/messages.ts';
import { dayBefore, saidOf, type Trial } from '../../conform/trial.ts';

/** Number of the newest batch; 0: there is none, or no index that could be read. */
export async function newestBatch(trial: Trial): Promise<number> {
  const answer = parseReply(keysIndex, await trial.ask('get', buildRequest(keysIndex, {})));
  return answer.ok && answer.value.status === 200 ? answer.value.body.newest : 0;
}

/** Nobody has authorised it: what is let through is told by 401. */
export const strangerToken = ({ entropy }: Trial): string => otpToken(newOtp(entropy));

/** A new password that the server has authorised, as the token that phones show. Rejects with E-SERVER. */
export async function authorisedToken(trial: Trial, onset = dayBefore(trial, 1)): Promise<string> {
  const otp = newOtp(trial.entropy);
  const reply = await trial.ask('otp', buildRequest(authoriseOtp, { body: { otp, symptoms_started_on: onset } }));
  if (reply.status !== 204) throw new EnlabError('E-SERVER', `a new password is answered with ${saidOf(reply)}`);
  return otpToken(otp);
}

export const shown = (token: string) => ({ authorization: bearer(token) });
