/**
 * exposure-windows: ENv2 exposure windows as JSON (datasets.md 3): an array, NDJSON, or {"exposureWindows": [...]},
 * in Android's spelling (dateMillisSinceEpoch, minAttenuationDb, ...) or in that of iOS and the CWA test cases
 * (ageInDays, minAttenuation, ...; enumerations as numbers or as names such as CONFIRMED_TEST).
 * What real apps and their tests break is counted, never rejected: windows over 1,800 s, odd scan intervals,
 * typical below minimum, negative seconds.
 */
import { z } from 'zod';
import { EnlabError } from '../../core/errors.ts';
import type { ExposureWindow } from '../../core/records.ts';
import { SECONDS_PER_DAY, type UtcDay } from '../../core/units.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { timeProblem } from '../timeRange.ts';
import { type JsonElement, jsonElements } from './jsonElements.ts';
import { parseElement } from './parseElement.ts';

/** Values as the Android API numbers them. */
const REPORT_TYPES = [
  'UNKNOWN',
  'CONFIRMED_TEST',
  'CONFIRMED_CLINICAL_DIAGNOSIS',
  'SELF_REPORT',
  'RECURSIVE',
  'REVOKED',
];
const INFECTIOUSNESS = ['NONE', 'STANDARD', 'HIGH'];
const CONFIDENCE = ['LOWEST', 'LOW', 'MEDIUM', 'HIGH'];

const lettersOf = (name: string): string => name.replace(/[^A-Za-z]/g, '').toUpperCase();

/** A number of the enumeration, or its name in any case: CONFIRMED_TEST, confirmedTest. */
const enumeration = (names: readonly string[]) => {
  const known = names.map(lettersOf);
  return z
    .union([z.int(), z.string()])
    .transform((value) => (typeof value === 'string' ? known.indexOf(lettersOf(value)) : value))
    .refine((value) => value in names, `must be 0..${names.length - 1} or one of ${names.join(', ')}`);
};

const scanSchema = z
  .object({
    minAttenuationDb: z.number().optional(),
    minAttenuation: z.number().optional(),
    typicalAttenuationDb: z.number().optional(),
    typicalAttenuation: z.number().optional(),
    secondsSinceLastScan: z.number(),
  })
  .transform((scan, context) => {
    const min = scan.minAttenuationDb ?? scan.minAttenuation;
    const typical = scan.typicalAttenuationDb ?? scan.typicalAttenuation;
    if (min !== undefined && typical !== undefined) return { min, typical, seconds: scan.secondsSinceLastScan };
    context.addIssue('minAttenuation(Db) and typicalAttenuation(Db) must be given');
    return z.NEVER;
  });

const windowSchema = z
  .object({
    dateMillisSinceEpoch: z.number().min(0).optional(),
    ageInDays: z.int().min(0).max(60).optional(),
    reportType: enumeration(REPORT_TYPES),
    infectiousness: enumeration(INFECTIOUSNESS).optional(),
    calibrationConfidence: enumeration(CONFIDENCE).optional(),
    scanInstances: z.array(scanSchema),
  })
  .refine(
    (window) => window.dateMillisSinceEpoch !== undefined || window.ageInDays !== undefined,
    'dateMillisSinceEpoch or ageInDays must be given',
  );

type Window = z.infer<typeof windowSchema>;
type Scan = z.infer<typeof scanSchema>;

/** Intervals that the framework reports, s. */
const USUAL_SECONDS: readonly number[] = [0, 120, 180, 240, 300];
const NOMINAL_WINDOW = 1800;
/** Milliseconds of any day with a phone in it are above, seconds below. */
const FIRST_MILLISECONDS = 1e11;
/** "Today" of a file that only tells ages, far from any real date: 1970-04-11. */
const NOMINAL_TODAY: UtcDay = 100;

const MEMBER = 'exposureWindows';
const LAYOUTS = `windows stand in an array, one a line, or in the list "${MEMBER}" of one object`;

export const exposureWindows: Importer = {
  name: 'exposure-windows',
  title: 'ENv2 exposure windows (JSON)',
  reads: [],
  units: [],
  detect: ({ text }) => /^\s*[[{]/.test(text) && /"scanInstances"\s*:/.test(text),
  read,
};

async function* read(file: TraceFile, _options: ImportOptions, tally: Tally): RecordBatches {
  for await (const elements of jsonElements(file, MEMBER)) {
    yield elements.flatMap((element) => recordOf(element, tally) ?? []);
  }
}

function recordOf(element: JsonElement, tally: Tally): ExposureWindow | undefined {
  const window = parseElement(windowSchema, 'window', element, LAYOUTS);
  const { scanInstances: scans, reportType, infectiousness, calibrationConfidence, ageInDays } = window;
  tally.rows++;
  const problem = problemOf(window);
  if (problem) {
    tally.reject(problem);
    return undefined;
  }
  noticeOddities(scans, tally);
  if (infectiousness === undefined) tally.notice('no infectiousness: unknown');
  tally.used++;
  return {
    type: 'window',
    day: dayOf(window, element, tally),
    reportType,
    ...(infectiousness !== undefined && { infectiousness }),
    ...(calibrationConfidence !== undefined && { calibrationConfidence }),
    ...(ageInDays !== undefined && { daysSinceExposure: ageInDays }),
    scans,
  };
}

/** What a byte cannot hold, or a day; or no date. */
function problemOf({ scanInstances: scans, dateMillisSinceEpoch = 0 }: Window): string | undefined {
  const attenuations = scans.flatMap(({ min, typical }) => [min, typical]);
  if (attenuations.some((db) => db < 0 || db > 255)) return 'attenuation outside 0..255 dB';
  if (scans.some(({ seconds }) => Math.abs(seconds) > SECONDS_PER_DAY)) return 'scan interval above one day';
  return timeProblem(dateMillisSinceEpoch / 1000);
}

function noticeOddities(scans: readonly Scan[], tally: Tally): void {
  let total = 0;
  for (const { min, typical, seconds } of scans) {
    total += seconds;
    if (seconds < 0) tally.notice('scan instance of negative seconds');
    else if (!USUAL_SECONDS.includes(seconds)) tally.notice('scan interval other than 0, 120, 180, 240, 300 s');
    if (typical < min) tally.notice('typical attenuation below the minimum');
  }
  if (total > NOMINAL_WINDOW) tally.notice('window longer than 1,800 s');
}

function dayOf({ dateMillisSinceEpoch, ageInDays = 0 }: Window, { place }: JsonElement, tally: Tally): UtcDay {
  if (dateMillisSinceEpoch === undefined) {
    tally.timeUnit = 'days ago';
    tally.notice('age in days only: counted back from 1970-04-11');
    return NOMINAL_TODAY - ageInDays;
  }
  if (dateMillisSinceEpoch < FIRST_MILLISECONDS) {
    const message = `dateMillisSinceEpoch ${dateMillisSinceEpoch} looks like seconds`;
    throw new EnlabError('E-UNITS', message, { place, hint: 'write unix milliseconds' });
  }
  const seconds = dateMillisSinceEpoch / 1000;
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (seconds % SECONDS_PER_DAY !== 0) tally.notice('date is not midnight UTC: its UTC day is used');
  tally.timeUnit = 'unix ms';
  tally.time(day * SECONDS_PER_DAY);
  return day;
}
