/** ENExposureConfiguration of Exposure Notification v1. */
import { env1Target } from './env1Parts.ts';

export const env1Apple = env1Target('env1-apple', 'ENExposureConfiguration, version 1 (iOS)', {
  platform: 'ios',
  keys: {
    D: 'durationLevelValues',
    A: 'attenuationLevelValues',
    days: 'daysSinceLastExposureLevelValues',
    transmission: 'transmissionRiskLevelValues',
    thresholds: 'attenuationDurationThresholds',
  },
  minimum: [0, 255],
  defaultThresholds: [50, 70],
});
