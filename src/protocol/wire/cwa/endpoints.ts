/** Every endpoint of the Corona-Warn-App; of the two submissions on one path `submissionOf` tells which is meant. */
import type { Endpoint } from '../endpoint.ts';
import { callback } from './callback.ts';
import * as distribution from './distribution.ts';
import { portalTeleTan } from './portal.ts';
import { submitFake, submitKeys, submitOnBehalf } from './submission.ts';
import * as testResults from './testResultServer.ts';
import { registrationToken, tan, teleTan, testResult, verifyTan } from './verification.ts';

export const cwaEndpoints: readonly Endpoint[] = [
  registrationToken,
  testResult,
  tan,
  verifyTan,
  teleTan,
  ...Object.values(testResults),
  submitKeys,
  submitFake,
  submitOnBehalf,
  ...Object.values(distribution),
  callback,
  portalTeleTan,
];
