/** How an import went: the summary that ends every import (contract.md 4), as data and as a section of a document. */
import type { Block, Section, Table } from '../core/document.ts';
import type { TraceHeader } from '../core/records.ts';
import { isoTime } from '../core/time.ts';
import type { OpenTrace } from './open.ts';

export interface TraceSummary {
  /** Base name. */
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly used: number;
  /** Reason -> rows. rows = used + rejected for formats of one record a row. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Reason -> the first lines of the file that were rejected for it; none for formats without lines. */
  readonly rejectedLines: Readonly<Record<string, readonly number[]>>;
  /** Exposures by truth: contacts, others, unknown. All null where nobody formed exposures. */
  readonly positives: number | null;
  readonly negatives: number | null;
  readonly unknownTruth: number | null;
  readonly time: {
    /** ISO 8601; seconds where the trace counts from its own start; null where it has no times. */
    readonly first: string | number | null;
    readonly last: string | number | null;
    /** How the file wrote its times. */
    readonly unit: string;
  };
  /** Phones: how many, and how many of each model. Identifiers may be persons, so there are none. */
  readonly devices: {
    readonly count: number;
    /** Present where there are more: the count is of those that were kept apart. */
    readonly more?: true;
    readonly models: Readonly<Record<string, number>>;
  };
  /** Device table that made attenuations of RSSI; null where none was needed. */
  readonly table: string | null;
  /** Defects that were met and handled -> rows. */
  readonly notices: Readonly<Record<string, number>>;
  /** What an enlab trace says about its origin. */
  readonly provenance?: TraceHeader['provenance'];
}

/** Exposures of a trace by what is known of them. */
export interface TruthCounts {
  readonly positives: number;
  readonly negatives: number;
  readonly unknown: number;
}

/** Summary of a trace whose batches have been read. Whoever assembles exposures knows the table and the truth. */
export function summaryOf(
  { importer, file, tally }: OpenTrace,
  { table, truth }: { readonly table: string | null; readonly truth: TruthCounts | null },
): TraceSummary {
  const moment = (time: number | undefined): string | number | null => {
    if (time === undefined) return null;
    return tally.timeUnit.includes('from the start') ? time : isoTime(time);
  };
  return {
    file: file.name,
    format: importer.name,
    rows: tally.rows,
    used: tally.used,
    rejected: sorted(tally.rejected),
    rejectedLines: Object.fromEntries(tally.rejectedLines),
    positives: truth?.positives ?? null,
    negatives: truth?.negatives ?? null,
    unknownTruth: truth?.unknown ?? null,
    time: { first: moment(tally.first), last: moment(tally.last), unit: tally.timeUnit },
    devices: {
      count: tally.devices.size,
      ...(tally.hasMoreDevices && { more: true }),
      models: countModels(tally.devices.values()),
    },
    table,
    notices: sorted(tally.notices),
    ...(tally.provenance && { provenance: tally.provenance }),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Adds up counts by name. */
function merged(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const [name, count] of all.flatMap((own) => Object.entries(own)))
    totals.set(name, (totals.get(name) ?? 0) + count);
  return sorted(totals);
}

/** One account of several traces: sums, and the span of all. Phones are counted in each trace. */
export function pooled(
  summaries: readonly TraceSummary[],
): Omit<TraceSummary, 'file' | 'format' | 'provenance' | 'rejectedLines'> {
  const times = summaries.map(({ time }) => time).filter(({ first }) => first !== null);
  const ascending = (key: 'first' | 'last') => times.map((time) => time[key]!).toSorted((a, b) => (a < b ? -1 : 1));
  const total = (key: 'positives' | 'negatives' | 'unknownTruth'): number | null => {
    const known = summaries.map((summary) => summary[key]).filter((count) => count !== null);
    return known.length === 0 ? null : sum(known);
  };
  return {
    rows: sum(summaries.map(({ rows }) => rows)),
    used: sum(summaries.map(({ used }) => used)),
    rejected: merged(summaries.map(({ rejected }) => rejected)),
    positives: total('positives'),
    negatives: total('negatives'),
    unknownTruth: total('unknownTruth'),
    time: {
      first: ascending('first')[0] ?? null,
      last: ascending('last').at(-1) ?? null,
      unit: [...new Set(summaries.map(({ time }) => time.unit))].join(', '),
    },
    devices: {
      count: sum(summaries.map(({ devices }) => devices.count)),
      ...(summaries.some(({ devices }) => devices.more) && { more: true }),
      models: merged(summaries.map(({ devices }) => devices.models)),
    },
    table: summaries.find(({ table }) => table !== null)?.table ?? null,
    notices: merged(summaries.map(({ notices }) => notices)),
  };
}

function countModels(models: Iterable<string | undefined>): Readonly<Record<string, number>> {
  const phones = new Map<string, number>();
  for (const model of models) phones.set(model ?? 'unknown', (phones.get(model ?? 'unknown') ?? 0) + 1);
  return sorted(phones);
}

/** Most frequent first. */
const sorted = (rows: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...rows].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));

/** `isTableLater`: there is RSSI that nobody has made attenuations of yet. */
export function summarySection(summary: TraceSummary, { isTableLater = false } = {}): Section {
  const blocks: Block[] = [
    facts(summary, isTableLater ? 'applied later, when the trace is judged' : 'not needed'),
    rejections(summary),
    counts('Defects met and handled', 'what', summary.notices),
  ];
  return {
    id: `trace-${summary.file}`,
    title: `${summary.file} (${summary.format})`,
    blocks: blocks.filter((block) => block.kind !== 'table' || block.rows.length > 0),
  };
}

function facts(summary: TraceSummary, withoutTable: string): Table {
  const { rows, used, positives, negatives, unknownTruth, time, devices, table } = summary;
  const lines: readonly (readonly [string, string | number])[] = [
    ['rows read', rows],
    ['rows used', used],
    ...(positives === null || negatives === null || unknownTruth === null
      ? []
      : ([
          ['exposures', positives + negatives + unknownTruth],
          ['of these true contacts', positives],
          ['no contacts', negatives],
          ['unknown truth', unknownTruth],
        ] as const)),
    ['time span', time.first === null ? 'no times' : `${time.first} to ${time.last}`],
    ['times written as', time.unit],
    ['devices', devicesText(devices)],
    ['device table', table ?? withoutTable],
  ];
  return {
    kind: 'table',
    caption: 'Import',
    columns: [
      { key: 'what', label: '' },
      { key: 'value', label: 'value' },
    ],
    rows: lines.map(([what, value]) => ({ what, value })),
  };
}

/** "18 (12 SM-G973F, 6 unknown)", "more than 100000 (100000 unknown)" */
function devicesText({ count, more, models }: TraceSummary['devices']): string {
  if (count === 0) return 'none';
  const kinds = Object.entries(models).map(([model, phones]) => `${phones} ${model}`);
  return `${more ? 'more than ' : ''}${count} (${kinds.join(', ')})`;
}

function rejections({ rejected, rejectedLines }: TraceSummary): Table {
  const table = counts('Rows rejected, by reason', 'reason', rejected);
  if (Object.keys(rejectedLines).length === 0) return table;
  const lines = ([reason, rows]: readonly [string, number]): string => {
    const first = rejectedLines[reason] ?? [];
    return `${first.join(', ')}${first.length < rows && first.length > 0 ? ', ...' : ''}`;
  };
  return {
    ...table,
    columns: [...table.columns, { key: 'lines', label: 'lines' }],
    rows: Object.entries(rejected).map((entry, k) => ({ ...table.rows[k]!, lines: lines(entry) })),
  };
}

function counts(caption: string, label: string, byName: Readonly<Record<string, number>>): Table {
  return {
    kind: 'table',
    caption,
    columns: [
      { key: 'what', label },
      { key: 'rows', label: 'rows', format: 'number' },
    ],
    rows: Object.entries(byName).map(([what, rows]) => ({ what, rows })),
  };
}
