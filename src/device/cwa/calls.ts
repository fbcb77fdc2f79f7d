/**
 * The calls of the Corona-Warn-App. All of verification have one size, and so have all submissions; what a dummy lacks is
 * filled up (backend spec B3; sizes by equalSubmission, because the app's own padding told genuine ones apart).
 */
import type { Entropy } from '../../core/entropy.ts';
import type { HttpClient } from '../../core/httpClient.ts';
import {
  cwaFiller,
  DUMMY_TOKEN,
  equalSubmission,
  paddedVerification,
  SUBMISSION_HEADER_PADDING,
  verificationHeaderPadding,
} from '../../protocol/wire/cwa/padding.ts';
import { submitFake, submitKeys } from '../../protocol/wire/cwa/submission.ts';
import { encodeSubmission, ORIGIN, type SubmittedKey } from '../../protocol/wire/cwa/submissionPayload.ts';
import { registrationToken, tan, testResult } from '../../protocol/wire/cwa/verification.ts';
import type { Endpoint, ValueOf } from '../../protocol/wire/endpoint.ts';
import { buildRequest, type RequestMessage } from '../../protocol/wire/messages.ts';
import { type Servers, send } from '../servers.ts';

export interface CallPorts {
  readonly servers: Servers;
  readonly entropy: Entropy;
  readonly http: HttpClient;
}

type Verification = typeof registrationToken | typeof testResult | typeof tan;

/** A call of verification, as long as all others. */
export const verificationMessage = <E extends Verification>(
  endpoint: E,
  content: Omit<ValueOf<E['body']>, 'requestPadding'>,
  { entropy, isFake = false }: { readonly entropy: Entropy; readonly isFake?: boolean },
): RequestMessage =>
  buildRequest<Endpoint>(endpoint, {
    headers: {
      'cwa-fake': isFake ? '1' : '0',
      'cwa-header-padding': cwaFiller(verificationHeaderPadding(endpoint), entropy),
    },
    body: paddedVerification(endpoint, content, entropy),
  });

/** In place of a TAN; one less than the app has, because the name of this header is longer by one. */
const FAKE_PADDING = SUBMISSION_HEADER_PADDING + 'cwa-authorization'.length - 'cwa-header-padding'.length;

export const submissionMessage = (
  authorization: string,
  keys: readonly SubmittedKey[],
  entropy: Entropy,
): RequestMessage =>
  buildRequest(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': authorization },
    body: equalSubmission(contentOf(keys), entropy) as never,
  });

/** Keys of dummies are none: the padding alone fills the body. */
export const fakeSubmissionMessage = (entropy: Entropy): RequestMessage =>
  buildRequest(submitFake, {
    headers: { 'cwa-fake': '1', 'cwa-header-padding': cwaFiller(FAKE_PADDING, entropy) },
    body: encodeSubmission(equalSubmission(contentOf([]), entropy)),
  });

const verificationUrl = ({ verification, upload }: Servers): string => verification ?? upload;

/** What a test or a teleTAN is traded for. Throws E-SERVER, as all of them do. */
export const askRegistration = (
  registration: { readonly key: string; readonly keyType: 'GUID' | 'TELETAN' },
  { servers, entropy, http }: CallPorts,
) =>
  send(
    http,
    verificationUrl(servers),
    registrationToken,
    verificationMessage(registrationToken, registration, { entropy }),
  );

export const askResult = (token: string, { servers, entropy, http }: CallPorts) =>
  send(
    http,
    verificationUrl(servers),
    testResult,
    verificationMessage(testResult, { registrationToken: token }, { entropy }),
  );

const tanWith = (token: string, isFake: boolean, { servers, entropy, http }: CallPorts) =>
  send(
    http,
    verificationUrl(servers),
    tan,
    verificationMessage(tan, { registrationToken: token }, { entropy, isFake }),
  );

export const askTan = (token: string, ports: CallPorts) => tanWith(token, false, ports);

/** The app's dummy of every call of verification is one for a TAN. */
export const askNothing = (ports: CallPorts) => tanWith(DUMMY_TOKEN, true, ports);

export const submitTestKeys = (
  authorization: string,
  keys: readonly SubmittedKey[],
  { servers, entropy, http }: CallPorts,
) => send(http, servers.upload, submitKeys, submissionMessage(authorization, keys, entropy));

export const submitNothing = ({ servers, entropy, http }: CallPorts) =>
  send(http, servers.upload, submitFake, fakeSubmissionMessage(entropy));

const contentOf = (keys: readonly SubmittedKey[]) => ({
  keys: [...keys],
  visitedCountries: [ORIGIN],
  origin: ORIGIN as typeof ORIGIN,
  consentToFederation: true,
});
