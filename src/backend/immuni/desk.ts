/** What an operator of Immuni does: while somebody who is ill reads a code out, it is entered and authorised. */
import { isoDay, parseIsoDay, utcDayOf } from '../../core/time.ts';
import { checkOtp } from '../../protocol/wire/immuni/otp.ts';
import { authoriseOtp, OTP_LIFETIME_SECONDS } from '../../protocol/wire/immuni/otpService.ts';
import type { ReplyMessage } from '../../protocol/wire/messages.ts';
import { buildRequest } from '../../protocol/wire/messages.ts';
import type { Desk, Outcome } from '../console/desk.ts';
import type { ImmuniPorts } from './ports.ts';

const CODE = 'code';
const ONSET = 'onset';

/** `ask`: the route that the operator's own systems call. */
export const immuniDesk = (
  { clock }: Pick<ImmuniPorts, 'clock'>,
  ask: (message: ReturnType<typeof buildRequest>) => Promise<ReplyMessage>,
): Desk => ({
  path: 'authorise',
  title: 'Authorise a code',
  introduction:
    'Somebody who has tested positive reads out the code that the app shows. Check it with them, and ask when the symptoms began.',
  fields: [
    { name: CODE, label: 'Code', hint: 'ten symbols, as in 9K2-RAY8-UUQ', type: 'text', longest: 20 },
    { name: ONSET, label: 'First symptoms', hint: 'the day of the test if there were none', type: 'date', longest: 10 },
  ],
  button: 'Authorise',
  action: 'authorise a code',
  async act(values) {
    const checked = checkOtp(values[CODE] ?? '');
    if (!checked.valid) return { done: false, field: CODE, message: `This is no code of the app: ${checked.reason}.` };
    const onset = parseIsoDay(values[ONSET] ?? '');
    if (onset === null) return { done: false, field: ONSET, message: 'Enter a day, as in 2020-06-15.' };
    if (onset > utcDayOf(clock.now())) return { done: false, field: ONSET, message: 'This day is still to come.' };
    const body = { otp: checked.code, symptoms_started_on: isoDay(onset) };
    return outcomeOf((await ask(buildRequest(authoriseOtp, { headers: {}, body }))).status);
  },
});

function outcomeOf(status: number): Outcome {
  if (status === 204)
    return { done: true, message: `Authorised. The app can send within ${OTP_LIFETIME_SECONDS / 60} minutes.` };
  if (status === 409) return { done: false, field: CODE, message: 'This code is already authorised.' };
  if (status === 403) return { done: false, message: 'Your region does not take part yet.' };
  return { done: false, field: ONSET, message: 'The server did not accept this day.' };
}
