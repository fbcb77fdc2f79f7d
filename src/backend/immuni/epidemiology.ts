/**
 * What the health service learns of exposures, apart from keys: no row tells whose upload it came in, nor when, but for
 * the day (seed 002: kept separately from the keys and not tied to them).
 */
import type { ImmuniUpload } from '../../protocol/wire/immuni/ingestion.ts';

/** Seconds; the framework counts in steps of five minutes up to thirty. */
const STEP = 300;
const MOST = 1800;

type Summary = ImmuniUpload['exposure_detection_summaries'][number];

/** Down to whole steps, thirty minutes at most. */
export const coarse = (duration: number): number => Math.min(MOST, duration - (duration % STEP));

export const coarseSummary = ({ attenuation_durations, exposure_info, ...summary }: Summary): Summary => ({
  ...summary,
  attenuation_durations: attenuation_durations.map(coarse),
  ...(exposure_info && {
    exposure_info: exposure_info.map((info) => ({
      ...info,
      duration: coarse(info.duration),
      attenuation_durations: info.attenuation_durations.map(coarse),
    })),
  }),
});
