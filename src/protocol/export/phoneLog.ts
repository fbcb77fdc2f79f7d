/**
 * Logs of exposure checks that phones let people export: which key files were compared with what the phone had heard,
 * when, and how many keys matched. A file is named by the SHA-256 of its export.bin: in hex on iOS, in base64 on Android
 * (the same files of October 2020 stand in both forms in issues of corona-warn-app). Android hashes the files of one
 * request one after another (exposure-notifications-internals, SignatureVerifier), so several files have one hash there.
 */
import { parseBytes, toHex } from '../../core/bytes.ts';
import { EnlabError } from '../../core/errors.ts';
import { isoTime, parseIsoTime } from '../../core/time.ts';

export interface ExposureCheck {
  /** ISO 8601 where the phone wrote a time that can be read; Android writes it as people of its country do. */
  readonly time: string | null;
  /** SHA-256 in hex, lower case. */
  readonly hash: string;
  readonly keyCount: number | null;
  readonly matchCount: number | null;
  readonly app: string | null;
}

export interface PhoneLog {
  readonly system: 'ios' | 'android';
  /** iOS: ExportVersion. */
  readonly version: number | null;
  readonly checks: readonly ExposureCheck[];
  /** Entries without a hash that can be read. */
  readonly unreadable: number;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Throws E-FILE-FORMAT for what is no such log. */
export function parsePhoneLog(text: string): PhoneLog {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EnlabError('E-FILE-FORMAT', 'this is not JSON', { hint: HINT, cause });
  }
  // iOS: version 1 lists files, version 2 lists checks with their files; Android: a bare list of files.
  const isIos = isFields(json);
  const checks = isFields(json) ? (json['ExposureChecks'] ?? json['ExposureDetectionChecks']) : json;
  if (!Array.isArray(checks))
    throw new EnlabError('E-FILE-FORMAT', 'this is no log of exposure checks', { hint: HINT });
  const entries = checks.flatMap((check) => (isFields(check) && 'Files' in check ? listOf(check['Files']) : [check]));
  const read = entries.map(checkOf);
  const version = isFields(json) ? json['ExportVersion'] : undefined;
  return {
    system: isIos ? 'ios' : 'android',
    version: typeof version === 'number' ? version : null,
    checks: read.filter((check) => check !== null),
    unreadable: read.filter((check) => check === null).length,
  };
}

const HINT =
  'iOS: Settings, Exposure Notifications, Exposure Logging Status, Exposure Checks, Export; ' +
  'Android: all-exposure-checks.json from the settings of Google';

/** Names of the fields by system and version. */
const names = {
  hash: ['Hash', 'hash'],
  time: ['Timestamp', 'timestamp'],
  keyCount: ['KeyCount', 'RandomIDCount', 'keyCount', 'probableKeyCount'],
  matchCount: ['MatchCount', 'matchesCount', 'matchCount'],
  app: ['AppBundleIdentifier', 'DataSource', 'appName'],
} as const;

/** SHA-256. */
const HASH_BYTES = 32;

function checkOf(entry: unknown): ExposureCheck | null {
  if (!isFields(entry)) return null;
  const value = (field: keyof typeof names): unknown => {
    const name = names[field].find((candidate) => Object.hasOwn(entry, candidate));
    return name === undefined ? undefined : entry[name];
  };
  const textOf = (field: keyof typeof names): string | null => {
    const found = value(field);
    return typeof found === 'string' ? found : null;
  };
  const numberOf = (field: keyof typeof names): number | null => {
    const found = value(field);
    return typeof found === 'number' && Number.isFinite(found) ? found : null;
  };
  const hash = parseBytes(textOf('hash') ?? '', HASH_BYTES);
  if (hash === undefined) return null;
  const time = textOf('time');
  return {
    time: time === null ? null : readableTime(time),
    hash: toHex(hash),
    keyCount: numberOf('keyCount'),
    matchCount: numberOf('matchCount'),
    app: textOf('app'),
  };
}

/** "2020-10-06 17:36:53 +0200" -> ISO; other forms as they are. */
function readableTime(text: string): string {
  const time = parseIsoTime(text.replace(/ (?=[+-]\d{4}$)/, ''));
  return time === null ? text : isoTime(time);
}

/** What a log can be asked about. */
export interface LoggedFile {
  readonly file: string;
  /** SHA-256 of export.bin in hex. */
  readonly hash: string;
  /** Keys in the list `keys`, and those in `revisedKeys`, as the file has them. */
  readonly keys: number;
  readonly revisedKeys: number;
}

export interface FileInLog {
  readonly file: string;
  readonly hash: string;
  readonly checks: readonly (Omit<ExposureCheck, 'hash'> & {
    /** Whether the phone counted as many keys as the file has; null where it does not say. */
    readonly countAgrees: boolean | null;
  })[];
}

/** The checks of each file. `others` counts checks of files that were not given. */
export function filesInLog(
  log: PhoneLog,
  files: readonly LoggedFile[],
): { files: readonly FileInLog[]; others: number } {
  const known = new Set(files.map(({ hash }) => hash));
  return {
    files: files.map(({ file, hash, keys, revisedKeys }) => ({
      file,
      hash,
      checks: log.checks
        .filter((check) => check.hash === hash)
        .map(({ time, app, keyCount, matchCount }) => ({
          time,
          app,
          keyCount,
          matchCount,
          countAgrees: keyCount === null ? null : [keys, keys + revisedKeys].includes(keyCount),
        })),
    })),
    others: log.checks.filter(({ hash }) => !known.has(hash)).length,
  };
}
