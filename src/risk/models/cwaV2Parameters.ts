/** Parameters of Corona-Warn-App v2, in the form of its risk-calculation-parameters (risk-models.md 1.5). */
import { z } from 'zod';
import { between, platform, whole } from '../schemas.ts';

/** Closed on both sides unless a flag says otherwise. */
const rangeOf = (value: z.ZodNumber | z.ZodInt) =>
  z
    .strictObject({
      min: value,
      max: value,
      minExclusive: z.boolean().optional(),
      maxExclusive: z.boolean().optional(),
    })
    .refine(({ min, max }) => min <= max, 'min must not exceed max');

type Range = z.infer<ReturnType<typeof rangeOf>>;

/** A value in two ranges would count twice. */
const doNotOverlap = (ranges: readonly Range[]): boolean =>
  ranges.every((range, k) => {
    const before = ranges[k - 1];
    if (!before || range.min > before.max) return true;
    return range.min === before.max && (range.minExclusive === true || before.maxExclusive === true);
  });

const attenuationRange = rangeOf(between(0, 255));
const normalizedTimeRange = rangeOf(between(0, 99_999));
const level = whole(1, 8);
const offset = whole(0, 8);

const riskLevels = z
  .array(z.strictObject({ normalizedTimeRange, riskLevel: z.literal([1, 2], 'must be 1 (low) or 2 (high)') }))
  .readonly();

export const cwaV2Parameters = z.strictObject({
  /** A window with so few minutes at these attenuations is dropped. */
  minutesAtAttenuationFilters: z
    .array(z.strictObject({ attenuationRange, dropIfMinutesInRange: rangeOf(between(0, 1440)) }))
    .readonly(),
  /** A window with such a transmission risk level is dropped. */
  trlFilters: z.array(z.strictObject({ dropIfTrlInRange: rangeOf(whole(0, 8)) })).readonly(),
  /** In increasing order; attenuations outside of the ranges weigh 0. */
  minutesAtAttenuationWeights: z
    .array(z.strictObject({ attenuationRange, weight: between(0, 10) }))
    .refine((weights) => doNotOverlap(weights.map((entry) => entry.attenuationRange)), 'ranges must not overlap')
    .readonly(),
  normalizedTimePerEWToRiskLevelMapping: riskLevels,
  normalizedTimePerDayToRiskLevelMapping: riskLevels.refine(
    (ranges) => ranges.some(({ riskLevel }) => riskLevel === 2),
    'one range must have riskLevel 2',
  ),
  /** Level = offset of the report type + offset of the infectiousness. */
  trlEncoding: z.strictObject({
    infectiousnessOffsetStandard: offset,
    infectiousnessOffsetHigh: offset,
    reportTypeOffsetRecursive: offset,
    reportTypeOffsetSelfReport: offset,
    reportTypeOffsetConfirmedClinicalDiagnosis: offset,
    reportTypeOffsetConfirmedTest: offset,
  }),
  /** Levels that are not listed have the value 0. */
  transmissionRiskValueMapping: z
    .array(z.strictObject({ transmissionRiskLevel: level, transmissionRiskValue: between(0, 10) }))
    .readonly(),
  /** Android rounds a day's sum to 0.1 min; iOS filters by whole minutes. */
  platform: platform.default('android'),
  /** Attenuation that counts: the smallest of a scan, or the typical one as before 2020-11-19. */
  attenuation: z.enum(['min', 'typical'], '"min" or "typical"').default('min'),
});
