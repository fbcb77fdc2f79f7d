/** The settings document as a server keeps it and a phone reads it. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productionSettings, readSettings, settingsWith } from '../../../src/risk/config/immuniSettings.ts';
import { decodeConfiguration } from '../../../src/risk/config/registry.ts';
import { immuni } from '../../../src/risk/models/immuni.ts';
import { findPreset } from '../../../src/risk/presets.ts';
import { parametersOf } from '../../helpers/configurationArbitraries.ts';
import { cleanDocuments } from '../../helpers/configurations.ts';

const text = (document: unknown): string => JSON.stringify(document);
const production = immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters);

/** Names of spec/backend.md A6 that are not about risk. */
const NAMES = [
  'minimum_build_version',
  'exposure_detection_period',
  'maximum_exposure_detection_waiting_time',
  'operational_info_with_exposure_sampling_rate',
  'operational_info_without_exposure_sampling_rate',
  'dummy_analytics_waiting_time',
  'dummy_teks_average_request_waiting_time',
  'dummy_teks_request_probabilities',
  'dummy_teks_average_opportunity_waiting_time',
  'dummy_teks_window_duration',
  'dummy_teks_average_start_waiting_time',
  'teks_max_summary_count',
  'teks_max_info_count',
  'teks_packet_size',
  'service_not_active_notification_period',
  'onboarding_not_completed_notification_period',
  'required_update_notification_period',
  'risk_reminder_notification_period',
  'faq_url',
  'tou_url',
  'pn_url',
  'support_email',
  'support_phone',
  'support_phone_opening_time',
  'support_phone_closing_time',
] as const;

describe('the document of production', () => {
  const document = settingsWith(production, productionSettings);

  it('has every name of the backend, and is read as it is', () => {
    expect(Object.keys(document)).toEqual(expect.arrayContaining([...NAMES]));
    expect(readSettings(text(document), 'f')).toEqual(document);
    expect(decodeConfiguration(text(document), 'f')).toMatchObject({ target: 'immuni', parameters: production });
  });

  it('has the traffic figures of spec/backend.md A4', () => {
    expect(document).toMatchObject({
      dummy_teks_average_opportunity_waiting_time: 5_184_000,
      dummy_teks_window_duration: 1_209_600,
      dummy_analytics_waiting_time: 2_592_000,
      exposure_detection_period: 14_400,
      teks_packet_size: 110_000,
    });
  });
});

describe('a document with new risk parameters', () => {
  it('keeps every other key, known or not, also inside the tables', () => {
    const others = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && !(key in cleanDocuments().immuni)),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(others, parametersOf.immuni, (more, parameters) => {
        const { exposure_configuration: tables, ...rest } = cleanDocuments().immuni;
        const before = { ...more, ...productionSettings, ...rest, exposure_configuration: { ...tables, note: 1 } };
        const after = settingsWith(immuni.parameters.parse(parameters), before as never);
        expect(after).toMatchObject({ ...more, ...productionSettings, exposure_configuration: { note: 1 } });
        expect(Object.keys(after).toSorted()).toEqual(Object.keys(before).toSorted());
        expect(decodeConfiguration(text(after), 'f')).toMatchObject({ parameters });
        // What was served is what is read.
        expect(readSettings(text(after), 'f')).toEqual(JSON.parse(text(after)));
      }),
      { numRuns: 100 },
    );
  });
});

describe('reading', () => {
  it('fills in what an exported document leaves out', () => {
    const settings = readSettings(text(cleanDocuments().immuni), 'f');
    expect(settings).toEqual({ ...productionSettings, ...cleanDocuments().immuni });
  });

  it.each([
    ['a probability', { dummy_teks_request_probabilities: [0.95, 1.1] }, /dummy_teks_request_probabilities.1: .*0..1/],
    ['a rate', { operational_info_with_exposure_sampling_rate: -0.1 }, /sampling_rate: must be a number 0..1/],
    ['a period', { exposure_detection_period: '4 h' }, /exposure_detection_period: must be a number/],
    ['a count', { teks_max_info_count: 1.5 }, /teks_max_info_count: must be a whole number/],
    ['an address', { faq_url: 'https://immuni.example' }, /faq_url: /],
    ['a flag', { experimental_phase: 0 }, /experimental_phase: must be true or false/],
    ['a telephone', { support_phone: 800 }, /support_phone: must be text/],
  ])('refuses %s that apps cannot read', (_, more, message) => {
    expect(() => readSettings(text({ ...cleanDocuments().immuni, ...more }), 's.json')).toThrow(
      expect.objectContaining({
        code: 'E-FILE-INVALID',
        message: expect.stringMatching(message),
        place: expect.objectContaining({ file: 's.json', line: 1 }),
      }),
    );
  });

  it('refuses the configuration of another app', () => {
    expect(() => readSettings(text(cleanDocuments().dp3t), 's.json')).toThrow(
      expect.objectContaining({ code: 'E-FILE-FORMAT', message: 'this is a configuration of dp3t, not of immuni' }),
    );
  });
});

const data = new URL('../../../../shared/data/leith-tram/', import.meta.url);
describe.skipIf(!existsSync(data))('the settings served on 2020-06-22', () => {
  it('have the values that we call those of production, addresses and telephone apart', () => {
    const captured = readFileSync(new URL('immuni_config_settings.txt', data), 'utf8');
    const {
      faq_url: _,
      tou_url: __,
      pn_url: ___,
      support_email: ____,
      support_phone: _____,
      ...own
    } = productionSettings;
    const settings = readSettings(captured, 'settings.txt');
    expect(settings).toMatchObject(own);
    expect(Object.keys(settings).toSorted()).toEqual(
      Object.keys(settingsWith(production, productionSettings)).toSorted(),
    );
  });
});
