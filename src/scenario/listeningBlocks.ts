/** Detection against listening, for the report of a scenario: its own schedule of scans among those that it could have had. */
import type { Block, Figure, LineFigure, Table } from '../core/document.ts';
import type { Minutes, Seconds } from '../core/units.ts';
import { chanceOfScan, durationError, listeningPerHour, scanError } from '../propagation/listening.ts';
import type { ScanSchedule } from '../propagation/schedule.ts';
import type { ArmParameters } from './resolve.ts';
import type { ScenarioRun } from './run.ts';

/** From what phones can to what their batteries bear: listening of 6 s to 8 minutes an hour. */
export const windows: readonly Seconds[] = [1, 2, 4, 8];
export const intervals: readonly Minutes[] = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** A brief contact, such as at a till. */
const BRIEF: Minutes = 2;
/** About the edge of most rules: of 15 min alone, schedules that divide it by chance would make no error. */
const LONG: readonly [Minutes, Minutes] = [10, 20];
/** Give a mean error to within 0.1 min. */
const CONTACTS = 2_000;

interface Listening {
  readonly schedule: ScanSchedule;
  readonly perHour: Seconds;
  /** Chances that contacts of 2, 5 and 10 min are noticed. */
  readonly noticed: Readonly<Record<'brief' | 'five' | 'ten', number>>;
  /** Mean absolute error of the duration of 10 to 20 min. */
  readonly error: Minutes;
}

/** What a schedule costs and what it notices of contacts well within range. */
export const listeningOf = (schedule: ScanSchedule, seed: number): Listening => ({
  schedule,
  perHour: listeningPerHour(schedule),
  noticed: {
    brief: chanceOfScan(schedule, BRIEF * 60),
    five: chanceOfScan(schedule, 300),
    ten: chanceOfScan(schedule, 600),
  },
  error: durationError(schedule, [LONG[0] * 60, LONG[1] * 60], CONTACTS, seed) / 60,
});

/** Schedules of arms with an app, each with the names of those that have it; figures for them and for a grid around the first. */
export function listeningBlocks({ arms, scenario: { seed } }: ScenarioRun): readonly Block[] {
  const own = new Map<string, { readonly radio: ArmParameters['radio']; readonly names: string[] }>();
  for (const { arm } of arms) {
    const { app, radio } = arm.parameters;
    if (app.adoption === 0) continue;
    const key = JSON.stringify(radio.schedule);
    const of = own.get(key);
    if (of) of.names.push(arm.name);
    else own.set(key, { radio, names: [arm.name] });
  }
  const [first] = own.values();
  if (!first) return [];
  const mine = [...own.values()].map(({ radio, names }) => ({
    ...listeningOf(radio.schedule, seed),
    names: names.join(', '),
  }));
  const { schedule, places } = first.radio;
  const grid = gridAround(schedule).map((one) => listeningOf(one, seed));
  const others = grid.filter(
    (one) => one.schedule.window === schedule.window && !mine.some((shown) => isAlike(shown.schedule, one.schedule)),
  );
  return [
    { kind: 'text', paragraphs: [EXPLANATION] },
    lineFigure(NOTICED, grid, mine),
    lineFigure(ERROR, grid, mine),
    table([...mine, ...others.map((one) => ({ ...one, names: '' }))], places.group),
  ];
}

const EXPLANATION =
  'Listening costs battery. Well within range a scan hears whoever is there, so that the time between scans alone decides whether a contact is noticed; a longer window hears more advertisements, which tells attenuation better and reaches further. Of two schedules with equal listening, the one that listens more briefly and more often notices more. A gap of more than five minutes counts as five: beyond, time is lost.';

/** Its own schedule may be one of the grid. */
const isAlike = (one: ScanSchedule, other: ScanSchedule): boolean =>
  one.window === other.window &&
  one.interval === other.interval &&
  one.advertInterval === other.advertInterval &&
  Math.abs(one.jitter - other.jitter) < 1e-6;

/** Other windows and intervals; a scan comes earlier by the same share of the interval, and phones send as often. */
function gridAround({ interval, jitter, advertInterval }: ScanSchedule): readonly ScanSchedule[] {
  return windows
    .filter((window) => window >= advertInterval)
    .flatMap((window) =>
      intervals.map((minutes) => ({
        window,
        interval: minutes * 60,
        jitter: (minutes * 60 * jitter) / interval,
        advertInterval,
      })),
    );
}

interface Shown {
  readonly name: string;
  readonly title: string;
  readonly y: LineFigure['y'];
  readonly of: (listening: Listening) => number;
}

const NOTICED: Shown = {
  name: 'listening-noticed',
  title: `Chance that a contact of ${BRIEF} minutes is noticed`,
  y: { label: 'chance to be noticed', domain: [0, 1] },
  of: ({ noticed }) => noticed.brief,
};
const ERROR: Shown = {
  name: 'listening-error',
  title: `Error of the duration of contacts of ${LONG.join(' to ')} minutes`,
  y: { label: 'mean absolute error, minutes' },
  of: ({ error }) => error,
};

function lineFigure(
  { name, title, y, of }: Shown,
  grid: readonly Listening[],
  mine: readonly (Listening & { readonly names: string })[],
): Figure {
  const lines = windows.map((window, look) => ({
    name: `listens for ${window} s`,
    look,
    points: grid
      .filter(({ schedule }) => schedule.window === window)
      .map((one) => ({ x: one.perHour, y: of(one) }))
      .toSorted((one, other) => one.x - other.x),
  }));
  return {
    kind: 'figure',
    name,
    title,
    description: `By how long a phone listens in an hour: scans of ${windows.join(', ')} s every ${intervals[0]} to ${intervals.at(-1)} minutes, and the schedules of this scenario; well within range.`,
    plot: {
      kind: 'lines',
      x: { label: 'listening, seconds an hour', log: true, domain: [5, 600] },
      y,
      series: [
        ...lines.filter(({ points }) => points.length > 0),
        {
          name: 'this scenario',
          draw: 'points',
          look: 5,
          points: mine.map((one) => ({ x: one.perHour, y: of(one), label: one.names })),
        },
      ],
    },
  };
}

const table = (
  rows: readonly (Listening & { readonly names: string })[],
  place: ArmParameters['radio']['places']['group'],
): Table => ({
  kind: 'table',
  name: 'listening',
  caption:
    'Schedules of this scenario, and others that listen as long in a scan: what they cost and notice of contacts well within range',
  columns: [
    { key: 'arms', label: 'arms' },
    { key: 'window', label: 'window, s', format: 'number' },
    { key: 'interval', label: 'interval, s', format: 'number' },
    { key: 'jitter', label: 'jitter, s', format: 'number' },
    { key: 'perHour', label: 'listening, s an hour', format: 'number', digits: 0 },
    { key: 'brief', label: '2 min noticed', format: 'proportion' },
    { key: 'five', label: '5 min noticed', format: 'proportion' },
    { key: 'ten', label: '10 min noticed', format: 'proportion' },
    { key: 'error', label: 'error of 10 to 20 min, min', format: 'number', digits: 1 },
    { key: 'attenuation', label: 'error of a scan, dB', format: 'number', digits: 1 },
  ],
  rows: rows.map(({ names, schedule, perHour, noticed, error }) => ({
    arms: names,
    window: schedule.window,
    interval: schedule.interval,
    jitter: schedule.jitter,
    perHour,
    ...noticed,
    error,
    attenuation: scanError(schedule, place),
  })),
});
