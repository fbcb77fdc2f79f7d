/**
 * Application configurations of Corona-Warn-App from 1.9 (risk-models.md 1.5): one for Android, one for iOS, the same
 * risk calculation in both. The server delivers them as protobuf (proto/cwaV2.proto) under app_config_android and
 * app_config_ios (spec/backend.md B1); JSON has the names of the message.
 */
import { z } from 'zod';
import { cwaV2 as model } from '../models/cwaV2.ts';
import type { CwaV2Parameters } from '../models/cwaV2Days.ts';
import { encodeRisk, type Platform, parametersOf, type RiskDocument, riskCalculationParameters } from './cwaV2Risk.ts';
import { EACH, type Path } from './path.ts';
import type { Target } from './target.ts';

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
