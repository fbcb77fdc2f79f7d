/** What the hotline of the Corona-Warn-App does, a teleTAN is issued and read out, and what laboratories do by machine. */
import { displayTeleTan } from '../../protocol/wire/cwa/teleTan.ts';
import { testKeyOf } from '../../protocol/wire/cwa/testCode.ts';
import { labResults, resultNumbers } from '../../protocol/wire/cwa/testResultServer.ts';
import { teleTan, teleTanTypes } from '../../protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../../protocol/wire/endpoint.ts';
import { buildRequest, parseReply, type ReplyMessage, type RequestMessage } from '../../protocol/wire/messages.ts';
import type { Desk } from '../console/desk.ts';

const TYPE = 'type';
const LABELS = {
  TEST: 'to somebody with a positive test: an hour',
  EVENT: 'to a health office that warns guests: two days',
};

/** A route that the portal or a laboratory calls. */
type Ask = (message: RequestMessage, endpoint: Endpoint) => Promise<ReplyMessage>;

/** The portal: at most a thousand teleTANs an hour, as the verification server limits them (backend spec B1). */
export const teleTanDesk = (ask: Ask): Desk => ({
  path: 'teletan',
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
    const answer = parseReply(teleTan, await ask(buildRequest(teleTan, { headers }), teleTan));
    if (!answer.ok || answer.value.status !== 201)
      return { done: false, message: 'A thousand teleTANs were issued in the last hour. Try again later.' };
    return { done: true, message: 'Issued. Read it out:', code: displayTeleTan(answer.value.body.value) };
  },
});

const TEST = 'test';
const RESULT = 'result';
type Result = keyof typeof resultNumbers;
const resultNames = Object.keys(resultNumbers) as readonly Result[];
const RESULT_LABELS: Readonly<Record<Result, string>> = {
  negative: 'negative',
  positive: 'positive: the app asks to share keys',
  invalid: 'invalid: another test is needed',
};

/** Laboratories have no page: they report by mutual TLS. Here a tester plays theirs, and the story needs no terminal. */
export const testDesk = (ask: Ask): Desk => ({
  path: 'test',
  title: 'Report a test',
  introduction:
    'Stands in for the machines of a laboratory, which report results by themselves. The phone that scanned the code learns the result when it next asks.',
  fields: [
    {
      name: TEST,
      label: 'Test',
      hint: 'what its QR code says, or the SHA-256 of it',
      type: 'text',
      longest: 100,
    },
    {
      name: RESULT,
      label: 'Result',
      hint: 'of the laboratory',
      type: 'choice',
      choices: resultNames.map((value) => ({ value, label: RESULT_LABELS[value] })),
      longest: 10,
    },
  ],
  button: 'Report',
  action: 'report a test',
  async act(values) {
    const id = testKeyOf(values[TEST] ?? '');
    if (id === undefined)
      return {
        done: false,
        field: TEST,
        message: 'This is no code of a test, such as 3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA.',
      };
    const result = resultNames.find((one) => one === values[RESULT]);
    if (!result) return { done: false, field: RESULT, message: 'Choose one of the three.' };
    const body = { testResults: [{ id, result: resultNumbers[result] }] };
    const { status } = await ask(buildRequest(labResults, { body }), labResults);
    if (status !== 204) return { done: false, message: `The server did not accept it (${status}).` };
    return { done: true, message: `Reported: the test is ${result}.` };
  },
});
