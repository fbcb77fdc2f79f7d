/** Blocks about presets, groups of subjects and held-out evaluation, for any fit; small counts hidden on request. */
import type { Block, Column, Estimate, Table } from '../../src/core/document.ts';
import type { GroupRow } from '../breakdown.ts';
import type { HeldOut } from '../leaveOneOut.ts';
import { undefinedEstimate } from '../metrics.ts';
import type { Confusion } from '../objectives.ts';
import { evaluationJson } from '../result.ts';
import { MOST_GROUPS } from '../study.ts';
import type { AnyStudy, CheckedRates } from './parts.ts';
import { countsShown, countValue, HIDDEN, type Suppression, shown } from './suppress.ts';
import { countColumns, nColumn, rulesTable, SUBJECTS } from './tables.ts';
import { grouped } from './words.ts';

/** The tuned rule first, then every preset. */
export function presetsTable({ fit }: AnyStudy, presets: readonly CheckedRates[], suppression: Suppression): Table {
  const rows = [
    { name: 'tuned rule (apparent)', ...evaluationJson(fit.best.evaluation) },
    ...presets.map(({ judge, evaluation }) => ({ name: judge.name, ...evaluationJson(evaluation) })),
  ];
  const table = rulesTable('presets', 'The tuned rule and every published preset on these data, 95 % intervals', rows);
  return { ...table, rows: rows.map((row) => ({ ...row, ...hidden(row, suppression) })) };
}

type RuleRow = ReturnType<typeof evaluationJson<'sensitivity' | 'specificity' | 'youden'>>;

function hidden(row: RuleRow, suppression: Suppression): Readonly<Record<string, string | number | Estimate>> {
  const counts = countsShown(row, suppression);
  const unless = (figure: Estimate, ...keys: readonly (keyof Confusion)[]): Estimate =>
    keys.some((key) => counts[key] === HIDDEN) ? undefinedEstimate('suppressed') : figure;
  return {
    ...counts,
    sensitivity: unless(row.sensitivity, 'tp', 'fn'),
    specificity: unless(row.specificity, 'fp', 'tn'),
    youden: unless(row.youden, 'tp', 'fp', 'fn', 'tn'),
  };
}

/** Confusion by scenario, phone and distance band; what a trace does not tell is left out, and what is one group only. */
export function groupBlocks(study: AnyStudy, suppression: Suppression): readonly Block[] {
  const { breakdowns, unlisted } = study;
  const block = (name: string, column: Column, rows: readonly GroupRow[]): readonly Block[] =>
    rows.length < 2 ? [] : [groupTable(name, column, rows, study, suppression)];
  const blocks = [
    ...block('scenarios', scenarioColumn, breakdowns.scenario),
    ...block('devices', phoneColumn, breakdowns.device),
    ...block('distances', distanceColumn, breakdowns.distance),
    ...unlistedBlocks(unlisted),
  ];
  return blocks.length > 0 ? blocks : [{ kind: 'text', paragraphs: [UNDIVIDED] }];
}

const UNDIVIDED = 'The data tell no groups apart: no two scenarios, phones or distances.';

/** Nobody shall take a missing table for a trace without scenarios or phones. */
function unlistedBlocks({ scenarios, devices }: AnyStudy['unlisted']): readonly Block[] {
  const counts = [
    ...(scenarios > 0 ? [`${grouped(scenarios)} scenarios`] : []),
    ...(devices > 0 ? [`${grouped(devices)} phones`] : []),
  ];
  const paragraphs = counts.map(
    (count) => `${count}: too many to list and to leave out one by one (limit ${MOST_GROUPS}).`,
  );
  return paragraphs.length === 0 ? [] : [{ kind: 'text', paragraphs }];
}

const scenarioColumn: Column = {
  key: 'group',
  label: 'scenario',
  meaning: 'scenario; a subject with exposures in several counts in each',
};
const phoneColumn: Column = {
  key: 'group',
  label: 'phone',
  meaning: 'phone that received, numbered, with its model; a subject with several counts in each',
};
const distanceColumn: Column = {
  key: 'group',
  label: 'distance',
  meaning: "distance of the subject's nearest exposure: (1, 1.5] m is above 1 m and at most 1.5 m",
};

function groupTable(
  name: string,
  group: Column,
  rows: readonly GroupRow[],
  { input: { compared, sample } }: AnyStudy,
  suppression: Suppression,
): Table {
  const several = rows.reduce((sum, { n }) => sum + n, 0) > sample.subjects.length;
  return {
    kind: 'table',
    name,
    caption:
      `Confusion by ${group.label}: the tuned rule and the preset ${compared.name}` +
      (several ? '. Whoever was in several is counted in each, so rows add up to more than everybody' : ''),
    columns: [group, nColumn, ...countsOf('tuned', 'tuned rule'), ...countsOf('preset', compared.name)],
    rows: rows.map(({ group: own, n, confusions: [tuned, preset] }) => ({
      group: own,
      n: countValue(n, suppression),
      ...countsRow('tuned', tuned!, suppression),
      ...countsRow('preset', preset!, suppression),
    })),
  };
}

const countsOf = (rule: 'tuned' | 'preset', title: string): readonly Column[] =>
  countColumns.map((column) => ({
    ...column,
    key: `${rule}_${column.key}`,
    label: `${rule} ${column.label}`,
    meaning: `${title}: ${column.meaning}`,
  }));

/** The tuned and the compared rule under every reading: how much of a result is a choice of how to count. */
export function readingsTable({ readings, input }: AnyStudy, suppression: Suppression): Table {
  return {
    kind: 'table',
    name: 'readings',
    caption: `The same trace read otherwise: the tuned rule and the preset ${input.compared.name}`,
    columns: [
      {
        key: 'reading',
        label: 'bins cut by a threshold, duration edge',
        meaning: 'how the trace is read: --bin-split, --duration-edge',
      },
      ...countsOf('tuned', 'tuned rule'),
      ...countsOf('preset', input.compared.name),
    ],
    rows: readings.map(({ binSplit, durationEdge, used, confusions: [tuned, preset] }) => ({
      reading: `${binSplit}, ${durationEdge}${used ? ' (used)' : ''}`,
      ...countsRow('tuned', tuned!, suppression),
      ...countsRow('preset', preset!, suppression),
    })),
  };
}

const countsRow = (rule: 'tuned' | 'preset', counts: Confusion, suppression: Suppression): Table['rows'][number] =>
  Object.fromEntries(Object.entries(countsShown(counts, suppression)).map(([key, count]) => [`${rule}_${key}`, count]));

/** Held-out tables by scenario and by phone; none where there is one group only, a sentence where nothing is defined. */
export function heldOutBlocks(
  { scenarios, devices, unlisted, fit, input }: AnyStudy,
  suppression: Suppression,
): readonly Block[] {
  const { title } = fit.target;
  const table = (name: string, group: Column, rows: readonly HeldOut[]): readonly Block[] => {
    if (rows.length === 0) return [];
    const figures = rows.flatMap(({ tuned, default: fallback }) => [tuned, fallback]);
    if (figures.some(({ value }) => value !== null))
      return [heldOutTable(name, group, rows, title, input.compared.name, suppression)];
    const reasons = [...new Set(figures.flatMap(({ reason }) => reason ?? []))].join(', ');
    const sentence = `Held out by ${group.label}: nothing can be said, as ${title} is undefined on each of them (${reasons}).`;
    return [{ kind: 'text', paragraphs: [sentence] }];
  };
  return [
    ...table('leave-one-scenario-out', scenarioColumn, scenarios),
    ...table('leave-one-device-out', phoneColumn, devices),
    ...unlistedBlocks(unlisted),
  ];
}

const countsIn = (own: Confusion | null): readonly number[] => (own ? [own.tp, own.fp, own.fn, own.tn] : []);

const heldOutTable = (
  name: string,
  group: Column,
  rows: readonly HeldOut[],
  objective: string,
  compared: string,
  suppression: Suppression,
): Table => ({
  kind: 'table',
  name,
  caption: `Held out: ${objective} on each ${group.label} of the rule tuned on all others, and of ${compared}`,
  columns: [
    group,
    nColumn,
    {
      key: 'positives',
      label: 'true contacts',
      format: 'number',
      meaning: 'those of them with a true contact',
      unit: SUBJECTS,
    },
    {
      key: 'tuned',
      label: 'tuned elsewhere',
      format: 'proportion',
      meaning: `${objective} on this ${group.label} of the rule tuned on all others`,
      unit: '',
    },
    {
      key: 'default',
      label: compared,
      format: 'proportion',
      meaning: `${objective} on this ${group.label} of ${compared}`,
      unit: '',
    },
  ],
  rows: rows.map((row) => ({
    group: row.group,
    n: countValue(row.n, suppression),
    positives: countValue(row.positives, suppression),
    tuned: shown(row.tuned, countsIn(row.confusions.tuned), suppression),
    default: shown(row.default, countsIn(row.confusions.default), suppression),
  })),
});
