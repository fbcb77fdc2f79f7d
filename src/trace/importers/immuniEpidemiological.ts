/**
 * immuni-epidemiological: exposure detection summaries as the Immuni apps upload them with a positive test
 * (backend.md A1). Accepted: one upload body, an array or NDJSON of them, each alone or as {"payload": upload}
 * (what the ingestion service passes on to analytics), and a bare array of one person's summaries.
 * Durations are seconds in steps of 300 up to 1,800, so D8 cannot be observed. All uploaders are cases: what needs
 * negatives stays undefined until --controls FILE, in the same format, brings people who were not infected.
 */
import { z } from 'zod';
import { EnlabError } from '../../core/errors.ts';
import type { ExposureSummary } from '../../core/records.ts';
import { parseIsoDay } from '../../core/time.ts';
import { type Db, type Minutes, SECONDS_PER_DAY, type UtcDay } from '../../core/units.ts';
import { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { duration as durationQuantity, Measured } from '../quantities.ts';
import { shown } from '../shown.ts';
import { timeProblem } from '../timeRange.ts';
import { type JsonElement, jsonElements } from './jsonElements.ts';
import { parseElement } from './parseElement.ts';

const isoDay = z.string().transform((text, context) => {
  const day = parseIsoDay(text);
  if (day !== null) return day;
  context.addIssue(`"${shown(text)}" is not a date YYYY-MM-DD`);
  return z.NEVER;
});
const amount = z.number().min(0);
/** Three buckets between two thresholds; the service also takes four, between thresholds it does not tell. */
const attenuationDurations = z.array(amount).min(3).max(4);

const infoSchema = z.object({
  date: isoDay,
  duration: amount,
  attenuation_value: amount,
  attenuation_durations: attenuationDurations,
  transmission_risk_level: z.int().min(0).max(8),
  total_risk_score: amount,
});

const summarySchema = z.object({
  date: isoDay,
  matched_key_count: z.int().min(0),
  exposure_info: z.array(infoSchema),
});

const uploadSchema = z.object({ exposure_detection_summaries: z.array(summarySchema) });

type Info = z.infer<typeof infoSchema>;
type Summary = z.infer<typeof summarySchema>;

/** attenuation_thresholds of every published Immuni setting (backend.md A6). */
const THRESHOLDS: [Db, Db] = [50, 70];
const STEP: Minutes = 5;
const CAP: Minutes = 30;
const MINUTES_OF_A_DAY = 1440;
const ONE_BYTE: Db = 255;
/** What the record format holds for days since exposure; the framework keeps 14. */
const MAX_AGE = 60;

export const immuniEpidemiological: Importer = {
  name: 'immuni-epidemiological',
  title: 'exposure detection summaries uploaded by Immuni apps (JSON)',
  reads: ['controls'],
  units: ['duration'],
  detect: ({ text }) =>
    /^\s*[[{]/.test(text) &&
    ['exposure_detection_summaries', 'exposure_info'].some((key) => new RegExp(`"${key}"\\s*:`).test(text)),
  read,
};

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const units = { duration: 's', ...options.units };
  const { toOurs: toMinutes } = new Measured(durationQuantity, 'duration', { units }, { file: file.path });
  const unit = { toMinutes, isUnitDeclared: options.units?.['duration'] !== undefined };
  tally.timeUnit = 'ISO 8601 days';
  yield* exposuresOf(file, { group: 'case', label: true, ...unit }, tally);
  const cases = tally.used;
  if (options.controls === undefined) {
    tally.notice('all rows are cases: what needs negatives is undefined without --controls FILE', cases);
  } else {
    yield* exposuresOf(new TraceFile(options.controls), { group: 'control', label: false, ...unit }, tally);
  }
  tally.notice('durations in 5-minute steps up to 30 min: D8 cannot be observed', tally.used);
}

interface Group {
  readonly group: 'case' | 'control';
  readonly label: boolean;
  /** Of a duration in the file's unit: seconds, unless --units says minutes. */
  readonly toMinutes: (duration: number) => Minutes;
  readonly isUnitDeclared: boolean;
}

/** One person a document; summaries that stand alone are all of one person. */
async function* exposuresOf(file: TraceFile, group: Group, tally: Tally): RecordBatches {
  for await (const elements of jsonElements(file)) {
    yield elements.flatMap((element) => {
      const isSummary = has(element.value, 'exposure_info');
      const user = `${file.scenario} ${group.group} ${isSummary ? 1 : element.number}`;
      return summariesOf(element).flatMap((summary) => recordsOf(summary, { ...group, user, element }, tally));
    });
  }
}

const has = (value: unknown, key: string): boolean => typeof value === 'object' && value !== null && key in value;

function summariesOf(element: JsonElement): readonly Summary[] {
  const { value } = element;
  if (has(value, 'exposure_info')) return [parseElement(summarySchema, 'summary', element)];
  const upload = has(value, 'payload') ? (value as { payload: unknown }).payload : value;
  return parseElement(uploadSchema, 'upload', { ...element, value: upload }).exposure_detection_summaries;
}

interface Uploader extends Group {
  readonly user: string;
  readonly element: JsonElement;
}

function recordsOf(summary: Summary, uploader: Uploader, tally: Tally): readonly ExposureSummary[] {
  const { exposure_info: infos, matched_key_count: matched, date } = summary;
  if (infos.length === 0 && matched > 0) {
    tally.rows++;
    tally.reject('summary without exposure_info');
  }
  return infos.flatMap((info) => recordOf(info, date, uploader, tally) ?? []);
}

function recordOf(info: Info, detected: UtcDay, uploader: Uploader, tally: Tally): ExposureSummary | undefined {
  assertUnit(info, uploader);
  const minutes = uploader.toMinutes(info.duration);
  const age = detected - info.date;
  tally.rows++;
  const problem = problemOf(info, minutes, age);
  if (problem) {
    tally.reject(problem);
    return undefined;
  }
  if (minutes % STEP !== 0) tally.notice('duration not in 5-minute steps');
  if (minutes > CAP) tally.notice('duration above the cap of 30 min');
  tally.used++;
  tally.time(info.date * SECONDS_PER_DAY);
  const bucketMinutes = info.attenuation_durations.map(uploader.toMinutes);
  const isThree = bucketMinutes.length === 3;
  if (!isThree) tally.notice('four attenuation durations between unknown thresholds: left out');
  return {
    type: 'exposure',
    user: uploader.user,
    day: info.date,
    minutes,
    attenuation: info.attenuation_value,
    ...(isThree && { buckets: { thresholds: [...THRESHOLDS], minutes: bucketMinutes } }),
    daysSinceExposure: age,
    transmissionLevel: info.transmission_risk_level,
    reportedScore: info.total_risk_score,
    label: uploader.label,
  };
}

function problemOf(info: Info, minutes: Minutes, age: number): string | undefined {
  if (info.attenuation_value > ONE_BYTE) return 'attenuation outside 0..255 dB';
  if (minutes > MINUTES_OF_A_DAY) return 'duration above one day';
  if (age < 0) return 'exposure after its detection';
  if (age > MAX_AGE) return 'exposure more than 60 days before its detection';
  return timeProblem(info.date * SECONDS_PER_DAY);
}

/** Five minutes as 5 instead of 300 can only be minutes, but nobody said so. */
function assertUnit({ duration }: Info, { toMinutes, isUnitDeclared, element }: Uploader): void {
  if (isUnitDeclared || duration === 0 || toMinutes(duration) >= STEP) return;
  throw new EnlabError('E-UNITS', `a duration of ${duration} looks like minutes, seconds were expected`, {
    place: element.place,
    hint: 'declare the unit with --units duration=min',
  });
}
