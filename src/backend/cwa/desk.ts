/** What the hotline of the Corona-Warn-App does: a teleTAN is issued and read out. */
import { displayTeleTan } from '../../protocol/wire/cwa/teleTan.ts';
import { teleTan, teleTanTypes } from '../../protocol/wire/cwa/verification.ts';
import { buildRequest, parseReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import type { Desk } from '../console/desk.ts';

const TYPE = 'type';
const LABELS = {
  TEST: 'to somebody with a positive test: an hour',
  EVENT: 'to a health office that warns guests: two days',
};

/** `ask`: the route that the portal calls. */
export const cwaDesk = (ask: (message: ReturnType<typeof buildRequest>) => Promise<ReplyMessage>): Desk => ({
  title: 'Issue a teleTAN',
  introduction:
    'The caller has tested positive, and you have asked the questions that make sure of it. Read the teleTAN out; it is good once, and shown once.',
  fields: [
    {
      name: TYPE,
      label: 'For whom',
      hint: 'how long it is good depends on it',
      type: 'choice',
      choices: teleTanTypes.map((value) => ({ value, label: LABELS[value] })),
      longest: 10,
    },
  ],
  button: 'Issue',
  action: 'issue a teleTAN',
  async act(values) {
    const type = teleTanTypes.find((one) => one === (values[TYPE] || teleTanTypes[0]));
    if (!type) return { done: false, field: TYPE, message: 'Choose one of the two.' };
    const headers = { authorization: '', 'x-cwa-teletan-type': type };
    const answer = parseReply(teleTan, await ask(buildRequest(teleTan, { headers })));
    if (!answer.ok || answer.value.status !== 201)
      return { done: false, message: 'A thousand teleTANs were issued in the last hour. Try again later.' };
    return { done: true, message: 'Issued. Read it out:', code: displayTeleTan(answer.value.body.value) };
  },
});
