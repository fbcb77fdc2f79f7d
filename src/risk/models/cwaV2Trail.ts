/** The reason trail of Corona-Warn-App v2: every day, and every window that counts. */
import type { Exposure } from '../../core/exposure.ts';
import type { Trail } from '../model.ts';
import { windowsOf } from '../windows.ts';
import type { CwaV2Day, CwaV2Parameters } from './cwaV2Days.ts';

type Range = CwaV2Parameters['trlFilters'][number]['dropIfTrlInRange'];

/** "[55, 63)" */
const rangeText = ({ min, max, minExclusive, maxExclusive }: Range): string =>
  `${minExclusive ? '(' : '['}${min}, ${max}${maxExclusive ? ')' : ']'}`;

const levelNames = { 1: 'low', 2: 'high' } as const;

/** Adds what was dropped and why, then the windows and the sum of every day. */
export function explainDays(
  group: readonly Exposure[],
  days: readonly CwaV2Day[],
  own: CwaV2Parameters,
  trail: Trail,
): void {
  const all = group.reduce((sum, exposure) => sum + windowsOf(exposure).length, 0);
  const counted = days.reduce((sum, { windows }) => sum + windows.length, 0);
  trail.push({
    what: 'windows that count',
    value: counted,
    because: `${all - counted} of ${all} dropped: ${filtersText(own)}`,
  });
  const weights = own.minutesAtAttenuationWeights
    .map(({ attenuationRange, weight }) => `${rangeText(attenuationRange)} dB x ${weight}`)
    .join(', ');
  for (const { minutes, level, windows } of days) {
    for (const window of windows) {
      trail.push({
        what: 'weighted minutes',
        value: window.minutes,
        because: `${own.attenuation} attenuation: ${weights}`,
      });
      const because = `x value of transmission risk level ${window.transmissionRiskLevel}`;
      trail.push({ what: 'normalised minutes', value: window.normalizedMinutes, because });
    }
    const rounded = own.platform === 'android' ? ', rounded to 0.1 (Android)' : '';
    trail.push({ what: 'day minutes', value: minutes, because: `sum of ${windows.length} windows${rounded}` });
    trail.push({ what: 'day risk', value: level ? levelNames[level] : 'none', because: levelsText(own) });
  }
}

/** "minutes at [0, 73) dB in [0, 10); level in [1, 2]" */
function filtersText({ minutesAtAttenuationFilters, trlFilters }: CwaV2Parameters): string {
  const texts = [
    ...minutesAtAttenuationFilters.map(
      ({ attenuationRange, dropIfMinutesInRange }) =>
        `minutes at ${rangeText(attenuationRange)} dB in ${rangeText(dropIfMinutesInRange)}`,
    ),
    ...trlFilters.map(({ dropIfTrlInRange }) => `level in ${rangeText(dropIfTrlInRange)}`),
  ];
  return texts.join('; ') || 'no filters';
}

/** "low [0, 15) min, high [15, 9999] min" */
const levelsText = ({ normalizedTimePerDayToRiskLevelMapping }: CwaV2Parameters): string =>
  normalizedTimePerDayToRiskLevelMapping
    .map(({ normalizedTimeRange, riskLevel }) => `${levelNames[riskLevel]} ${rangeText(normalizedTimeRange)} min`)
    .join(', ');
