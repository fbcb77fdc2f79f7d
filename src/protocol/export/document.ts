/** Key files as sections and tables: what an inspector looks at first, and the first few keys. */
import type { Block, ReportDocument, Section, Table } from '../../core/document.ts';
import { isoDay } from '../../core/time.ts';
import { utcDayOfInterval } from '../gaen/intervals.ts';
import { total } from './inspected.ts';
import type { GenerateKeysResult, InspectedFile, InspectResult, VerifyResult } from './schemas.ts';

type Rows = Table['rows'];

/** Two columns without much ado. */
const pairs = (
  name: string,
  caption: string,
  head: readonly [string, string],
  rows: readonly (readonly [string, string | number])[],
): Table => ({
  kind: 'table',
  name,
  caption,
  columns: [
    { key: 'name', label: head[0] },
    {
      key: 'value',
      label: head[1],
      ...(rows.every(([, value]) => typeof value === 'number') && { format: 'number', digits: 0 }),
    },
  ],
  rows: rows.map(([key, value]) => ({ name: key, value })),
});

/** `head` is how many keys of each file are shown. */
export function inspectDocument(result: InspectResult, head: number): ReportDocument {
  const files = 'files' in result ? result.files : [result];
  const { data, phoneLog } = result;
  return {
    title: files.length === 1 ? files[0]!.file : `${files.length} key files`,
    summary: [
      `${data.keys} keys, ${data.revisedKeys} revised, ${data.rejected} rejected, ${data.simulatedKeys} simulated.`,
      files.every(({ verified }) => verified)
        ? 'The signature verifies.'
        : 'Signature not checked: pass --public-key to check it.',
    ],
    sections: [
      ...files.map((file, index) => fileSection(file, index, head)),
      ...(phoneLog ? [phoneLogSection(phoneLog)] : []),
    ],
    provenance: {},
  };
}

function fileSection(file: InspectedFile, index: number, head: number): Section {
  const { keys, revisedKeys, rejected, unread } = file;
  const suffix = index === 0 ? '' : `-${index + 1}`;
  const blocks: Block[] = [
    pairs(`file${suffix}`, 'File', ['what', 'value'], overview(file)),
    signatureTable(file, `signatures${suffix}`),
    crossTable(keys, `keys-by-day${suffix}`),
    pairs(
      `report-types${suffix}`,
      'Keys by report type',
      ['report type', 'keys'],
      countsBy(keys, ({ reportType }) => reportType ?? 'none'),
    ),
  ];
  const isNotUsed = total(rejected) > 0 || total(unread) > 0;
  if (isNotUsed)
    blocks.push(
      pairs(
        `rejected${suffix}`,
        'Not used',
        ['reason', 'keys'],
        [...Object.entries(rejected), ...Object.entries(unread)],
      ),
    );
  if (head > 0)
    blocks.push(
      keyTable(keys.slice(0, head), `First ${Math.min(head, keys.length)} of ${keys.length} keys`, `keys${suffix}`),
    );
  if (head > 0 && revisedKeys.length > 0)
    blocks.push(
      keyTable(revisedKeys.slice(0, head), `First revised keys of ${revisedKeys.length}`, `revised-keys${suffix}`),
    );
  return { id: `file${suffix}`, title: file.file, blocks };
}

const overview = ({
  header,
  region,
  window,
  batch,
  hashes,
  bytes,
  simulatedKeys,
  revisedKeys,
  keys,
}: InspectedFile): readonly (readonly [string, string])[] => [
  ['header', header],
  ['region', region ?? 'none'],
  ['window', window ? `${window.start} to ${window.end}` : 'none: starts of keys cannot be checked'],
  ['batch', batch.number === null && batch.size === null ? 'none' : `${batch.number} of ${batch.size}`],
  ['keys', `${keys.length}, revised ${revisedKeys.length}, made by a simulation ${simulatedKeys}`],
  ['bytes', `${bytes.zip} zipped, ${bytes.binary} in export.bin`],
  ['SHA-256 of export.bin', hashes.binary],
  ['SHA-256 of the archive', hashes.zip],
];

const signatureTable = ({ signatures }: InspectedFile, name: string): Table => ({
  kind: 'table',
  name,
  caption: signatures.length === 0 ? 'Signatures: the file is unsigned, phones refuse it' : 'Signatures',
  columns: [
    { key: 'key', label: 'key', meaning: 'verification key id and version' },
    { key: 'algorithm', label: 'algorithm', meaning: 'object identifier' },
    { key: 'app', label: 'app', meaning: 'app_bundle_id and android_package' },
    { key: 'verdict', label: 'verdict', meaning: 'valid, invalid or unchecked' },
  ],
  rows: signatures.map((signature) => ({
    key: `${signature.verificationKeyId ?? 'none'} ${signature.verificationKeyVersion ?? ''}`.trim(),
    algorithm: signature.signatureAlgorithm ?? 'none',
    app: [signature.appBundleId, signature.androidPackage].filter((text) => text !== null).join(', '),
    verdict: signature.reason === null ? signature.verdict : `${signature.verdict}: ${signature.reason}`,
  })),
});

type Keys = InspectedFile['keys'];

function countsBy(keys: Keys, nameOf: (key: Keys[number]) => string): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(nameOf(key), (counts.get(nameOf(key)) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const NO_LEVEL = 'none';

/** A row a day, a column for each transmission risk level that occurs. */
function crossTable(keys: Keys, name: string): Table {
  const levelOf = ({ transmissionRiskLevel }: Keys[number]): string => String(transmissionRiskLevel ?? NO_LEVEL);
  const levels = countsBy(keys, levelOf).map(([level]) => level);
  const days = new Map<number, Record<string, number>>();
  for (const key of keys) {
    const day = utcDayOfInterval(key.rollingStartIntervalNumber);
    const row = days.get(day) ?? {};
    days.set(day, row);
    row[levelOf(key)] = (row[levelOf(key)] ?? 0) + 1;
  }
  const rows: Rows = [...days]
    .toSorted(([a], [b]) => a - b)
    .map(([day, row]) => ({
      day: isoDay(day),
      keys: total(row),
      ...Object.fromEntries(levels.map((level) => [`level${level}`, row[level] ?? 0])),
    }));
  const count = { format: 'number', digits: 0 } as const;
  return {
    kind: 'table',
    name,
    caption: 'Keys by day of their start and transmission risk level',
    columns: [
      { key: 'day', label: 'day' },
      { key: 'keys', label: 'keys', ...count },
      ...levels.map((level) => ({
        key: `level${level}`,
        label: level === NO_LEVEL ? 'no level' : `level ${level}`,
        ...count,
      })),
    ],
    rows,
  };
}

const keyTable = (keys: Keys, caption: string, name: string): Table => ({
  kind: 'table',
  name,
  caption,
  columns: [
    { key: 'keyData', label: 'key data' },
    { key: 'start', label: 'rolling start', meaning: 'ENIntervalNumber' },
    { key: 'period', label: 'period', unit: '10 min' },
    { key: 'level', label: 'level', meaning: 'transmission risk level' },
    { key: 'reportType', label: 'report type' },
    { key: 'days', label: 'days', meaning: 'days since onset of symptoms' },
  ],
  rows: keys.map((key) => ({
    keyData: key.keyData,
    start: String(key.rollingStartIntervalNumber),
    period: String(key.rollingPeriod),
    level: String(key.transmissionRiskLevel ?? ''),
    reportType: key.reportType ?? '',
    days: String(key.daysSinceOnsetOfSymptoms ?? ''),
  })),
});

const agrees = (value: boolean | null): string => (value === null ? 'not told' : value ? 'yes' : 'NO');

function phoneLogSection({
  file,
  system,
  checks,
  others,
  unreadable,
  files,
}: NonNullable<InspectResult['phoneLog']>): Section {
  const rows = files.flatMap(
    ({ file: name, checks: own }): Rows =>
      own.length === 0
        ? [{ file: name, time: 'not checked by this phone', app: '', keys: '', matches: '', agrees: '' }]
        : own.map((check) => ({
            file: name,
            time: check.time ?? '',
            app: check.app ?? '',
            keys: String(check.keyCount ?? ''),
            matches: String(check.matchCount ?? ''),
            agrees: agrees(check.countAgrees),
          })),
  );
  return {
    id: 'phone-log',
    title: `Exposure checks in ${file}`,
    blocks: [
      {
        kind: 'text',
        paragraphs: [
          `${system}, ${checks} checks, ${others} of them of files that were not given, ${unreadable} unreadable.`,
        ],
      },
      {
        kind: 'table',
        name: 'phone-log',
        caption: 'What the phone did with these files',
        columns: [
          { key: 'file', label: 'file' },
          { key: 'time', label: 'checked at' },
          { key: 'app', label: 'app' },
          { key: 'keys', label: 'keys', meaning: 'keys that the phone counted' },
          { key: 'matches', label: 'matches' },
          { key: 'agrees', label: 'count agrees', meaning: 'whether the file has as many keys' },
        ],
        rows,
      },
    ],
  };
}

export const verifyDocument = ({ files, data }: VerifyResult): ReportDocument => ({
  title: files.length === 1 ? `${files[0]!.file} verifies` : `${files.length} files verify`,
  summary: [`${data.keys} keys, ${data.rejected} rejected.`],
  sections: [
    {
      id: 'files',
      title: 'Files',
      blocks: [
        {
          kind: 'table',
          name: 'files',
          caption: 'Signed by the given key, in whole batches',
          columns: [
            { key: 'file', label: 'file' },
            { key: 'key', label: 'key', meaning: 'verification key id and version' },
            { key: 'region', label: 'region' },
            { key: 'window', label: 'window' },
            { key: 'batch', label: 'batch' },
            { key: 'keys', label: 'keys', format: 'number', digits: 0 },
            { key: 'rejected', label: 'rejected', format: 'number', digits: 0 },
          ],
          rows: files.map(
            ({ file, verificationKeyId, verificationKeyVersion, region, window, batch, keys, rejected }) => ({
              file,
              key: `${verificationKeyId ?? 'none'} ${verificationKeyVersion ?? ''}`.trim(),
              region: region ?? 'none',
              window: window ? `${window.start} to ${window.end}` : 'none',
              batch: batch.number === null ? 'none' : `${batch.number} of ${batch.size}`,
              keys,
              rejected: total(rejected),
            }),
          ),
        },
      ],
    },
  ],
  provenance: {},
});

export const generateKeysDocument = ({
  file,
  publicKeyFile,
  data,
  bytes,
  region,
  window,
  hash,
}: GenerateKeysResult): ReportDocument => ({
  title: `${data.keys} simulated keys`,
  summary: ['Keys of people who do not exist: they carry the mark of a simulation.'],
  sections: [
    {
      id: 'written',
      title: 'Written',
      blocks: [
        pairs(
          'written',
          'Written',
          ['what', 'value'],
          [
            ['key file', `${file}, ${bytes} bytes`],
            ['public key', publicKeyFile],
            ['region', region],
            ['window', `${window.start} to ${window.end}`],
            ['SHA-256 of export.bin', hash],
          ],
        ),
      ],
    },
  ],
  provenance: {},
});
