/** Figures of arms, how they differ, how long steps took, and checks: tables for the report of a scenario. */
import type { Block, Column, Estimate, Table, Value } from '../core/document.ts';
import { type Timing, timings } from '../population/timeliness.ts';
import { cellOf, estimatesCaption } from './captions.ts';
import { foundIn } from './checks.ts';
import { type FigureMeaning, figureMeanings } from './figures.ts';
import type { ArmParameters, Scenario } from './resolve.ts';
import type { SimulateResult } from './result.ts';

/** Tables of results, the most important first. */
export function resultBlocks(scenario: Scenario, result: SimulateResult): readonly Block[] {
  const meanings = figureMeanings(scenario.realPhones > 0);
  const parts = scenario.arms.map(({ parameters }) => parameters);
  const shown = meanings.filter(({ name }) => isThere(name, parts, result));
  return [
    ...figuresTables(result, meanings, shown),
    ...differencesTable(result),
    ...timelinessTable(result),
    meaningsTable(shown),
    ...checksTable(result),
  ];
}

const hasManual = ({ manual }: ArmParameters): boolean => Object.values(manual.named).some((share) => share > 0);
const hasReports = ({ analytics }: ArmParameters): boolean => analytics.withExposure + analytics.withoutExposure > 0;
const hasFewTests = ({ testing }: ArmParameters): boolean => testing.per1000 < 1000;

/** Figures of what most scenarios do not have. */
const PARTS: Readonly<Record<string, (parameters: ArmParameters) => boolean>> = {
  called: hasManual,
  calledRightly: hasManual,
  calledDays: hasManual,
  mostWaiting: hasFewTests,
  reports: hasReports,
  adoptionInside: hasReports,
  alertsInside: hasReports,
};

/** Of a part that no arm has there is nothing to say, nor of what is compared with an arm that is not there. */
function isThere(name: string, parts: readonly ArmParameters[], { arms }: SimulateResult): boolean {
  if (name === 'averted' || name === 'warnedPerAverted') return arms.some(({ differences }) => differences);
  return parts.some((own) => PARTS[name]?.(own) ?? true) || arms.some(({ figures }) => figures[name]!.value);
}

/** May be below 0. */
const SIGNED = ['averted'];

/** All figures as a file, and those that say something here. */
function figuresTables(
  { arms, data: { replicates } }: SimulateResult,
  meanings: readonly FigureMeaning[],
  shown: readonly FigureMeaning[],
): readonly Table[] {
  const counts = shown.filter(({ name }) => !SIGNED.includes(name));
  const columns: readonly Column[] = [
    { key: 'figure', label: 'figure', meaning: 'what is counted' },
    ...arms.map(({ name }) => armColumn(name)),
  ];
  const rowsOf = (own: readonly FigureMeaning[], valueOf: (estimate: Estimate) => Value) =>
    own.map(({ name }) => ({
      figure: name,
      ...Object.fromEntries(arms.map((arm) => [arm.name, valueOf(arm.figures[name]!)])),
    }));
  const caption = estimatesCaption(
    'Figures of each arm',
    replicates,
    arms.flatMap(({ figures }) => counts.map(({ name }) => figures[name]!)),
  );
  return [
    { kind: 'table', name: 'figures', fileOnly: true, caption, columns, rows: rowsOf(meanings, (own) => own) },
    { kind: 'table', caption, columns, rows: rowsOf(shown, cellOf) },
  ];
}

const armColumn = (name: string): Column => ({
  key: name,
  label: name,
  format: 'number',
  meaning: `mean in the arm ${name}`,
});

/** What somebody who chooses between two apps asks for. */
const COMPARED = [
  'infections',
  'averted',
  'warned',
  'warnedRightly',
  'warnedWrongly',
  'rightShare',
  'inTime',
  'quarantineDays',
  'calls',
];

/** Arms with an app against the first of them. */
function differencesTable({ comparisons, data: { replicates } }: SimulateResult): readonly Table[] {
  const [first] = comparisons;
  if (!first) return [];
  const known = COMPARED.filter((name) => comparisons.some(({ differences }) => differences[name]!.value !== null));
  return [
    {
      kind: 'table',
      name: 'differences',
      caption: `${estimatesCaption(`Differences: other arms with an app less ${first.against}, the same seeds`, replicates, [])}${
        replicates === 1 ? '' : '; one that holds 0 may be chance'
      }`,
      columns: [
        { key: 'figure', label: 'figure' },
        ...comparisons.map(
          ({ arm, against }): Column => ({
            key: arm,
            label: `${arm} less ${against}`,
            format: 'number',
            meaning: `mean of the differences between the arms ${arm} and ${against}`,
          }),
        ),
      ],
      rows: known.map((name) => ({
        figure: name,
        ...Object.fromEntries(comparisons.map(({ arm, differences }) => [arm, cellOf(differences[name]!)])),
      })),
    },
  ];
}

/** In words, in the order of the chain. */
const STEPS: Readonly<Record<Timing, string>> = {
  contactToNotification: 'last contact to notification',
  onsetToUpload: 'first symptoms to upload',
  uploadToNotification: 'upload to notification',
  lab: 'laboratory: test to result',
  operator: 'operator: result to upload',
  batch: 'batch: upload to publication',
  background: 'background: publication to the next look of the phone',
  download: 'download: looks that failed',
  quota: 'quota: looks that the framework did not allow',
};

/** Times are counted in quarters of an hour, and told as the middle of one: of the first there is no more to say. */
const QUARTER = 0.25;
const hoursCell = (hours: number | null): Value => (hours !== null && hours < QUARTER ? `< ${QUARTER}` : hours);

function timelinessTable({ arms }: SimulateResult): readonly Table[] {
  const telling = arms.filter(({ timeliness }) => timeliness['onsetToUpload']!.n > 0);
  if (telling.length === 0) return [];
  return [
    {
      kind: 'table',
      name: 'timeliness',
      caption: 'How long steps took, hours: median, and what nine of ten did not exceed',
      columns: [
        { key: 'step', label: 'step' },
        ...telling.flatMap(({ name }): readonly Column[] => [
          { key: `${name} median`, label: `${name}: median`, format: 'number', digits: 1, unit: 'hours' },
          { key: `${name} p90`, label: '90 %', format: 'number', digits: 1, unit: 'hours' },
        ]),
      ],
      rows: timings.map((step) => ({
        step: STEPS[step],
        ...Object.fromEntries(
          telling.flatMap(({ name, timeliness }) => [
            [`${name} median`, hoursCell(timeliness[step]!.median)],
            [`${name} p90`, hoursCell(timeliness[step]!.p90)],
          ]),
        ),
      })),
    },
  ];
}

const meaningsTable = (meanings: readonly FigureMeaning[]): Table => ({
  kind: 'table',
  name: 'meanings',
  caption: 'What the figures are',
  columns: [
    { key: 'figure', label: 'figure' },
    { key: 'meaning', label: 'meaning' },
    { key: 'unit', label: 'unit' },
  ],
  rows: meanings.map(({ name, meaning, unit }) => ({ figure: name, meaning, unit })),
});

const checksTable = ({ checks }: SimulateResult): readonly Table[] =>
  checks.length === 0
    ? []
    : [
        {
          kind: 'table',
          name: 'checks',
          caption: 'Checks: what must hold, and what was found',
          columns: [
            { key: 'check', label: 'check' },
            { key: 'holds', label: 'holds' },
            { key: 'found', label: 'found' },
            { key: 'because', label: 'because' },
          ],
          rows: checks.map(({ check, holds, facts, because }) => ({
            check,
            holds: holds ? 'yes' : 'NO',
            found: foundIn(facts).join(', '),
            because: because ?? '',
          })),
        },
      ];
