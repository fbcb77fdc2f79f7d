/**
 * Every endpoint of the Corona-Warn-App, literal paths before those with parameters; of the two submissions on one path
 * `submissionOf` tells which is meant.
 */
import type { Endpoint } from '../endpoint.ts';
import { callback } from './callback.ts';
import {
  configurationV1,
  configurationV2,
  countries,
  dayPackage,
  days,
  hourPackage,
  hours,
  versions,
} from './distribution.ts';
import { portalTeleTan } from './portal.ts';
import { submitFake, submitKeys, submitOnBehalf } from './submission.ts';
import {
  appResult,
  labResults,
  pocNatResult,
  pocNatResults,
  quickTestResult,
  quickTestResults,
} from './testResultServer.ts';
import { registrationToken, tan, teleTan, testResult, verifyTan } from './verification.ts';

export const cwaEndpoints: readonly Endpoint[] = [
  registrationToken,
  testResult,
  tan,
  verifyTan,
  teleTan,
  appResult,
  labResults,
  quickTestResult,
  quickTestResults,
  pocNatResult,
  pocNatResults,
  submitKeys,
  submitFake,
  submitOnBehalf,
  versions,
  countries,
  days,
  dayPackage,
  hours,
  hourPackage,
  configurationV1,
  configurationV2,
  callback,
  portalTeleTan,
];
