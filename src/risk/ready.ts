/** Records that already are exposures: histograms, windows, summaries and cells of aggregated tables. */
import type { Exposure, Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type {
  AttenuationHistogram,
  CellCount,
  ExposureSummary,
  ExposureWindow,
  GroundTruth,
  ScanInstance,
  Sighting,
  TraceRecord,
} from '../core/records.ts';
import { SECONDS_PER_DAY } from '../core/units.ts';

type ReadyRecord = Exclude<TraceRecord, Sighting | ScanInstance | GroundTruth>;

/** Exposures of one record; `scenario` is that of records that name none. */
export function exposuresOf(record: ReadyRecord, scenario: string): readonly Exposure[] {
  switch (record.type) {
    case 'histogram':
      return [{ ...common(record, scenario), slices: binSlices(record.edges, record.minutes) }];
    case 'window':
      return [windowExposure(record, scenario)];
    case 'exposure':
      return [summaryExposure(record, scenario)];
    case 'cell':
      return cellExposures(record, scenario);
  }
}

/** Fields that the kinds share. */
function common(
  record: AttenuationHistogram | ExposureWindow | ExposureSummary,
  scenario: string,
): Omit<Exposure, 'slices'> {
  const { user, receiver, day, label, weight = 1 } = record;
  const {
    transmitter,
    distance,
  }: Pick<Partial<ExposureSummary>, 'transmitter' | 'distance'> = record.type === 'window' ? {} : record;
  return defined({
    user,
    receiver,
    transmitter,
    day,
    label,
    weight,
    scenario: record.scenario ?? scenario,
    distance: distance ?? undefined,
  });
}

/** Empty bins are kept: they say that the exposure was measured in bins. */
const binSlices = (edges: readonly number[], minutes: readonly number[]): readonly Slice[] =>
  minutes.map((value, k) => ({ seconds: value * 60, low: edges[k]!, high: edges[k + 1]! }));

function windowExposure(record: ExposureWindow, scenario: string): Exposure {
  let time = record.day * SECONDS_PER_DAY;
  const slices = record.scans.map((scan): Slice => {
    // Negative seconds occur in test cases of real apps and count as none (datasets.md 3).
    const seconds = Math.max(0, scan.seconds);
    time += seconds;
    return { seconds, low: scan.typical, high: scan.typical, min: scan.min, time };
  });
  const { reportType, infectiousness, calibrationConfidence, daysSinceExposure } = record;
  const kind = defined({ reportType, infectiousness, calibrationConfidence, daysSinceExposure });
  return { ...common(record, scenario), ...kind, slices, isWindow: true };
}

function summaryExposure(record: ExposureSummary, scenario: string): Exposure {
  const { daysSinceExposure, transmissionLevel, attenuation, buckets, minutes } = record;
  const own = { ...common(record, scenario), ...defined({ daysSinceExposure, transmissionLevel }) };
  if (buckets === undefined)
    return { ...own, slices: [{ seconds: minutes * 60, low: attenuation!, high: attenuation! }] };
  // Minutes in buckets are what a single mean cannot tell; the mean is kept beside them for the ENv1 score.
  const slices = binSlices([0, ...buckets.thresholds, 255], buckets.minutes);
  return attenuation === undefined ? { ...own, slices } : { ...own, slices, reported: { minutes, attenuation } };
}

/** One exposure a counted row (the same object), so that n, intervals and bootstraps see what was counted. */
function cellExposures({ D, A, positives, negatives, scenario }: CellCount, fallback: string): readonly Exposure[] {
  const cell = [D - 1, A - 1] as const;
  const row = (label: boolean): Exposure => ({ slices: [], cell, scenario: scenario ?? fallback, label, weight: 1 });
  const rows = (length: number, label: boolean): readonly Exposure[] => {
    const one = row(label);
    return Array.from({ length }, () => one);
  };
  return [...rows(positives, true), ...rows(negatives, false)];
}
