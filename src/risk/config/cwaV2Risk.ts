/**
 * The message RiskCalculation of CWA v2 (proto/cwaV2.proto) as the parameters of its model, and back. JSON has the names
 * of the message; as there, an absent field is 0. Parameters have the same names, but leave out nothing (risk-models.md 1.5).
 */
import { z } from 'zod';
import { cwaV2 as model } from '../models/cwaV2.ts';
import type { CwaV2Parameters } from '../models/cwaV2Days.ts';
import { between, whole } from '../schemas.ts';

/** Bounds are those of the model; min and max may be absent, flags too. */
const rangeOf = (value: z.ZodNumber | z.ZodInt) =>
  z
    .strictObject({
      min: value.optional(),
      max: value.optional(),
      minExclusive: z.boolean().optional(),
      maxExclusive: z.boolean().optional(),
    })
    .optional();
type Range = z.infer<ReturnType<typeof rangeOf>>;

const attenuationRange = rangeOf(between(0, 255));
const offset = whole(0, 8).optional();

const LEVELS = ['UNSPECIFIED', 'LOW', 'HIGH'] as const;
const riskLevel = z.union([z.enum(LEVELS), whole(0, 2)], `must be one of ${LEVELS.join(', ')}, or 0..2`).optional();
const riskLevels = z
  .array(z.strictObject({ normalizedTimeRange: rangeOf(between(0, 99_999)), riskLevel }))
  .readonly()
  .optional();

const riskShape = z.strictObject({
  minutesAtAttenuationFilters: z
    .array(z.strictObject({ attenuationRange, dropIfMinutesInRange: rangeOf(between(0, 1440)) }))
    .optional(),
  trlFilters: z.array(z.strictObject({ dropIfTrlInRange: rangeOf(between(0, 8)) })).optional(),
  minutesAtAttenuationWeights: z
    .array(z.strictObject({ attenuationRange, weight: between(0, 10).optional() }))
    .optional(),
  normalizedTimePerEWToRiskLevelMapping: riskLevels,
  normalizedTimePerDayToRiskLevelMapping: riskLevels,
  trlEncoding: z
    .strictObject({
      infectiousnessOffsetStandard: offset,
      infectiousnessOffsetHigh: offset,
      reportTypeOffsetRecursive: offset,
      reportTypeOffsetSelfReport: offset,
      reportTypeOffsetConfirmedClinicalDiagnosis: offset,
      reportTypeOffsetConfirmedTest: offset,
    })
    .optional(),
  /** Before 1.15 the value of a level was level x multiplier; the list replaced it. */
  transmissionRiskLevelMultiplier: between(0, 10).optional(),
  transmissionRiskValueMapping: z
    .array(z.strictObject({ transmissionRiskLevel: whole(1, 8), transmissionRiskValue: between(0, 10).optional() }))
    .optional(),
  /** Older encounters are not shown; no part of the model. */
  maxEncounterAgeInDays: whole(0, 60).optional(),
});
export type RiskDocument = z.infer<typeof riskShape>;

/** Zeros and "false" that the message left out, as the model wants them; flags stay away where they are false. */
const range = ({ min = 0, max = 0, minExclusive, maxExclusive }: NonNullable<Range> = {}) => ({
  min,
  max,
  ...(minExclusive && { minExclusive }),
  ...(maxExclusive && { maxExclusive }),
});

const levels = (mapping: RiskDocument['normalizedTimePerEWToRiskLevelMapping'] = []) =>
  mapping.map(({ normalizedTimeRange, riskLevel: level = 0 }) => ({
    normalizedTimeRange: range(normalizedTimeRange),
    riskLevel: typeof level === 'number' ? level : LEVELS.indexOf(level),
  }));

/** Transmission risk levels (risk-models.md 1.5). */
const TRANSMISSION_LEVELS = [1, 2, 3, 4, 5, 6, 7, 8];

function values({ transmissionRiskValueMapping: mapping = [], transmissionRiskLevelMultiplier = 0 }: RiskDocument) {
  if (mapping.length > 0)
    return mapping.map(({ transmissionRiskLevel, transmissionRiskValue = 0 }) => ({
      transmissionRiskLevel,
      transmissionRiskValue,
    }));
  if (transmissionRiskLevelMultiplier === 0) return [];
  return TRANSMISSION_LEVELS.map((level) => ({
    transmissionRiskLevel: level,
    transmissionRiskValue: level * transmissionRiskLevelMultiplier,
  }));
}

export type Platform = CwaV2Parameters['platform'];

/** The document's numbers in the form of the model, not yet checked: the model knows which belong together. */
export const parametersOf = (own: RiskDocument, platform: Platform) => ({
  minutesAtAttenuationFilters: (own.minutesAtAttenuationFilters ?? []).map((filter) => ({
    attenuationRange: range(filter.attenuationRange),
    dropIfMinutesInRange: range(filter.dropIfMinutesInRange),
  })),
  trlFilters: (own.trlFilters ?? []).map(({ dropIfTrlInRange }) => ({ dropIfTrlInRange: range(dropIfTrlInRange) })),
  minutesAtAttenuationWeights: (own.minutesAtAttenuationWeights ?? []).map(({ attenuationRange: at, weight = 0 }) => ({
    attenuationRange: range(at),
    weight,
  })),
  normalizedTimePerEWToRiskLevelMapping: levels(own.normalizedTimePerEWToRiskLevelMapping),
  normalizedTimePerDayToRiskLevelMapping: levels(own.normalizedTimePerDayToRiskLevelMapping),
  trlEncoding: {
    infectiousnessOffsetStandard: 0,
    infectiousnessOffsetHigh: 0,
    reportTypeOffsetRecursive: 0,
    reportTypeOffsetSelfReport: 0,
    reportTypeOffsetConfirmedClinicalDiagnosis: 0,
    reportTypeOffsetConfirmedTest: 0,
    ...own.trlEncoding,
  },
  transmissionRiskValueMapping: values(own),
  platform,
  // The apps that read this message weigh by the smallest attenuation of a scan (from 2020-11-19).
  attenuation: 'min',
});

/** What only all numbers together show (ranges the wrong way round, no range of high risk) has the model's words. */
export const riskCalculationParameters = riskShape.superRefine((own, context) => {
  const { error } = model.parameters.safeParse(parametersOf(own, 'android'));
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: [...path], message });
});

const isDefault = (own: unknown): boolean => own === 0 || own === false || (Array.isArray(own) && own.length === 0);

/** A value without what an absent field says: 0, false and empty lists. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => (isDefault(own) ? [] : [[key, pruned(own)] as const])),
  );
}

/** Risk levels by name, as the decoded message prints them. */
const named = (mapping: CwaV2Parameters['normalizedTimePerEWToRiskLevelMapping']) =>
  mapping.map((entry) => ({ ...entry, riskLevel: LEVELS[entry.riskLevel] }));

/** In the order of the field numbers, so that the JSON form reads as the decoded bytes do. */
export function encodeRisk(parameters: CwaV2Parameters): RiskDocument {
  // The platform is told by the message around this one; the attenuation is a constant of the app.
  const { platform: _, attenuation: __, ...own } = parameters;
  return pruned({
    ...own,
    normalizedTimePerEWToRiskLevelMapping: named(own.normalizedTimePerEWToRiskLevelMapping),
    normalizedTimePerDayToRiskLevelMapping: named(own.normalizedTimePerDayToRiskLevelMapping),
  }) as RiskDocument;
}
