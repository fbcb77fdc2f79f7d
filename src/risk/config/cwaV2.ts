/**
 * Application configurations of Corona-Warn-App from 1.9 (risk-models.md 1.5): one for Android, one for iOS, the same
 * risk calculation in both. JSON has the names of the message (proto/cwaV2.proto); as there, an absent field is 0.
 */
import { z } from 'zod';
import { cwaV2 as model } from '../models/cwaV2.ts';
import type { CwaV2Parameters } from '../models/cwaV2Days.ts';
import { between, whole } from '../schemas.ts';
import { EACH, type Path, type Target } from './target.ts';

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
type RiskDocument = z.infer<typeof riskShape>;

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

type Platform = CwaV2Parameters['platform'];

/** The document's numbers in the form of the model, not yet checked: the model knows which belong together. */
const parametersOf = (own: RiskDocument, platform: Platform) => ({
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
const riskCalculationParameters = riskShape.superRefine((own, context) => {
  const { error } = model.parameters.safeParse(parametersOf(own, 'android'));
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path: [...path], message });
});

/** Of both platforms. What is not about risk is passed on as it is; the message type checks it (protobuf.ts). */
const common = {
  appFeatures: z.unknown().optional(),
  supportedCountries: z.unknown().optional(),
  keyDownloadParameters: z.unknown().optional(),
  exposureDetectionParameters: z.unknown().optional(),
  riskCalculationParameters,
  _enlab: z.unknown().optional(),
};

const androidSchema = z.strictObject({
  minVersionCode: z.unknown().optional(),
  latestVersionCode: z.unknown().optional(),
  diagnosisKeysDataMapping: z.unknown().optional(),
  dailySummariesConfig: z.unknown().optional(),
  ...common,
});

const iosSchema = z.strictObject({
  minVersion: z.unknown().optional(),
  latestVersion: z.unknown().optional(),
  exposureConfiguration: z.unknown().optional(),
  ...common,
});

const RISK = 'riskCalculationParameters';

/** A value without what an absent field says: 0, false and empty lists. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const isDefault = (own: unknown) => own === 0 || own === false || (Array.isArray(own) && own.length === 0);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => (isDefault(own) ? [] : [[key, pruned(own)] as const])),
  );
}

/** In the order of the field numbers, so that the JSON form reads as the decoded bytes do. */
function encodeRisk({ platform: _, attenuation: __, ...own }: CwaV2Parameters): RiskDocument {
  const named = (mapping: CwaV2Parameters['normalizedTimePerEWToRiskLevelMapping']) =>
    mapping.map((entry) => ({ ...entry, riskLevel: LEVELS[entry.riskLevel] }));
  return pruned({
    ...own,
    normalizedTimePerEWToRiskLevelMapping: named(own.normalizedTimePerEWToRiskLevelMapping),
    normalizedTimePerDayToRiskLevelMapping: named(own.normalizedTimePerDayToRiskLevelMapping),
  }) as RiskDocument;
}

interface Dialect {
  readonly platform: Platform;
  readonly message: string;
  /**
   * What encode adds, so that the platform can be told from the document: the lowest version there is, which asks no app
   * to update.
   */
  readonly lowestVersion: object;
  readonly marks: readonly string[];
}

const NO_PATHS: readonly Path[] = [];

const target = <D extends { readonly riskCalculationParameters: RiskDocument }>(
  name: string,
  title: string,
  schema: z.ZodType<D>,
  { platform, message, lowestVersion, marks }: Dialect,
): Target<CwaV2Parameters, D> => ({
  name,
  title,
  model,
  schema,
  marks,
  protobuf: { file: 'cwaV2', message, required: [RISK] },
  parts: {
    // dB limits are ends of ranges here, which the model's schema keeps in order.
    thresholds: NO_PATHS,
    weights: [
      [[RISK, 'minutesAtAttenuationWeights', EACH, 'weight']],
      [
        [RISK, 'transmissionRiskValueMapping', EACH, 'transmissionRiskValue'],
        [RISK, 'transmissionRiskLevelMultiplier'],
      ],
    ],
    number: (value) => (value === undefined ? 0 : typeof value === 'number' ? value : undefined),
  },
  encode: (parameters) => ({ ...lowestVersion, [RISK]: encodeRisk(parameters) }) as unknown as D,
  decode: ({ riskCalculationParameters: own }) => model.parameters.parse(parametersOf(own, platform)),
});

/** Also of a document with nothing but the risk parameters, which says nothing about its platform. */
export const cwaV2Android = target('cwa-v2-android', 'Corona-Warn-App from 1.9, Android', androidSchema, {
  platform: 'android',
  message: 'ApplicationConfigurationAndroid',
  lowestVersion: { minVersionCode: '1' },
  marks: [RISK, 'minVersionCode', 'latestVersionCode', 'diagnosisKeysDataMapping', 'dailySummariesConfig'],
});

export const cwaV2Ios = target('cwa-v2-ios', 'Corona-Warn-App from 1.9, iOS', iosSchema, {
  platform: 'ios',
  message: 'ApplicationConfigurationIOS',
  lowestVersion: { minVersion: { patch: 1 } },
  marks: ['minVersion', 'latestVersion', 'exposureConfiguration'],
});
