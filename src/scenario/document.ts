/** The report of a scenario: what came of its arms, how sure that is, and what it was made of. */
import type { Block, Column, Figure, Point, ReportDocument, Section, Table } from '../core/document.ts';
import { type Timing, timings } from '../population/timeliness.ts';
import { meanEstimate } from '../stats/means.ts';
import { foundIn } from './checks.ts';
import { type FigureMeaning, figureMeanings } from './figures.ts';
import { heatBlocks } from './heatBlocks.ts';
import { listeningBlocks } from './listeningBlocks.ts';
import { isPlainObject } from './merge.ts';
import { provinceSections } from './provinceBlocks.ts';
import type { Scenario } from './resolve.ts';
import type { SimulateResult } from './result.ts';
import type { ArmRun, ScenarioRun } from './run.ts';
import { pathText } from './text.ts';

/** `provenance`: version, command, seed. */
export function scenarioDocument(
  run: ScenarioRun,
  result: SimulateResult,
  provenance: ReportDocument['provenance'],
): ReportDocument {
  const { agents, days, replicates } = result.data;
  return {
    title: result.title,
    subtitle: `${agents.toLocaleString('en')} people, ${days} days, ${replicates === 1 ? 'one run' : `${replicates} runs`} an arm`,
    summary: [
      ...(result.interrupted
        ? [`Stopped on request: ${replicates} of ${run.asked} runs an arm, nothing checked.`]
        : []),
      ...result.arms.map((arm) => sentenceOf(arm)),
      ...phoneSentences(result),
      ...checkSentences(result),
      WHAT_INTERVALS_ARE,
    ],
    sections: [
      {
        id: 'results',
        title: 'What came of it',
        blocks: resultBlocks(result, figureMeanings(run.scenario.realPhones > 0)),
      },
      { id: 'days', title: 'From day to day', blocks: dayFigures(run) },
      ...provinceSections(run, result),
      { id: 'contacts', title: 'Which contacts warn', blocks: heatBlocks(run) },
      { id: 'listening', title: 'What listening costs and notices', blocks: listeningBlocks(run) },
      parameterSection(run.scenario),
    ],
    provenance,
  };
}

const WHAT_INTERVALS_ARE =
  'Intervals are 95 % (Student) over runs with other seeds: they say how much chance does, not how sure the parameters are.';

const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'an unknown number of' : Math.round(value).toLocaleString('en');

function sentenceOf({ name, rule, figures, differences }: SimulateResult['arms'][number]): string {
  const infections = `${name}: ${count(figures['infections']?.value)} infections`;
  if (figures['warned']?.value === 0) return `${infections}, nobody warned.`;
  const averted = differences ? `, ${count(figures['averted']?.value)} averted` : '';
  const right = figures['rightShare']?.value;
  const share = right === null || right === undefined ? '' : `, ${Math.round(right * 100)} % of them infected`;
  return `${infections}${averted}; ${rule} warned ${count(figures['warned']?.value)}${share}, for ${count(figures['quarantineDays']?.value)} days at home.`;
}

function phoneSentences({ arms }: SimulateResult): readonly string[] {
  return arms.flatMap(({ name, figures }) => {
    const of = (figure: string): number => figures[figure]?.value ?? 0;
    if (of('phones') === 0) return [];
    const own = `${name}: ${count(of('phones'))} real phones made ${count(of('requests'))} requests; ${count(of('phonesWarned'))} warned`;
    const same = of('phonesAgreed') === of('phonesWarned') && of('phonesAgreed') === of('phonesExpected');
    return same
      ? `${own}, the same and at the same times as by the simulation.`
      : `${own}, ${count(of('phonesExpected'))} by the simulation, ${count(of('phonesAgreed'))} of them the same and at the same time.`;
  });
}

function checkSentences({ checks }: SimulateResult): readonly string[] {
  if (checks.length === 0) return [];
  const failed = checks.filter(({ holds }) => !holds);
  return [
    failed.length === 0
      ? checks.length === 1
        ? 'The check holds.'
        : `All ${checks.length} checks hold.`
      : `${failed.length} of ${checks.length} checks failed: ${failed.map(({ check }) => check).join('; ')}.`,
  ];
}

function resultBlocks(result: SimulateResult, meanings: readonly FigureMeaning[]): readonly Block[] {
  const figures: Table = {
    kind: 'table',
    name: 'figures',
    caption: 'Figures of each arm: mean over runs, 95 % interval',
    columns: [
      { key: 'figure', label: 'figure', meaning: 'what is counted' },
      ...result.arms.map(({ name }) => armColumn(name)),
    ],
    rows: meanings.map(({ name }) => ({
      figure: name,
      ...Object.fromEntries(result.arms.map((arm) => [arm.name, arm.figures[name]!])),
    })),
  };
  return [figures, ...timelinessTable(result), ...meaningsTable(meanings), ...checksTable(result)];
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
            [`${name} median`, timeliness[step]!.median],
            [`${name} p90`, timeliness[step]!.p90],
          ]),
        ),
      })),
    },
  ];
}

const armColumn = (name: string): Column => ({
  key: name,
  label: name,
  format: 'number',
  meaning: `mean in the arm ${name}`,
});

const meaningsTable = (meanings: readonly FigureMeaning[]): readonly Table[] => [
  {
    kind: 'table',
    name: 'meanings',
    caption: 'What the figures are',
    columns: [
      { key: 'figure', label: 'figure' },
      { key: 'meaning', label: 'meaning' },
      { key: 'unit', label: 'unit' },
    ],
    rows: meanings.map(({ name, meaning, unit }) => ({ figure: name, meaning, unit })),
  },
];

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

function dayFigures({ arms, scenario: { days } }: ScenarioRun): readonly Figure[] {
  const daily = (
    name: string,
    title: string,
    label: string,
    valueOf: (arm: ArmRun, day: number) => readonly number[],
  ): Figure => ({
    kind: 'figure',
    name,
    title,
    description: 'One line an arm; bands are 95 % intervals of the mean.',
    plot: {
      kind: 'lines',
      x: { label: 'day' },
      y: { label, domain: [0, niceMost(arms, days, valueOf)] },
      series: arms.map((arm) => ({
        name: arm.arm.name,
        band: arm.outcomes.length > 1,
        points: Array.from({ length: days }, (_, k) => k + 1).flatMap((day) => pointAt(day, valueOf(arm, day))),
      })),
    },
  });
  return [
    daily('infections', 'New infections', 'people a day', ({ outcomes }, day) =>
      outcomes.map(({ series }) => series[day - 1]!.infections),
    ),
    daily('warned', 'People warned', 'people a day', ({ outcomes }, day) =>
      outcomes.map(({ series }) => series[day - 1]!.warned),
    ),
    daily('quarantine', 'Days at home ordered because of warnings', 'person-days ordered a day', ({ outcomes }, day) =>
      outcomes.map(({ series }) => series[day - 1]!.quarantineDays),
    ),
    daily('calls', 'Calls to the health service by people who were warned', 'calls a day', ({ outcomes }, day) =>
      outcomes.map(({ series }) => series[day - 1]!.calls),
    ),
    reproductionFigure(arms, days),
  ];
}

function pointAt(day: number, values: readonly number[]): readonly Point[] {
  const { value, low, high } = meanEstimate(values);
  // Fewer than nobody is not possible.
  return value === null ? [] : [{ x: day, y: value, low: low === null ? null : Math.max(0, low), high }];
}

/** Room for all bands. */
function niceMost(
  arms: readonly ArmRun[],
  days: number,
  valueOf: (arm: ArmRun, day: number) => readonly number[],
): number {
  const tops = arms.flatMap((arm) =>
    Array.from({ length: days }, (_, k) => pointAt(k + 1, valueOf(arm, k + 1)))
      .flat()
      .map(({ y, high }) => high ?? y),
  );
  return Math.max(1, ...tops);
}

/** By day of infection, where a cohort of all runs together is large enough to say something and its time was long enough. */
function reproductionFigure(arms: readonly ArmRun[], days: number): Figure {
  const LEAST = 20;
  return {
    kind: 'figure',
    name: 'reproduction',
    title: 'Reproduction number by day of infection',
    description: `How many others those infected on a day infected, one line an arm; days with fewer than ${LEAST} infected, and those too late to have infected all by the end, are left out.`,
    plot: {
      kind: 'lines',
      x: { label: 'day of infection', domain: [0, days] },
      y: { label: 'people infected by one' },
      series: arms.map(({ arm, outcomes }) => ({
        name: arm.name,
        band: outcomes.length > 1,
        points: Array.from(
          { length: Math.max(0, days - arm.parameters.disease.infectiousDays) },
          (_, day) => day,
        ).flatMap((day) => {
          const cohorts = outcomes.filter(({ infected }) => infected[day]! > 0);
          if (cohorts.reduce((sum, { infected }) => sum + infected[day]!, 0) < LEAST) return [];
          return pointAt(
            day,
            cohorts.map(({ infected, infectees }) => infectees[day]! / infected[day]!),
          );
        }),
      })),
    },
  };
}

/** Every parameter of the first arm, what other arms have otherwise, and where values come from. */
export function parameterSection({ arms, sources }: Pick<Scenario, 'arms' | 'sources'>): Section {
  const flat = arms.map(
    ({ parameters }) =>
      new Map(leaves({ ...parameters, app: { ...parameters.app, risk: parameters.app.risk.name } }, [])),
  );
  const paths = [...flat[0]!.keys()];
  return {
    id: 'parameters',
    title: 'What it was made of',
    blocks: [
      {
        kind: 'table',
        name: 'parameters',
        caption: 'Parameters and their sources; columns of arms say what is different there',
        columns: [
          { key: 'parameter', label: 'parameter' },
          { key: 'value', label: arms[0]!.name },
          ...arms.slice(1).map(({ name }, k): Column => ({ key: `arm${k + 1}`, label: name })),
          { key: 'source', label: 'source' },
        ],
        rows: paths.map((path) => ({
          parameter: path,
          value: flat[0]!.get(path)!,
          ...Object.fromEntries(
            flat
              .slice(1)
              .map((other, k) => [
                `arm${k + 1}`,
                other.get(path) === flat[0]!.get(path) ? '' : (other.get(path) ?? ''),
              ]),
          ),
          source: sourceOf(path, sources),
        })),
      },
    ],
  };
}

/** "testing.delay.median" -> value; lists as JSON. */
function leaves(value: unknown, path: readonly string[]): readonly (readonly [string, string])[] {
  if (isPlainObject(value)) return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
  return [[pathText(path), typeof value === 'string' ? value : JSON.stringify(value)]];
}

/** Of the value, or of what it is part of. */
function sourceOf(path: string, sources: Readonly<Record<string, string>>): string {
  const words = path.split('.');
  const found = words.map((_, k) => sources[words.slice(0, words.length - k).join('.')]);
  return found.find((source) => source !== undefined) ?? '';
}
