/** After a positive test: the password is checked, then keys and what the phone knows of exposures are sent. */

import { toBase64 } from '../../core/bytes.ts';
import { EnlabError } from '../../core/errors.ts';
import { isoDay, utcDayOf } from '../../core/time.ts';
import type { Seconds } from '../../core/units.ts';
import { type ENInterval, intervalOf } from '../../protocol/gaen/intervals.ts';
import type { ImmuniUpload } from '../../protocol/wire/immuni/ingestion.ts';
import { otpToken } from '../../protocol/wire/immuni/otp.ts';
import { MOST_EXPOSURE_INFOS } from '../../protocol/wire/immuni/padding.ts';
import { type FoundExposure, forgotten, type PhoneMemory } from '../memory.ts';
import { type PhonePorts, portsAt } from '../ports.ts';
import type { Servers } from '../servers.ts';
import { askCheckOtp, askUpload } from './ingestion.ts';

export interface UploadOptions {
  readonly servers: Servers;
  /** As the app shows it, cleaned. */
  readonly otp: string;
  /** Two capitals. */
  readonly province: string;
  /** Between checking the code and sending; absent: none. */
  readonly wait?: Seconds;
}

/** sent: the server has the keys. Anything else: nothing was sent, and the user may try again. */
export type Uploaded = 'sent' | 'not authorised';

/** Throws E-SERVER where a server does not answer as it should. */
export async function upload(memory: PhoneMemory, options: UploadOptions, ports: PhonePorts): Promise<Uploaded> {
  const { servers, otp, province, wait = 0 } = options;
  const shown = { token: otpToken(otp), isDummy: false };
  const checked = await askCheckOtp(servers.upload, shown, ports);
  if (checked.status !== 204) return refusedWith(checked.status);
  const now = ports.clock.now();
  const content = { ...contentOf(forgotten(memory, now), intervalOf(now)), province };
  const uploaded = await askUpload(servers.upload, shown, content, portsAt(ports, now + wait));
  return uploaded.status === 204 ? 'sent' : refusedWith(uploaded.status);
}

function refusedWith(status: number): Uploaded {
  if (status === 401) return 'not authorised';
  throw new EnlabError('E-SERVER', `the upload was refused with ${status}`, {
    hint: 'nothing is lost: the keys are still on the phone',
  });
}

/**
 * Keys of all days, also today's: which of them are published is the server's business. But one that begins right now would make
 * it drop the whole list, and tell nobody (tekList.ts): so it would in the first ten minutes after midnight.
 */
function contentOf(
  { keys, exposures }: PhoneMemory,
  now: ENInterval,
): Pick<ImmuniUpload, 'teks' | 'exposure_detection_summaries'> {
  const begun = keys.filter(({ rollingStartIntervalNumber }) => rollingStartIntervalNumber < now);
  return {
    teks: begun.map(({ keyData, rollingStartIntervalNumber, rollingPeriod }) => ({
      key_data: toBase64(keyData),
      rolling_start_number: rollingStartIntervalNumber,
      rolling_period: rollingPeriod,
    })),
    exposure_detection_summaries: summariesOf(exposures.slice(-MOST_EXPOSURE_INFOS)),
  };
}

/** One a detection, which is a moment at which exposures were found. */
function summariesOf(exposures: readonly FoundExposure[]): ImmuniUpload['exposure_detection_summaries'] {
  return [...new Set(exposures.map(({ found }) => found))].map((time) => {
    const found = exposures.filter((exposure) => exposure.found === time);
    const largest = (of: (exposure: FoundExposure) => number): number =>
      found.reduce((most, one) => Math.max(most, of(one)), 0);
    const sumOf = (k: number): number =>
      Math.min(
        MOST_SECONDS,
        found.reduce((sum, one) => sum + one.attenuationDurations[k]!, 0),
      );
    return {
      date: isoDay(utcDayOf(time)),
      matched_key_count: found.length,
      days_since_last_exposure: utcDayOf(time) - largest(({ day }) => day),
      attenuation_durations: [0, 1, 2].map(sumOf),
      maximum_risk_score: largest(({ score }) => score),
      exposure_info: found.map(infoOf),
    };
  });
}

/** Seconds; the sums of a summary are capped like the durations of one exposure. */
const MOST_SECONDS = 1800;

const infoOf = ({ day, minutes, attenuation, attenuationDurations, transmissionLevel, score }: FoundExposure) => ({
  date: isoDay(day),
  duration: minutes * 60,
  attenuation_value: attenuation,
  attenuation_durations: [...attenuationDurations],
  transmission_risk_level: transmissionLevel ?? 0,
  total_risk_score: score,
});
