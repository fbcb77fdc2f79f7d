/** What the server has configured, and how the app judges by it: version 1 or 2 of the Corona-Warn-App. */
import { EnlabError } from '../../core/errors.ts';
import type { Exposure } from '../../core/exposure.ts';
import { defined } from '../../core/object.ts';
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import { readSigned } from '../../protocol/export/reader.ts';
import { configurationV1, configurationV2 } from '../../protocol/wire/cwa/distribution.ts';
import { decodeConfiguration } from '../../risk/config/registry.ts';
import type { RiskModel, Trail, Verdict } from '../../risk/model.ts';
import { cwaV1, exposureScore } from '../../risk/models/cwaV1.ts';
import { cwaV2 } from '../../risk/models/cwaV2.ts';
import { defaultReading } from '../../risk/reading.ts';
import { exposuresOf } from '../../risk/ready.ts';
import { FRAMEWORK_READING, type Judge } from '../found.ts';
import type { FoundExposure, PhoneMemory } from '../memory.ts';
import type { PhonePorts } from '../ports.ts';
import { ask } from '../servers.ts';
import type { SyncOptions } from '../system.ts';

/** Throws E-SERVER for a configuration that is not there or not valid. */
export async function judgeFor(options: SyncOptions, { clock, http }: PhonePorts): Promise<CwaJudge> {
  const { app, platform } = options.profile;
  const { get } = options.servers;
  const answer =
    app === 'cwa-v1'
      ? await ask(http, get, configurationV1, { parameters: { country: COUNTRY } })
      : await ask(http, get, configurationV2, { parameters: { platform } });
  if (answer.status !== 200) throw new EnlabError('E-SERVER', `the configuration was refused with ${answer.status}`);
  const parameters = parametersIn(answer.body, options);
  return app === 'cwa-v1' ? judgeV1(parameters as ParametersV1, clock.now()) : judgeV2(parameters as ParametersV2);
}

export const COUNTRY = 'DE';

export interface CwaJudge extends Judge {
  /** What the framework says of a key, from its level. */
  encoded(exposure: Exposure): Exposure;
}

type ParametersOf<M> = M extends RiskModel<infer P> ? P : never;
type ParametersV1 = ParametersOf<typeof cwaV1>;
type ParametersV2 = ParametersOf<typeof cwaV2>;

function parametersIn(zip: Uint8Array, { servers, profile: { app }, publicKeys }: SyncOptions): unknown {
  try {
    const { model, parameters } = decodeConfiguration(readSigned(zip, publicKeys), `configuration of ${servers.get}`);
    if (model === app) return parameters;
    throw new EnlabError('E-SERVER', `the configuration is of ${model}, and the app is ${app}`);
  } catch (error) {
    if (!(error instanceof EnlabError) || error.code === 'E-SERVER') throw error;
    throw new EnlabError('E-SERVER', `the configuration is not usable: ${error.message}`);
  }
}

/** Weighted minutes of everything kept: the app gives the framework all packages of 14 days, which reports one sum. */
function judgeV1(own: ParametersV1, now: UnixSeconds): CwaJudge {
  const { lower, upper } = own.attenuationDuration;
  const thresholds = [lower, upper] as const;
  return {
    thresholds,
    warnsOnce: true,
    encoded: (exposure) => exposure,
    scoreOf: (exposure) => exposureScore(exposure, own, FRAMEWORK_READING),
    warn({ exposures }) {
      const group = exposures.flatMap((found) => reported(found, thresholds, utcDayOf(now)));
      return warning(group, (ones, trail) => cwaV1.assess(ones, own, defaultReading, trail));
    },
  };
}

const reported = (
  { day, minutes, attenuation, attenuationDurations, transmissionLevel }: FoundExposure,
  thresholds: readonly [number, number],
  today: UtcDay,
): readonly Exposure[] =>
  exposuresOf(
    {
      type: 'exposure',
      day,
      minutes,
      attenuation,
      daysSinceExposure: today - day,
      buckets: { thresholds: [...thresholds], minutes: attenuationDurations.map((seconds) => seconds / 60) },
      ...(transmissionLevel !== null && { transmissionLevel }),
    },
    '',
  );

/** The windows of 14 days, summed day by day. */
const judgeV2 = (own: ParametersV2): CwaJudge => ({
  warnsOnce: true,
  encoded: ({ transmissionLevel: level = 0, ...exposure }) => ({ ...exposure, ...encodedLevel(level, own) }),
  scoreOf: (exposure) => cwaV2.assess([exposure], own, defaultReading).score,
  warn: ({ windows }: PhoneMemory) =>
    warning(
      windows.flatMap((window) => exposuresOf(window, '')),
      (ones, trail) => cwaV2.assess(ones, own, defaultReading, trail),
    ),
});

/** Report types and infectiousness by which the server writes levels, and from which the app reads them again. */
const REPORT_TYPES = [1, 2, 3, 4] as const;
const INFECTIOUSNESS = [1, 2] as const;

function encodedLevel(level: number, { trlEncoding }: ParametersV2) {
  const offsets = [
    trlEncoding.reportTypeOffsetConfirmedTest,
    trlEncoding.reportTypeOffsetConfirmedClinicalDiagnosis,
    trlEncoding.reportTypeOffsetSelfReport,
    trlEncoding.reportTypeOffsetRecursive,
  ];
  const steps = [trlEncoding.infectiousnessOffsetStandard, trlEncoding.infectiousnessOffsetHigh];
  const pairs = REPORT_TYPES.flatMap((reportType, r) =>
    INFECTIOUSNESS.map((infectiousness, i) => ({ reportType, infectiousness, sum: offsets[r]! + steps[i]! })),
  );
  const found = pairs.find(({ sum }) => sum === level);
  return defined({ transmissionLevel: level, reportType: found?.reportType, infectiousness: found?.infectiousness });
}

/** The verdict about everything; the last exposure is the last one that counts at all. */
function warning(group: readonly Exposure[], assess: (group: readonly Exposure[], trail?: Trail) => Verdict) {
  const reason: Trail = [];
  const { score, threshold, operator, alert } = assess(group, reason);
  if (!alert) return undefined;
  const counted = group.filter((one) => assess([one]).score > 0);
  const lastExposure = counted.reduce((last, { day }) => Math.max(last, day!), 0);
  return { lastExposure, score, threshold, operator, action: 'stay-home-call-doctor' as const, reason };
}
