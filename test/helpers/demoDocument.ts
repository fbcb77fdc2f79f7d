/** A report document with every kind of block and invented numbers, in the sizes that real calibrations have. */
import type { Block, Estimate, Figure, Point, ReportDocument, Table } from '../../src/core/document.ts';

/** Estimate with a plausible interval: half width like that of a proportion of n. */
export function estimate(value: number, n: number, least = 0): Estimate {
  const half = 1.96 * Math.sqrt((Math.abs(value) * (1 - Math.abs(value)) + 0.02) / n);
  return { value, low: Math.max(least, value - half), high: Math.min(1, value + half) };
}

const nothing = (reason: string): Estimate => ({ value: null, low: null, high: null, reason });

/** Sensitivity of an invented curve at a false positive rate. */
const curve = (fpr: number, bend: number): number => fpr ** bend;

function rocPoint(fpr: number, sensitivity: number, n: number, label?: string): Point {
  const y = estimate(sensitivity, n);
  const x = estimate(fpr, n);
  const intervals = { low: y.low, high: y.high, xLow: x.low, xHigh: x.high };
  return { x: fpr, y: sensitivity, ...intervals, ...(label === undefined ? {} : { label }) };
}

const presets: readonly (readonly [name: string, fpr: number, sensitivity: number])[] = [
  ['immuni-2020-05-25', 0.5, 0.5],
  ['immuni-2020-06-05', 0.474, 0.471],
  ['immuni-2020-10-30', 0.447, 0.471],
  ['immuni-android-2022-12', 0.395, 0.441],
  ['cwa-v1-2020-06-15', 0, 0],
  ['cwa-v1-2020-09-14', 0, 0],
  ['cwa-v2-2020-11', 0.026, 0.059],
  ['swisscovid-2020-07-06', 0, 0],
  ['stopp-corona', 0.105, 0.147],
  ['covidwatch-az', 0.158, 0.206],
  ['lfph-v1-wide', 0.553, 0.618],
];

const rocFigure: Figure = {
  kind: 'figure',
  name: 'roc',
  title: 'Receiver operating characteristic of the deployed presets and of all monotone rules',
  description:
    'The line is the exact Pareto front of 12,021 rules with its pointwise 95 % band; crosses are 95 % intervals of the presets. Most presets lie on or near the chance line.',
  plot: {
    kind: 'lines',
    x: { label: 'False positive rate (1 - specificity)', domain: [0, 1] },
    y: { label: 'Sensitivity', domain: [0, 1] },
    diagonal: true,
    series: [
      {
        name: 'Pareto front',
        draw: 'step',
        band: true,
        points: [0, 0.05, 0.11, 0.18, 0.26, 0.35, 0.45, 0.58, 0.71, 0.84, 1].map((fpr) =>
          rocPoint(fpr, curve(fpr, 0.62), 72),
        ),
      },
      { name: 'deployed preset', draw: 'points', points: presets.map(([name, x, y]) => rocPoint(x, y, 72, name)) },
      { name: 'tuned rule', draw: 'points', points: [rocPoint(0.35, 0.55, 72, 'tuned')] },
    ],
  },
};

const thresholds = [50, 53, 56, 60, 63, 66, 70, 73];
const curveFigure: Figure = {
  kind: 'figure',
  name: 'thresholds',
  title: 'Sensitivity and specificity by attenuation threshold',
  description: 'With a higher threshold sensitivity rises and specificity falls; they cross near 62 dB.',
  plot: {
    kind: 'lines',
    x: { label: 'Attenuation threshold (dB)' },
    y: { label: 'Proportion', domain: [0, 1] },
    series: [
      {
        name: 'sensitivity',
        band: true,
        points: thresholds.map((x, k) => ({ x, y: 0.08 + 0.11 * k, low: 0.02 + 0.1 * k, high: 0.17 + 0.115 * k })),
      },
      {
        name: 'specificity',
        band: true,
        points: thresholds.map((x, k) => ({ x, y: 0.97 - 0.09 * k, low: 0.9 - 0.1 * k, high: 0.99 - 0.07 * k })),
      },
      { name: 'precision', points: thresholds.map((x, k) => ({ x, y: 0.72 - 0.025 * k })) },
    ],
  },
};

const latencyFigure: Figure = {
  kind: 'figure',
  name: 'shift',
  title: 'Cost per 1,000 persons under a shift of all attenuations',
  description: 'The tuned rule stays cheaper than the default until phones read 4 dB too low.',
  plot: {
    kind: 'lines',
    x: { label: 'Shift (dB)' },
    y: { label: 'Expected cost (log scale)', log: true },
    series: ['tuned', 'default'].map((name, arm) => ({
      name,
      points: [-6, -4, -2, 0, 2, 4, 6].map((x) => ({
        x,
        y: (arm === 0 ? 40 : 90) * Math.exp((x * x) / (arm === 0 ? 12 : 30)),
        ...(x === 0 && arm === 0 ? { label: 'as measured' } : {}),
      })),
    })),
  },
};

const minutes = ['≤ 5', '≤ 10', '≤ 15', '≤ 20', '≤ 25', '≤ 30', '> 30', '> 30'];
const decibels = ['> 73', '≤ 73', '≤ 63', '≤ 51', '≤ 33', '≤ 27', '≤ 15', '≤ 10'];
const names = (letter: string, ranges: readonly string[]) => ranges.map((range, k) => `${letter}${k + 1} ${range}`);

/** Invented counts: many short and far exposures, few long and close ones, none in the closest columns. */
const count = (row: number, column: number) => (column > 5 ? 0 : Math.max(0, 9 + row - Math.abs(column - 2) * 4));

const dataFigure: Figure = {
  kind: 'figure',
  name: 'cells',
  title: 'Exposures by duration and attenuation, with the tuned rule',
  description:
    'Positives / all exposures of each cell. The rule alerts everything inside the black line; hatched cells hold no data.',
  plot: {
    kind: 'heat',
    xLabel: 'Attenuation (dB)',
    yLabel: 'Duration (min)',
    xNames: names('A', decibels),
    yNames: names('D', minutes).toReversed(),
    legend: 'exposures',
    hatchLegend: 'no data: the rule is not identified here',
    outlineLegend: 'alerted by the tuned rule',
    cells: minutes.map((_, top) => {
      const row = minutes.length - 1 - top;
      return decibels.map((__, column) => {
        const all = count(row, column);
        const outlined = column >= [8, 6, 4, 4, 3, 2, 2, 1][row]!;
        const text = all === 0 ? '0' : `${Math.round((all * column) / 7)}/${all}`;
        return { value: all, text, hatched: all === 0, outlined };
      });
    }),
  },
};

const differenceFigure: Figure = {
  kind: 'figure',
  name: 'difference',
  title: 'Share of positives minus share of negatives',
  description: 'Blue cells speak for contact, vermillion ones against it.',
  plot: {
    kind: 'heat',
    scale: 'diverging',
    xLabel: 'Attenuation (dB)',
    yLabel: 'Duration (min)',
    xNames: decibels.slice(0, 5),
    yNames: ['> 15', '≤ 15', '≤ 5'],
    legend: 'difference of shares',
    cells: [2, 1, 0].map((row) =>
      decibels.slice(0, 5).map((_, column) => {
        const value = Math.max(-1, Math.min(1, (row - 1) * 0.35 + (column - 2) * 0.3));
        return { value, text: value.toFixed(2).replace('-', '\u2212') };
      }),
    ),
  },
};

const scenarios = ['lunch', 'office', 'tram, 13 June', 'bus'];
const barFigure: Figure = {
  kind: 'figure',
  name: 'left-out',
  title: "Youden's J on the scenario that was left out",
  description: 'Tuning helps in the office and the tram and hurts at lunch; the bus has no positives.',
  plot: {
    kind: 'bars',
    x: { label: "Youden's J", domain: [-1, 1] },
    bars: scenarios.flatMap((group, k) => [
      { name: 'tuned', group, estimate: k === 3 ? nothing('0 positives') : estimate([0.12, 0.41, 0.2][k]!, 15, -1) },
      {
        name: 'default',
        group,
        estimate: k === 3 ? nothing('0 positives') : estimate([0.31, 0.22, -0.03][k]!, 15, -1),
      },
    ]),
  },
};

const forestFigure: Figure = {
  kind: 'figure',
  name: 'sensitivity',
  title: 'Sensitivity of each preset',
  description: 'Intervals of most presets overlap; three never alert.',
  plot: {
    kind: 'bars',
    x: { label: 'Sensitivity', domain: [0, 1] },
    bars: presets.map(([name, , sensitivity]) => ({ name, estimate: estimate(sensitivity, 34) })),
  },
};

const flowFigure: Figure = {
  kind: 'figure',
  name: 'flow',
  title: 'Flow of records',
  description: 'Of 21,340 rows read, 72 exposures with known truth were used.',
  plot: {
    kind: 'flow',
    steps: [
      {
        label: 'rows read',
        count: 21_340,
        removed: [
          { label: 'without a receiver', count: 112 },
          { label: 'with an RSSI outside -110..0 dBm', count: 31 },
        ],
      },
      { label: 'sightings used', count: 21_197 },
      { label: 'exposures', count: 79, removed: [{ label: 'of unknown truth', count: 7 }] },
      { label: 'exposures with known truth: 34 positive, 38 negative', count: 72 },
    ],
  },
};

const presetTable: Table = {
  kind: 'table',
  name: 'presets',
  caption: 'Every deployed preset on these data. Intervals: Wilson 95 % (sensitivity, specificity), Newcombe (J).',
  columns: [
    { key: 'preset', label: 'Preset' },
    { key: 'tp', label: 'TP', format: 'number', unit: 'exposures', meaning: 'true positives' },
    { key: 'fp', label: 'FP', format: 'number', unit: 'exposures', meaning: 'false positives' },
    { key: 'fn', label: 'FN', format: 'number', unit: 'exposures', meaning: 'false negatives' },
    { key: 'tn', label: 'TN', format: 'number', unit: 'exposures', meaning: 'true negatives' },
    { key: 'sensitivity', label: 'Sensitivity', format: 'proportion' },
    { key: 'specificity', label: 'Specificity', format: 'proportion' },
    { key: 'youden', label: "Youden's J", format: 'proportion' },
  ],
  rows: presets.map(([preset, fpr, sensitivity]) => ({
    preset,
    tp: Math.round(34 * sensitivity),
    fp: Math.round(38 * fpr),
    fn: 34 - Math.round(34 * sensitivity),
    tn: 38 - Math.round(38 * fpr),
    sensitivity: estimate(sensitivity, 34),
    specificity: estimate(1 - fpr, 38),
    youden: estimate(sensitivity - fpr, 12, -1),
  })),
};

const leftOutTable: Table = {
  kind: 'table',
  name: 'leave-one-out',
  caption: 'Rules tuned without a scenario, judged on it. Worse than the default is said plainly.',
  columns: [
    { key: 'scenario', label: 'Scenario' },
    { key: 'n', label: 'n', format: 'number', unit: 'exposures' },
    { key: 'positives', label: 'Positives', format: 'number', unit: 'exposures' },
    { key: 'tuned', label: 'Tuned J', format: 'proportion' },
    { key: 'default', label: 'Default J', format: 'proportion' },
    { key: 'better', label: 'Tuning helps' },
  ],
  rows: scenarios.map((scenario, k) => ({
    scenario,
    n: [30, 41, 72, 15][k]!,
    positives: [14, 20, 34, 0][k]!,
    tuned: k === 3 ? nothing('0 positives') : estimate([0.12, 0.41, 0.2][k]!, 15, -1),
    default: k === 3 ? nothing('0 positives') : estimate([0.31, 0.22, -0.03][k]!, 15, -1),
    better: [false, true, true, null][k]!,
  })),
};

const rulesTable: Table = {
  kind: 'table',
  name: 'rules',
  fileOnly: true,
  caption: 'All rules',
  columns: [
    { key: 'rule', label: 'Rule', format: 'number' },
    { key: 'tp', label: 'TP', format: 'number', unit: 'exposures' },
  ],
  rows: [0, 1, 2].map((rule) => ({ rule, tp: rule * 3 })),
};

const section = (id: string, title: string, ...blocks: readonly Block[]) => ({ id, title, blocks });
const text = (...paragraphs: readonly string[]): Block => ({ kind: 'text', paragraphs });

export const demoDocument: ReportDocument = {
  title: 'Calibration of exposure notification on demonstration data',
  summary: [
    'All numbers on this page are invented: it shows what a report looks like.',
    "The best of 12,021 rules reaches a Youden's J of 0.200 (-0.021 to 0.401) on 72 exposures; corrected for optimism it is 0.06. The rule in use, immuni-2020-06-05, reaches -0.003 (-0.226 to 0.220).",
    'The intervals overlap: these data do not show that the tuned rule is better. 14 of 64 cells hold no data, so A7 and A8 cannot be learned from them.',
  ],
  sections: [
    section('data', 'Where the data come from', text('Two phones in a tram, 2 m apart at most.'), flowFigure),
    section(
      'presets',
      'How deployed rules do on these data',
      text(
        'A rule that is no better than chance lies on the dotted line. A rule below and to the right of another one is worse in both respects.',
      ),
      rocFigure,
      presetTable,
      forestFigure,
    ),
    section('rule', 'The tuned rule', dataFigure, differenceFigure),
    section('stability', 'How stable the result is', curveFigure, latencyFigure, leftOutTable, barFigure, rulesTable),
    section(
      'methods',
      'Methods',
      text(
        'Exposures were reduced to 8 x 8 cells of duration and mean attenuation. All monotone rules were evaluated, so the optimum is exact. Intervals of proportions are Wilson 95 % intervals; those of Youden\'s J follow Newcombe. Text with <markup> & "quotes" is shown as it is.',
      ),
    ),
  ],
  provenance: {
    enlab: '0.1.0',
    seed: '7',
    command: 'enlab calibrate fit demo.ndjson --objective youden --report report.html',
    'demo.ndjson (SHA-256)': '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'device table': '201214',
  },
};
