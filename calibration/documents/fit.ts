/** The report of a fit: what an epidemiologist reads, shows to colleagues and pastes from. */
import type { Block, Estimate, ReportDocument, Section, Table } from '../../src/core/document.ts';
import type { GroupRow } from '../breakdown.ts';
import type { Checked } from '../check.ts';
import type { HeldOut } from '../leaveOneOut.ts';
import { methodsText } from '../methods.ts';
import { evaluationJson } from '../result.ts';
import type { FitResult } from '../schemas.ts';
import type { FitStudy } from '../study.ts';
import { dataFigure, rocFigure, shiftFigure, stabilityFigure } from './fitFigures.ts';
import { countValue, type Suppression, shown } from './suppress.ts';
import { dataSentence, RECEPTION, rulesTable } from './tables.ts';

export interface FitReportInput {
  readonly study: FitStudy;
  readonly result: FitResult;
  /** Every published preset on the same data. */
  readonly presets: readonly Checked[];
  /** Participant flow: what happened to the rows of the files. */
  readonly flow: Table;
  readonly suppression: Suppression;
  readonly version: string;
}

export function fitDocument(report: FitReportInput): ReportDocument {
  const { study, result, version } = report;
  const level = String(result.options['level']);
  return {
    title: 'Calibration of D1-D8 / A1-A8',
    summary: summary(report, level),
    sections: [
      resultSection(report),
      {
        id: 'performance',
        title: 'What the rules reach',
        blocks: [rocFigure(study, report.presets), presetsTable(report), paretoTable(result)],
      },
      { id: 'cells', title: 'The data and the rule, cell by cell', blocks: cellBlocks(report) },
      { id: 'groups', title: 'Who is alerted where', blocks: groupBlocks(report) },
      { id: 'certainty', title: 'How certain this is', blocks: certaintyBlocks(report) },
      { id: 'flow', title: 'From rows to results', blocks: [report.flow] },
      {
        id: 'methods',
        title: 'Methods, to paste',
        blocks: [{ kind: 'text', paragraphs: methodsText(study, level, version) }],
      },
    ],
    provenance: provenance(report),
  };
}

const percent = (value: number | null): string => (value === null ? 'undefined' : `${(100 * value).toFixed(0)} %`);
const digits = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
const range = (low: number | null, high: number | null): string => `${digits(low)} to ${digits(high)}`;

function summary({ study, result }: FitReportInput, level: string): readonly string[] {
  const { fit } = study;
  const { best, compared, corrected } = fit;
  const { certificate } = result;
  const rates = (own: typeof best.evaluation): string =>
    `${percent(own.estimates.sensitivity.value)} of true contacts and ${percent(complementOf(own.estimates.specificity))} of the others`;
  return [
    dataSentence(result.data, level),
    `The best of ${certificate.rules} rules alerts ${rates(best.evaluation)}; ${compared.judge.name} alerts ${rates(compared.evaluation)}.`,
    `${fit.target.title} of the tuned rule is ${digits(best.objective.value)} on these data. Corrected for having been ` +
      `searched for, expect ${digits(corrected.value)} (95 % interval ${range(corrected.low, corrected.high)}) on new ones; ` +
      `${compared.judge.name} has ${digits(compared.objective.value)} (${range(compared.objective.low, compared.objective.high)}).`,
    verdict(study),
    stabilitySentence(result),
    RECEPTION,
  ];
}

const complementOf = ({ value }: Estimate): number | null => (value === null ? null : 1 - value);

/** Plain words on whether tuning pays; a held-out result worse than the default is said first (calibration.md 2). */
function verdict({ fit, scenarios }: FitStudy): string {
  const losses = scenarios.filter(
    ({ tuned, default: fallback }) => tuned.value !== null && fallback.value !== null && tuned.value < fallback.value,
  );
  const held =
    losses.length > 0
      ? ` Left out and predicted from the others, ${losses.map(({ group }) => group).join(', ')} did worse with tuning than with ${fit.compared.judge.name}.`
      : '';
  const { corrected, compared } = fit;
  if (corrected.value === null || compared.objective.value === null)
    return `Whether tuning pays cannot be said here.${held}`;
  if (corrected.low !== null && corrected.low > compared.objective.value)
    return `Tuning pays: even the lower end of the corrected interval is above ${compared.judge.name}.${held}`;
  if (corrected.value > compared.objective.value)
    return `Tuning may pay, but the interval does not exclude that ${compared.judge.name} is as good.${held}`;
  return `Tuning does not pay on these data: after correction it is no better than ${compared.judge.name}.${held}`;
}

function stabilitySentence({ stability, certificate }: FitResult): string {
  const ties = `${certificate.optimal ? certificate.ties : 0} rules reach the same value`;
  if (!stability) return `${ties}. Without bootstrap nothing can be said about stability.`;
  return (
    `${ties}. The chosen rule was best, alone or tied, in ${percent(stability.bestWins)} of ${stability.replicates} bootstrap ` +
    `replicates; ${stability.distinctWinners} rules were in at least one.`
  );
}

function resultSection({ study, result }: FitReportInput): Section {
  const { fit, input } = study;
  const row = (
    name: string,
    tables: { readonly D?: readonly number[] | undefined; readonly A?: readonly number[] | undefined },
    threshold: number,
    operator: string,
  ) => ({
    name,
    ...Object.fromEntries((tables.D ?? []).map((value, k) => [`D${k + 1}`, value])),
    ...Object.fromEntries((tables.A ?? []).map((value, k) => [`A${k + 1}`, value])),
    threshold: `${operator} ${threshold}`,
  });
  const numbers = (prefix: string) =>
    Array.from({ length: 8 }, (_, k) => ({
      key: `${prefix}${k + 1}`,
      label: `${prefix}${k + 1}`,
      format: 'number' as const,
    }));
  const { D, A } = result.unidentified;
  return {
    id: 'result',
    title: 'The rule',
    blocks: [
      {
        kind: 'table',
        name: 'parameters',
        caption: 'Integers of the tuned rule (widest margin: ">" and ">=" decide alike) and of the compared preset',
        columns: [
          { key: 'name', label: 'rule' },
          ...numbers('D'),
          ...numbers('A'),
          { key: 'threshold', label: 'alert if' },
        ],
        rows: [
          row('tuned rule', fit.best, fit.best.threshold, '>='),
          row(input.compared.name, result.default, result.default.threshold, result.default.operator),
        ],
      },
      {
        kind: 'text',
        paragraphs: [
          D.length + A.length === 0
            ? 'Every row and column of the grid holds data.'
            : `No data speak for ${[...D, ...A].join(', ')}: their values follow from order and margin alone.`,
        ],
      },
    ],
  };
}

function presetsTable({ presets, study, suppression }: FitReportInput): Table {
  const rows = [
    { name: 'tuned rule (apparent)', ...evaluationJson(study.fit.best.evaluation) },
    ...presets.map(({ judge, evaluation }) => ({ name: judge.name, ...evaluationJson(evaluation) })),
  ];
  const table = rulesTable('presets', 'The tuned rule and every published preset on these data, 95 % intervals', rows);
  return {
    ...table,
    rows: rows.map((row) => ({ ...row, ...hidden(row, suppression) })),
  };
}

function hidden(
  row: {
    tp: number;
    fp: number;
    fn: number;
    tn: number;
    sensitivity: Estimate;
    specificity: Estimate;
    youden: Estimate;
  },
  suppression: Suppression,
): Readonly<Record<string, string | number | Estimate>> {
  const { tp, fp, fn, tn } = row;
  return {
    tp: countValue(tp, suppression),
    fp: countValue(fp, suppression),
    fn: countValue(fn, suppression),
    tn: countValue(tn, suppression),
    sensitivity: shown(row.sensitivity, [tp, fn], suppression),
    specificity: shown(row.specificity, [fp, tn], suppression),
    youden: shown(row.youden, [tp, fp, fn, tn], suppression),
  };
}

function paretoTable({ pareto }: FitResult): Table {
  return {
    kind: 'table',
    name: 'pareto',
    caption: 'Exact Pareto front: no rule has both higher sensitivity and fewer false alerts',
    columns: [
      { key: 'fpr', label: 'false-positive rate', format: 'proportion' },
      { key: 'sensitivity', label: 'sensitivity', format: 'proportion' },
      { key: 'D', label: 'D1-D8' },
      { key: 'A', label: 'A1-A8' },
      { key: 'threshold', label: 'threshold', format: 'number' },
    ],
    rows: pareto.map((rule) => ({
      fpr: estimate(rule.fpr, rule.fprInterval),
      sensitivity: estimate(rule.sensitivity, rule.sensitivityInterval),
      D: rule.D.join(' '),
      A: rule.A.join(' '),
      threshold: rule.threshold,
    })),
  };
}

const estimate = (value: number | null, interval: readonly [number, number] | null): Estimate => ({
  value,
  low: interval?.[0] ?? null,
  high: interval?.[1] ?? null,
});

const cellBlocks = ({ study, suppression }: FitReportInput): readonly Block[] => {
  const stability = stabilityFigure(study);
  return [dataFigure(study, suppression), ...(stability ? [stability] : [])];
};

function groupBlocks({ study, suppression }: FitReportInput): readonly Block[] {
  const { breakdowns, input } = study;
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
  const counts = (rule: 'tuned' | 'preset', who: string) =>
    (['tp', 'fp', 'fn', 'tn'] as const).map((key) => ({
      key: `${rule}-${key}`,
      label: `${who} ${key.toUpperCase()}`,
      format: 'number' as const,
    }));
  return {
    kind: 'table',
    name,
    caption: `Confusion by ${label}: tuned rule and ${compared}`,
    columns: [
      { key: 'group', label },
      { key: 'n', label: 'n', format: 'number' },
      ...counts('tuned', 'tuned'),
      ...counts('preset', 'preset'),
    ],
    rows: rows.map(({ group, n, confusions: [tuned, preset] }) => ({
      group,
      n: countValue(n, suppression),
      ...Object.fromEntries(
        (['tp', 'fp', 'fn', 'tn'] as const).flatMap((key) => [
          [`tuned-${key}`, countValue(tuned![key], suppression)],
          [`preset-${key}`, countValue(preset![key], suppression)],
        ]),
      ),
    })),
  };
}

function certaintyBlocks({ study, result }: FitReportInput): readonly Block[] {
  const shifts = shiftFigure(study);
  const { fit, scenarios, devices, input } = study;
  const objectiveName = fit.target.title;
  const held = (name: string, label: string, rows: readonly HeldOut[]): readonly Block[] =>
    rows.length === 0 ? [] : [heldOutTable(name, label, rows, objectiveName, input.compared.name)];
  return [
    {
      kind: 'text',
      paragraphs: [
        stabilitySentence(result),
        shifts ? '' : `Shifts by some dB cannot be tried: ${fit.shiftReason}.`,
      ].filter((text) => text !== ''),
    },
    ...(shifts ? [shifts] : []),
    ...held('leave-one-scenario-out', 'scenario', scenarios),
    ...held('leave-one-device-out', 'phone', devices),
  ];
}

const heldOutTable = (
  name: string,
  label: string,
  rows: readonly HeldOut[],
  objective: string,
  compared: string,
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
  rows: rows.map((row) => ({ ...row })),
});

function provenance({ result, version }: FitReportInput): Readonly<Record<string, string>> {
  const options = Object.entries(result.options).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return {
    'enlab version': version,
    seed: String(result.seed ?? ''),
    ...Object.fromEntries(result.data.files.map(({ name, sha256 }) => [`SHA-256 of ${name}`, sha256])),
    ...Object.fromEntries(options),
  };
}
