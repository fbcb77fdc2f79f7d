/** Every endpoint of Immuni; literal paths stand before those with parameters. */
import type { Endpoint } from '../endpoint.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from './analytics.ts';
import { health, metrics } from './health.ts';
import { checkOtpEndpoint, uploadEndpoint } from './ingestion.ts';
import { keysBatch, keysEuBatch, keysEuIndex, keysIndex } from './keys.ts';
import { authoriseOtp } from './otpService.ts';
import { settings } from './settings.ts';

export const immuniEndpoints: readonly Endpoint[] = [
  settings,
  authoriseOtp,
  checkOtpEndpoint,
  uploadEndpoint,
  keysIndex,
  keysBatch,
  keysEuIndex,
  keysEuBatch,
  appleToken,
  appleOperationalInfo,
  googleOperationalInfo,
  health,
  metrics,
];
