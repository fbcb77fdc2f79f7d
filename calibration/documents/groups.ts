/** Blocks about presets, groups of subjects and held-out evaluation, for any fit; small counts hidden on request. */
import type { Block, Estimate, Table } from '../../src/core/document.ts';
import type { GroupRow } from '../breakdown.ts';
import type { Checked } from '../check.ts';
import type { HeldOut } from '../leaveOneOut.ts';
import { evaluationJson } from '../result.ts';
import { countValue, type Suppression, shown } from './suppress.ts';
import { rulesTable } from './tables.ts';
import type { AnyStudy } from './words.ts';

const cells = ['tp', 'fp', 'fn', 'tn'] as const;

/** The tuned rule first, then every preset. */
export function presetsTable({ fit }: AnyStudy, presets: readonly Checked[], suppression: Suppression): Table {
  const rows = [
    { name: 'tuned rule (apparent)', ...evaluationJson(fit.best.evaluation) },
    ...presets.map(({ judge, evaluation }) => ({ name: judge.name, ...evaluationJson(evaluation) })),
  ];
  const table = rulesTable('presets', 'The tuned rule and every published preset on these data, 95 % intervals', rows);
  return { ...table, rows: rows.map((row) => ({ ...row, ...hidden(row, suppression) })) };
}

type RuleRow = ReturnType<typeof evaluationJson>;

function hidden(row: RuleRow, suppression: Suppression): Readonly<Record<string, string | number | Estimate>> {
  const { tp, fp, fn, tn } = row;
  return {
    ...Object.fromEntries(cells.map((key) => [key, countValue(row[key], suppression)])),
    sensitivity: shown(row.sensitivity, [tp, fn], suppression),
    specificity: shown(row.specificity, [fp, tn], suppression),
    youden: shown(row.youden, [tp, fp, fn, tn], suppression),
  };
}

/** Confusion by scenario, phone and distance band; what a trace does not tell is left out. */
export function groupBlocks({ breakdowns, input }: AnyStudy, suppression: Suppression): readonly Block[] {
  const block = (name: string, label: string, rows: readonly GroupRow[]): readonly Block[] =>
    rows.length === 0 ? [] : [groupTable(name, label, rows, input.compared.name, suppression)];
  return [
    ...block('scenarios', 'scenario', breakdowns.scenario),
    ...block('devices', 'phone', breakdowns.device),
    ...block('distances', 'distance', breakdowns.distance),
  ];
}

function groupTable(
  name: string,
  label: string,
  rows: readonly GroupRow[],
  compared: string,
  suppression: Suppression,
): Table {
  const columns = (rule: 'tuned' | 'preset') =>
    cells.map((key) => ({ key: `${rule}-${key}`, label: `${rule} ${key.toUpperCase()}`, format: 'number' as const }));
  return {
    kind: 'table',
    name,
    caption: `Confusion by ${label}: the tuned rule and the preset ${compared}`,
    columns: [
      { key: 'group', label },
      { key: 'n', label: 'n', format: 'number' },
      ...columns('tuned'),
      ...columns('preset'),
    ],
    rows: rows.map(({ group, n, confusions: [tuned, preset] }) => ({
      group,
      n: countValue(n, suppression),
      ...Object.fromEntries(
        cells.flatMap((key) => [
          [`tuned-${key}`, countValue(tuned![key], suppression)],
          [`preset-${key}`, countValue(preset![key], suppression)],
        ]),
      ),
    })),
  };
}

/** Held-out tables by scenario and by phone; none where there is one group only. */
export function heldOutBlocks(
  { scenarios, devices, fit, input }: AnyStudy,
  suppression: Suppression,
): readonly Block[] {
  const table = (name: string, label: string, rows: readonly HeldOut[]): readonly Block[] =>
    rows.length === 0 ? [] : [heldOutTable(name, label, rows, fit.target.title, input.compared.name, suppression)];
  return [
    ...table('leave-one-scenario-out', 'scenario', scenarios),
    ...table('leave-one-device-out', 'phone', devices),
  ];
}

const heldOutTable = (
  name: string,
  label: string,
  rows: readonly HeldOut[],
  objective: string,
  compared: string,
  suppression: Suppression,
): Table => ({
  kind: 'table',
  name,
  caption: `Held out: ${objective} on each ${label} of the rule tuned on all others, and of ${compared}`,
  columns: [
    { key: 'group', label },
    { key: 'n', label: 'n', format: 'number' },
    { key: 'positives', label: 'true contacts', format: 'number' },
    { key: 'tuned', label: 'tuned elsewhere', format: 'proportion' },
    { key: 'default', label: compared, format: 'proportion' },
  ],
  rows: rows.map((row) => ({
    group: row.group,
    n: countValue(row.n, suppression),
    positives: countValue(row.positives, suppression),
    tuned: shown(row.tuned, [row.positives, row.n - row.positives], suppression),
    default: shown(row.default, [row.positives, row.n - row.positives], suppression),
  })),
});
