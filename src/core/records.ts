/**
 * The records that importers yield and that an enlab trace stores, one JSON object a line after a header line
 * (docs/trace-format.md). Units: time unix s, durations s (histograms and exposures: minutes), attenuation dB,
 * power dBm, distance m. A field that is null or absent is unknown, never zero.
 */
import { z } from 'zod';

export const TRACE_FORMAT = 'enlab-trace';
export const TRACE_VERSION = 1;

export const traceUnits = {
  time: 'unix s',
  seconds: 's',
  minutes: 'min',
  attenuation: 'dB',
  rssi: 'dBm',
  distance: 'm',
} as const;

/** Fields are added in a way that a reader of the same version can leave out: unknown ones are dropped. */
export const headerSchema = z.object({
  format: z.literal(TRACE_FORMAT),
  version: z.literal(TRACE_VERSION),
  units: z.strictObject({
    time: z.literal(traceUnits.time),
    seconds: z.literal(traceUnits.seconds),
    minutes: z.literal(traceUnits.minutes),
    attenuation: z.literal(traceUnits.attenuation),
    rssi: z.literal(traceUnits.rssi),
    distance: z.literal(traceUnits.distance),
  }),
  /** Where the records come from: importer, source files with their SHA-256, options, "synthetic" where they are. */
  provenance: z.record(z.string(), z.json()),
});

/** What every record may say about whom and what it belongs to. */
const labels = {
  user: z.string().optional(),
  scenario: z.string().optional(),
  /** True contact (or infection) of this record; null = asked and unknown. */
  label: z.boolean().nullish(),
  /** Sampling weight, > 0. */
  weight: z.number().positive().optional(),
};

/** Attenuation on the air: 0..255 dB is what the framework can store (ENv2: one byte). */
const attenuation = z.number().min(0).max(255);
const distance = z.number().min(0).max(1000).nullish();
/**
 * Dates that importers take, unix s from 1970 to before 2101: what lies outside is a sentinel (9999-12-31, 1900-01-01)
 * or another unit, and no phone measured it. Records hold more, so that a trace may count from a start of its own.
 */
export const measuredTimes = { first: 0, end: 4_133_980_800 } as const;
const unixSeconds = z.number().min(0).max(1e11);
const day = z.int().min(0).max(1e6);
const daysSinceExposure = z.int().min(0).max(60).optional();
const bucket = z.int().min(1).max(8);

/** What fields alone cannot say, by record type. */
export const refinements = {
  histogram: ({ edges, minutes }: { edges: readonly number[]; minutes: readonly number[] }): boolean =>
    edges.length === minutes.length + 1 && edges.every((edge, k) => k === 0 || edge > (edges[k - 1] ?? edge)),
  exposure: (record: { attenuation?: unknown; buckets?: unknown }): boolean =>
    record.attenuation !== undefined || record.buckets !== undefined,
} as const;

/** What exposure notification sends: rolling proximity identifier and encrypted metadata (identifiers.md 1), bytes. */
export const beaconBytes = { rpi: 16, aem: 4 } as const;
const hexBytes = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * length}}$`));

/**
 * One received advertisement. Attenuation, or RSSI from which the device table makes one; neither in contact lists
 * that know distances only: truth rules can judge those, risk models cannot.
 */
export const sightingSchema = z.object({
  type: z.literal('sighting'),
  time: unixSeconds,
  receiver: z.string(),
  transmitter: z.string(),
  attenuation: attenuation.optional(),
  /** -110..0 dBm; null where the radio gave none. */
  rssi: z.number().min(-110).max(0).nullish(),
  receiverModel: z.string().optional(),
  transmitterModel: z.string().optional(),
  /** Rolling proximity identifier and encrypted metadata as they were heard, in lower-case hex. */
  rpi: hexBytes(beaconBytes.rpi).optional(),
  aem: hexBytes(beaconBytes.aem).optional(),
  distance,
  ...labels,
});

/** What one scan of a phone heard of one transmitter (ENv2 scan instance). */
export const scanSchema = z.object({
  type: z.literal('scan'),
  time: unixSeconds,
  receiver: z.string(),
  transmitter: z.string(),
  /** Since the receiver's previous scan. */
  seconds: z.number().min(0).max(86_400),
  typicalAttenuation: attenuation,
  minAttenuation: attenuation,
  distance,
  ...labels,
});

/** Minutes per attenuation bin of one pair: bin k is edges[k]..edges[k+1] dB. */
export const histogramSchema = z
  .object({
    type: z.literal('histogram'),
    receiver: z.string().optional(),
    transmitter: z.string().optional(),
    day: day.optional(),
    edges: z.array(attenuation).min(2),
    minutes: z.array(z.number().min(0).max(1440)).min(1),
    distance,
    ...labels,
  })
  .refine((record) => refinements.histogram(record), 'edges must increase and be one more than minutes');

const scanInstanceSchema = z.object({
  min: attenuation,
  typical: attenuation,
  /** Negative values occur in test cases of real apps; models clamp them. */
  seconds: z.number().min(-86_400).max(86_400),
});

/** ENv2 exposure window. Real files show more than the nominal 1,800 s. */
export const windowSchema = z.object({
  type: z.literal('window'),
  day,
  receiver: z.string().optional(),
  /** 0 unknown, 1 confirmed test, 2 clinical diagnosis, 3 self report, 4 recursive, 5 revoked. */
  reportType: z.int().min(0).max(5),
  /** 0 none, 1 standard, 2 high. */
  infectiousness: z.int().min(0).max(2).optional(),
  /** 0 lowest .. 3 high. */
  calibrationConfidence: z.int().min(0).max(3).optional(),
  daysSinceExposure,
  scans: z.array(scanInstanceSchema),
  ...labels,
});

/** An exposure that is already summed up: total minutes at a mean attenuation, or minutes in three dB buckets. */
export const exposureSchema = z
  .object({
    type: z.literal('exposure'),
    day: day.optional(),
    receiver: z.string().optional(),
    transmitter: z.string().optional(),
    minutes: z.number().min(0).max(1440),
    attenuation: attenuation.optional(),
    /** Minutes below, between and above two dB thresholds (ENv1 attenuation durations). */
    buckets: z
      .object({ thresholds: z.tuple([attenuation, attenuation]), minutes: z.array(z.number().min(0)).length(3) })
      .optional(),
    daysSinceExposure,
    transmissionLevel: z.int().min(0).max(8).optional(),
    /** Score that the framework itself reported, for comparison only. */
    reportedScore: z.number().optional(),
    distance,
    ...labels,
  })
  .refine((record) => refinements.exposure(record), 'attenuation or buckets must be given');

/** Every counted exposure becomes a row of its own, so more of them in a trace are refused. */
export const MOST_COUNTED = 2_000_000;
const counted = z.int().min(0).max(MOST_COUNTED);

/** A cell of an aggregated table: how many exposures fell into (D, A), by label. D and A are 1..8. */
export const cellSchema = z.object({
  type: z.literal('cell'),
  D: bucket,
  A: bucket,
  positives: counted,
  negatives: counted,
  scenario: z.string().optional(),
});

/** Truth about a user, a pair or a pair's day; comes before the records that it describes. */
export const truthSchema = z.object({
  type: z.literal('truth'),
  user: z.string().optional(),
  receiver: z.string().optional(),
  transmitter: z.string().optional(),
  day: day.optional(),
  label: z.boolean().nullable(),
});

export const recordSchema = z.discriminatedUnion('type', [
  sightingSchema,
  scanSchema,
  histogramSchema,
  windowSchema,
  exposureSchema,
  cellSchema,
  truthSchema,
]);

export type TraceHeader = z.infer<typeof headerSchema>;
export type Sighting = z.infer<typeof sightingSchema>;
export type ScanInstance = z.infer<typeof scanSchema>;
export type AttenuationHistogram = z.infer<typeof histogramSchema>;
export type ExposureWindow = z.infer<typeof windowSchema>;
export type ExposureSummary = z.infer<typeof exposureSchema>;
export type CellCount = z.infer<typeof cellSchema>;
export type GroundTruth = z.infer<typeof truthSchema>;
export type TraceRecord = z.infer<typeof recordSchema>;
