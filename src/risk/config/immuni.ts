/**
 * Settings of the Immuni app, as GET /v1/settings sent them (risk-models.md 1.3): four tables and the score from which
 * the app alerts, among keys that have nothing to do with risk.
 */
import { z } from 'zod';
import { immuni as model } from '../models/immuni.ts';
import { between, decibels, table, whole } from '../schemas.ts';
import { entries, type Target } from './target.ts';

type Parameters = z.infer<typeof model.parameters>;

/** Waiting times and periods, in seconds; iOS reads them as fractions. */
const seconds = between(0, 315_360_000).optional();
const count = whole(0, 1_000_000_000).optional();
/** Of one draw. */
const probability = between(0, 1);
const text = z.string('must be text').optional();
/** Address by language: "it", "en". */
const addresses = z.record(z.string(), z.string('must be text'), 'must be an object, language: address').optional();

/**
 * The other settings that production sent on 2020-06-22, and their types in the apps (immuni-app-android
 * ConfigurationSettingsService.kt, immuni-app-ios Configuration.swift): an app refuses all of the document where one of
 * them is wrong. Names: spec/backend.md A6.
 */
const otherSettings = {
  dummy_analytics_waiting_time: seconds,
  dummy_teks_average_opportunity_waiting_time: seconds,
  dummy_teks_average_request_waiting_time: seconds,
  dummy_teks_average_start_waiting_time: seconds,
  /** That another request follows, after the first, the second, .. one. */
  dummy_teks_request_probabilities: z.array(probability).readonly().optional(),
  dummy_teks_window_duration: seconds,
  experimental_phase: z.boolean('must be true or false').optional(),
  exposure_detection_period: seconds,
  faq_url: addresses,
  maximum_exposure_detection_waiting_time: seconds,
  /** Older builds must update. */
  minimum_build_version: count,
  onboarding_not_completed_notification_period: seconds,
  operational_info_with_exposure_sampling_rate: probability.optional(),
  operational_info_without_exposure_sampling_rate: probability.optional(),
  pn_url: addresses,
  required_update_notification_period: seconds,
  risk_reminder_notification_period: seconds,
  service_not_active_notification_period: seconds,
  support_email: text,
  support_phone: text,
  /** Hours of the day, as text. */
  support_phone_closing_time: text,
  support_phone_opening_time: text,
  teks_max_info_count: count,
  teks_max_summary_count: count,
  /** Bytes of a padded request. */
  teks_packet_size: count,
  tou_url: addresses,
};

/** Reserved by the framework. */
const weight = between(0, 100);

const schema = z.strictObject({
  exposure_configuration: z.strictObject({
    /** dB, for the durations that a summary reports; no part of the score. */
    attenuation_thresholds: z.tuple([decibels, decibels]).readonly(),
    attenuation_bucket_scores: table,
    attenuation_weight: weight,
    days_since_last_exposure_bucket_scores: table,
    days_since_last_exposure_weight: weight,
    duration_bucket_scores: table,
    duration_weight: weight,
    transmission_risk_bucket_scores: table,
    transmission_risk_weight: weight,
    /** The framework drops lower products. */
    minimum_risk_score: whole(1, 4096),
  }),
  /** The app alerts from this product on. */
  exposure_info_minimum_risk_score: whole(0, 4096),
  ...otherSettings,
  _enlab: z.unknown().optional(),
});
type Document = z.infer<typeof schema>;
export type ImmuniSettings = Omit<Document, '_enlab'>;

/** As production sent them; the score uses neither (risk-models.md 1.1). */
const UNUSED = { weight: 1, thresholds: [50, 70] } as const;

const tables = 'exposure_configuration';

export const immuni: Target<Parameters, Document> = {
  name: 'immuni',
  title: 'Immuni settings',
  model,
  schema,
  marks: [tables, 'exposure_info_minimum_risk_score'],
  parts: {
    tables: {
      D: entries(tables, 'duration_bucket_scores'),
      A: entries(tables, 'attenuation_bucket_scores'),
      days: entries(tables, 'days_since_last_exposure_bucket_scores'),
      transmission: entries(tables, 'transmission_risk_bucket_scores'),
    },
    alert: ['exposure_info_minimum_risk_score'],
    minimum: [tables, 'minimum_risk_score'],
    thresholds: [0, 1].map((k) => [tables, 'attenuation_thresholds', k]),
    above255: 'warning',
    onlyDurationAndAttenuation: true,
  },
  encode: ({ D, A, days, transmission, minimumRiskScore, weights, attenuationThresholds, threshold }) => ({
    exposure_configuration: {
      attenuation_thresholds: attenuationThresholds ?? UNUSED.thresholds,
      attenuation_bucket_scores: A,
      attenuation_weight: weights?.attenuation ?? UNUSED.weight,
      days_since_last_exposure_bucket_scores: days,
      days_since_last_exposure_weight: weights?.days ?? UNUSED.weight,
      duration_bucket_scores: D,
      duration_weight: weights?.duration ?? UNUSED.weight,
      transmission_risk_bucket_scores: transmission,
      transmission_risk_weight: weights?.transmission ?? UNUSED.weight,
      minimum_risk_score: minimumRiskScore,
    },
    exposure_info_minimum_risk_score: threshold,
  }),
  decode({ exposure_configuration: own, exposure_info_minimum_risk_score: threshold }) {
    return {
      D: own.duration_bucket_scores,
      A: own.attenuation_bucket_scores,
      days: own.days_since_last_exposure_bucket_scores,
      transmission: own.transmission_risk_bucket_scores,
      minimumRiskScore: own.minimum_risk_score,
      weights: {
        attenuation: own.attenuation_weight,
        days: own.days_since_last_exposure_weight,
        duration: own.duration_weight,
        transmission: own.transmission_risk_weight,
      },
      attenuationThresholds: own.attenuation_thresholds,
      threshold,
      // Both apps (risk-models.md 0.1).
      operator: '>=',
      a5Edge: 27,
      thirtyPlus: false,
    };
  },
};
