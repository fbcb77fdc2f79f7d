/** Immuni's settings as a whole: what the backend serves under GET /v1/settings and a phone reads. */
import type { z } from 'zod';
import { EnlabError } from '../../core/errors.ts';
import type { immuni as model } from '../models/immuni.ts';
import { type ImmuniSettings, immuni } from './immuni.ts';
import { checkDocument, validConfiguration } from './registry.ts';

type RiskSettings = Pick<ImmuniSettings, 'exposure_configuration' | 'exposure_info_minimum_risk_score'>;
type OtherSettings = Omit<ImmuniSettings, keyof RiskSettings>;

/** JSON has no undefined: what may be missing and is not has a value. */
export type WholeSettings = {
  readonly [K in keyof OtherSettings]-?: Exclude<OtherSettings[K], undefined>;
} & RiskSettings;

const DAY = 86_400;
/** The real addresses have no place in a simulation; a backend of enlab puts its own address in. */
const addressOf = (page: string) => ({
  en: `https://immuni.example/docs/${page}/en`,
  it: `https://immuni.example/docs/${page}/it`,
});

/**
 * What the production server answered on 2020-06-22 (captured settings of doug-leith/dublintram_gaen_dataset), except for
 * addresses and telephone. Periods and waiting times are seconds; spec/backend.md A4 explains the dummy traffic.
 */
export const productionSettings: OtherSettings = {
  dummy_analytics_waiting_time: 30 * DAY,
  dummy_teks_average_opportunity_waiting_time: 60 * DAY,
  dummy_teks_average_request_waiting_time: 10,
  dummy_teks_average_start_waiting_time: 15,
  dummy_teks_request_probabilities: [0.95, 0.1],
  dummy_teks_window_duration: 14 * DAY,
  experimental_phase: false,
  exposure_detection_period: 4 * 3600,
  faq_url: addressOf('faq'),
  maximum_exposure_detection_waiting_time: DAY,
  minimum_build_version: 1,
  onboarding_not_completed_notification_period: DAY,
  operational_info_with_exposure_sampling_rate: 1,
  operational_info_without_exposure_sampling_rate: 0.6,
  pn_url: addressOf('pn'),
  required_update_notification_period: DAY,
  risk_reminder_notification_period: DAY,
  service_not_active_notification_period: DAY,
  support_email: 'support@immuni.example',
  support_phone: '000',
  support_phone_closing_time: '22',
  support_phone_opening_time: '7',
  // 84 = 6 detections a day for 14 days.
  teks_max_info_count: 600,
  teks_max_summary_count: 84,
  // Bytes with headers.
  teks_packet_size: 110_000,
  tou_url: addressOf('tou'),
};

/** A document that an app reads: its own keys and those that nobody knows are kept, only the risk is new. */
export function settingsWith<Others extends Partial<ImmuniSettings>>(
  parameters: z.infer<typeof model.parameters>,
  others: Others,
): Others & RiskSettings {
  const { exposure_configuration: tables, ...threshold } = immuni.encode(parameters);
  return { ...others, ...threshold, exposure_configuration: { ...others.exposure_configuration, ...tables } };
}

/**
 * Settings from their text, with every key that stands there; other settings than those of risk that are missing have the
 * value of production. Throws E-FILE-EMPTY, E-FILE-FORMAT (also for the configuration of another app), E-FILE-INVALID.
 */
export function readSettings(text: string, file: string): WholeSettings {
  const { target, whole } = validConfiguration(text, file);
  if (target.name !== immuni.name)
    throw new EnlabError('E-FILE-FORMAT', `this is a configuration of ${target.name}, not of ${immuni.name}`, {
      place: { file },
      hint: 'settings of Immuni have exposure_configuration and exposure_info_minimum_risk_score',
    });
  return { ...productionSettings, ...whole } as WholeSettings;
}

/** The same from a document that a server has sent. What is wrong with one is looked for in its text. */
export function settingsFrom(document: Readonly<Record<string, unknown>>, origin: string): WholeSettings {
  const { issues } = checkDocument(immuni, document);
  if (issues.length > 0) return readSettings(JSON.stringify(document), origin);
  return { ...productionSettings, ...document } as WholeSettings;
}
