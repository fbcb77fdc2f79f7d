/** The report of a scenario: what came of its arms, how sure that is, and what it was made of. */

import type { Figure, Point, ReportDocument } from '../core/document.ts';
import { counted } from '../core/words.ts';
import { meanEstimate } from '../stats/means.ts';
import { heatBlocks } from './heatBlocks.ts';
import { listeningBlocks } from './listeningBlocks.ts';
import { parameterSection } from './parameterBlocks.ts';
import { provinceSections } from './provinceBlocks.ts';
import type { SimulateResult } from './result.ts';
import { resultBlocks } from './resultBlocks.ts';
import type { ArmRun, ScenarioRun } from './run.ts';

/** `provenance`: version, command, seed. */
export function scenarioDocument(
  run: ScenarioRun,
  result: SimulateResult,
  provenance: ReportDocument['provenance'],
): ReportDocument {
  const { agents, days, replicates } = result.data;
  return {
    title: result.title,
    subtitle: `${agents.toLocaleString('en')} people, ${counted(days, 'day')}, ${replicates === 1 ? 'one run' : `${replicates} runs`} an arm`,
    summary: [
      ...(result.interrupted
        ? [`Stopped on request: ${replicates} of ${counted(run.asked, 'run')} an arm, nothing checked.`]
        : []),
      ...result.arms.map((arm) => sentenceOf(arm)),
      ...phoneSentences(result),
      ...checkSentences(result),
      WHAT_INTERVALS_ARE,
    ],
    sections: [
      { id: 'results', title: 'What came of it', blocks: resultBlocks(run.scenario, result) },
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
      : `${failed.length} of ${counted(checks.length, 'check')} failed: ${failed.map(({ check }) => check).join('; ')}.`,
  ];
}

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
