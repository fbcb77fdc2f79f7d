/** ExposureConfiguration of Exposure Notification v1 on Android. */
import { env1Target } from './env1Parts.ts';

export const env1Google = env1Target('env1-google', 'ExposureConfiguration, version 1 (Android)', {
  platform: 'android',
  keys: {
    D: 'durationScores',
    A: 'attenuationScores',
    days: 'daysSinceLastExposureScores',
    transmission: 'transmissionRiskScores',
    thresholds: 'durationAtAttenuationThresholds',
  },
  minimum: [1, 4096],
  defaultThresholds: [50, 74],
});
