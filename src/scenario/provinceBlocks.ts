/** What happened in provinces, and what reports of phones say of them, for the report of a scenario. */
import type { BarFigure, Block, Column, Estimate, Figure, Point, Section, Table } from '../core/document.ts';
import { meanEstimate } from '../stats/means.ts';
import { cellOf, estimatesCaption } from './captions.ts';
import { type Reported, type ReportedFigure, tellsProvinces } from './provinces.ts';
import type { SimulateResult } from './result.ts';
import type { ArmRun, ScenarioRun } from './run.ts';

/** Provinces with a line of their own; more could not be told apart. */
const MOST_LINES = 5;
/** Provinces in a figure of estimates. */
const MOST_BARS = 12;

/** Nothing where there is one province, and no phone reports. */
export function provinceSections(run: ScenarioRun, { arms }: SimulateResult): readonly Section[] {
  if (!tellsProvinces(run)) return [];
  const withApp = run.scenario.arms.filter(({ parameters }) => parameters.app.adoption > 0).map(({ name }) => name);
  const telling = reportingArms(arms.filter(({ name }) => withApp.includes(name)));
  const blocks = [
    ...run.arms.flatMap((arm, k) => callsFigures(arm, k)),
    countsTable(arms, run.scenario.replicates),
    ...reportedFigures(telling, run.scenario.replicates),
    ...reportedTable(telling),
  ];
  return [{ id: 'provinces', title: 'Province by province', blocks }];
}

/** Of an arm in which somebody calls. */
function callsFigures({ arm, outcomes }: ArmRun, k: number): readonly Figure[] {
  const provinces = outcomes[0]!.provinces.map(({ name }, index) => ({ name, members: [index] }));
  const callsOf = (index: number): number =>
    outcomes.reduce((sum, outcome) => sum + outcome.provinces[index]!.calls.reduce((all, own) => all + own, 0), 0);
  const ordered = provinces.toSorted((one, other) => callsOf(other.members[0]!) - callsOf(one.members[0]!));
  if (provinces.length === 1 || callsOf(ordered[0]!.members[0]!) === 0) return [];
  const isMany = ordered.length > MOST_LINES + 1;
  const rest = ordered.slice(MOST_LINES).flatMap(({ members }) => members);
  const others = { name: `others, mean of ${rest.length}`, members: rest };
  const lines = isMany ? [...ordered.slice(0, MOST_LINES), others] : ordered;
  const days = outcomes[0]!.series.length;
  return [
    {
      kind: 'figure',
      name: `calls-${k + 1}`,
      title: `${arm.name}: calls to the health service by province`,
      description: `${isMany ? `The ${MOST_LINES} provinces with most calls, and the mean of the others; m` : 'M'}eans of the week around each day, bands are 95 % intervals of the mean over runs.`,
      plot: {
        kind: 'lines',
        x: { label: 'day' },
        y: { label: 'calls a day' },
        series: lines.map(({ name, members }) => ({
          name,
          band: outcomes.length > 1,
          points: Array.from({ length: days }, (_, day) => callsPoint(day, members, outcomes)),
        })),
      },
    },
  ];
}

/** Single calls of a day would hide where a line is: three days before and after count as well. */
const AROUND = 3;

/** Mean over provinces, and over the week. */
function callsPoint(day: number, members: readonly number[], outcomes: ArmRun['outcomes']): Point {
  const means = outcomes.map(({ provinces }) => {
    const weeks = members.map((index) => provinces[index]!.calls.slice(Math.max(0, day - AROUND), day + AROUND + 1));
    return weeks.flat().reduce((sum, calls) => sum + calls, 0) / weeks.flat().length;
  });
  const { value, low, high } = meanEstimate(means);
  return { x: day + 1, y: value!, low: low === null ? null : Math.max(0, low), high };
}

const number = (key: string, label: string, meaning: string): Column => ({ key, label, meaning, format: 'number' });

const countsTable = (arms: SimulateResult['arms'], replicates: number): Table => ({
  kind: 'table',
  name: 'provinces',
  caption: estimatesCaption(
    'Provinces, sums over the run',
    replicates,
    arms.flatMap(({ provinces = [] }) =>
      provinces.flatMap(({ infections, uploads, warned, calls }) => [infections, uploads, warned, calls]),
    ),
  ),
  columns: [
    { key: 'arm', label: 'arm' },
    { key: 'province', label: 'province' },
    number('people', 'people', 'who live there'),
    number('infections', 'infections', 'of people who live there'),
    number('uploads', 'uploads', 'of people who live there'),
    number('warned', 'warned', 'people who live there and were warned'),
    number('calls', 'calls', 'to the health service because of a warning'),
  ],
  rows: arms.flatMap(({ name: arm, provinces = [] }) =>
    provinces.map(({ name, people, infections, uploads, warned, calls }) => ({
      arm,
      province: name,
      people: cellOf(people),
      infections: cellOf(infections),
      uploads: cellOf(uploads),
      warned: cellOf(warned),
      calls: cellOf(calls),
    })),
  ),
});

const REPORTED: Readonly<Record<ReportedFigure, { readonly title: string; readonly label: string }>> = {
  adoption: { title: 'Adoption', label: 'phones on which the app works, of all people' },
  alerts: { title: 'Phones that have warned', label: 'phones that have warned' },
};

/** An arm in which phones report. */
type Telling = ReturnType<typeof reportingArms>[number];
const reportingArms = (arms: SimulateResult['arms']) =>
  arms.flatMap(({ name, provinces = [] }) => (provinces.some(({ reported }) => reported) ? [{ name, provinces }] : []));

/** Estimates of each arm under what was true, for the largest provinces: the table has all. */
const reportedFigures = (telling: readonly Telling[], replicates: number): readonly Figure[] =>
  Object.entries(REPORTED).flatMap(([figure, { title, label }]) => {
    const bars = reportedBars(telling, figure as ReportedFigure);
    if (bars.length === 0) return [];
    return [
      {
        kind: 'figure',
        name: `reported-${figure}`,
        title: `${title} by province: what was true, and what reports of phones say`,
        description: `The ${MOST_BARS} provinces with most people, or fewer${replicates > 1 ? ', in the first run' : ''}; lines are 95 % intervals of the estimate.`,
        plot: { kind: 'bars', x: { label }, bars },
      } satisfies Figure,
    ];
  });

/** Provinces with the most people, one group each. */
function reportedBars(telling: readonly Telling[], figure: ReportedFigure): BarFigure['bars'] {
  const [first] = telling;
  if (!first) return [];
  const order = first.provinces
    .map(({ people }, k) => ({ k, people: people.value ?? 0 }))
    .toSorted((one, other) => other.people - one.people)
    .slice(0, MOST_BARS);
  return order.flatMap(({ k }) => {
    const known = telling.flatMap(({ name, provinces }) => {
      const { truth, estimate } = provinces[k]!.reported?.[0]?.[figure] ?? NOTHING;
      return truth === null || estimate.value === null ? [] : [{ name, truth, estimate }];
    });
    const group = first.provinces[k]!.name;
    // The app changes nothing of who has it, but alerts may differ by arm.
    const truths = new Set(known.map(({ truth }) => truth));
    const isOne = truths.size === 1 && known.length > 1;
    return known.flatMap(({ name, truth, estimate }, index) => [
      ...(index === 0 || !isOne ? [{ group, name: isOne ? 'true' : `${name}, true`, estimate: exactly(truth) }] : []),
      { group, name: `${name}, estimated`, estimate },
    ]);
  });
}

const exactly = (value: number): Estimate => ({ value, low: null, high: null });

const NOTHING: Reported = { truth: null, estimate: { value: null, low: null, high: null } };

function reportedTable(telling: readonly Telling[]): readonly Block[] {
  if (telling.length === 0) return [];
  return [
    {
      kind: 'table',
      name: 'reported',
      caption: 'What reports of phones say of each province, first run: estimate, 95 % interval, and what was true',
      columns: [
        { key: 'arm', label: 'arm' },
        { key: 'province', label: 'province' },
        { ...number('adoption', 'adoption', REPORTED.adoption.label), format: 'proportion' },
        { key: 'trueAdoption', label: 'true', meaning: 'true adoption', format: 'proportion' },
        number('alerts', 'alerts', REPORTED.alerts.label),
        number('trueAlerts', 'true', 'true alerts'),
      ],
      rows: telling.flatMap(({ name: arm, provinces }) =>
        provinces.map(({ name, reported: [first] = [] }) => ({
          arm,
          province: name,
          adoption: first?.adoption.estimate ?? null,
          trueAdoption: first?.adoption.truth ?? null,
          alerts: first?.alerts.estimate ?? null,
          trueAlerts: first?.alerts.truth ?? null,
        })),
      ),
    },
  ];
}
