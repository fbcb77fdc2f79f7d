/** The servers of the Corona-Warn-App as a phone sees them, in memory: what was asked is kept, replies are chosen. */

import { EnlabError } from '../../src/core/errors.ts';
import type { HttpReply, HttpRequest } from '../../src/core/httpClient.ts';
import type { RegisteredTest } from '../../src/device/cwa/memory.ts';
import { submitFake, submitKeys } from '../../src/protocol/wire/cwa/submission.ts';
import { decodeSubmission, type SubmittedKey } from '../../src/protocol/wire/cwa/submissionPayload.ts';
import { registrationToken, tan, testResult } from '../../src/protocol/wire/cwa/verification.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { requestBytes } from '../../src/protocol/wire/sizes.ts';
import { NOON } from './immuniBackend.ts';

export const TOKEN = '3b241101-e2bb-4255-8caf-4136c566a962';
export const TAN = 'b5d1b9e2-0f6a-4d0e-9b1a-3f1d2c4b5a69';
const noCheckIns = { 'cwa-filtered-checkins': 0, 'cwa-saved-checkins': 0 };

export interface Asked {
  /** The last word of the path. */
  readonly call: string;
  readonly isFake: boolean;
  /** Head and body. */
  readonly bytes: number;
  /** Keys of a genuine submission. */
  readonly keys: readonly SubmittedKey[];
}

export interface Replies {
  /** Number of the result. */
  result?: number;
  /** Status of a registration. */
  registers?: 201 | 400;
  /** TANs that are left. */
  tans?: number;
  submits?: 200 | 403;
  /** Words of calls whose reply never comes. */
  silent?: readonly string[];
}

export function cwaServer(replies: Replies = {}) {
  const asked: Asked[] = [];
  const answer = (call: string, isFake: boolean): HttpReply => {
    const { result = 0, registers = 201, tans = 2, submits = 200 } = replies;
    if (call === 'registrationToken')
      return registers === 201
        ? buildReply(registrationToken, 201, { registrationToken: TOKEN })
        : buildReply(registrationToken, 400, undefined);
    if (call === 'testresult') return buildReply(testResult, 200, { testResult: result });
    if (call === 'tan') {
      if (!isFake && tans === 0) return buildReply(tan, 400, undefined);
      if (!isFake) replies.tans = tans - 1;
      return buildReply(tan, 201, { tan: TAN });
    }
    if (isFake) return buildReply(submitFake, 200, undefined, noCheckIns);
    return submits === 200
      ? buildReply(submitKeys, 200, undefined, noCheckIns)
      : buildReply(submitKeys, 403, undefined);
  };
  const http = async (url: string, request: HttpRequest): Promise<HttpReply> => {
    const path = new URL(url).pathname;
    const call = path.slice(path.lastIndexOf('/') + 1);
    const isFake = request.headers['cwa-fake'] === '1';
    const read = call === 'diagnosis-keys' && !isFake ? decodeSubmission(request.body) : undefined;
    const keys = read?.ok ? read.value.keys : [];
    const one = { call, isFake, bytes: requestBytes({ ...request, path }), keys };
    asked.push(one);
    if (replies.silent?.includes(wordOf(one))) throw new EnlabError('E-SERVER', 'no reply');
    return answer(call, isFake);
  };
  return { asked, http, replies };
}

/** A test whose result the phone knows. */
export const positiveTest: RegisteredTest = {
  token: TOKEN,
  registered: NOON,
  state: 'positive',
  asked: NOON,
  submitted: null,
  tan: null,
};

/** "tan", "(tan)" for a dummy. */
const wordOf = ({ call, isFake }: Asked): string => (isFake ? `(${call})` : call);
export const wordsOf = (asked: readonly Asked[]): readonly string[] => asked.map(wordOf);
