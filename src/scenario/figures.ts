/** What is counted of a run, under the names that checks and results use. */
import type { Estimate } from '../core/document.ts';
import type { DayFigures } from '../population/simulation.ts';
import { meanEstimate } from '../stats/means.ts';
import type { PhoneCounts } from './phones/phones.ts';
import { insideShare } from './provinces.ts';
import type { TownOutcome } from './town.ts';

/** A figure in words. */
export interface FigureMeaning {
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  /** Why there may be none. */
  readonly without?: string;
}

interface FigureRule extends FigureMeaning {
  /** null: there is none, as a share of nothing. */
  readonly of: (outcome: TownOutcome, context: FigureContext) => number | null;
}

interface FigureContext {
  readonly agents: number;
  readonly infectiousDays: number;
  /** The same seed in the arm without an app. */
  readonly reference: TownOutcome | undefined;
  /** Whether some phones of the scenario are real; absent: none is. */
  readonly hasRealPhones?: boolean;
}

/** Those of `DayFigures` that can be added up over days. */
export const dailyNames = [
  'infections',
  'results',
  'uploads',
  'warned',
  'warnedRightly',
  'quarantineDays',
  'called',
  'calledRightly',
  'calledDays',
  'exposures',
  'calls',
] as const;
type Daily = (typeof dailyNames)[number];

/** Figures of a day by name. */
export const dailyOf = (day: DayFigures): Readonly<Record<Daily, number>> =>
  Object.fromEntries(dailyNames.map((name) => [name, day[name]])) as Record<Daily, number>;

const total = ({ series }: TownOutcome, key: Daily): number => series.reduce((sum, day) => sum + day[key], 0);
const ratio = (count: number, of: number): number | null => (of === 0 ? null : count / of);
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const averted = (outcome: TownOutcome, { reference }: FigureContext): number | null =>
  reference ? total(reference, 'infections') - total(outcome, 'infections') : null;

/** A figure that is added up over days. */
const summed = (name: Daily, meaning: string, unit: string): FigureRule => ({
  name,
  meaning,
  unit,
  of: (outcome) => total(outcome, name),
});

/** The day on which most are infected; the first of equals. */
function peakOf({ series }: TownOutcome): { readonly day: number; readonly infections: number } {
  return series.reduce((most, day) => (day.infections > most.infections ? day : most));
}

const rules: readonly FigureRule[] = [
  summed('infections', 'people infected in the run, without those who were at the begin', 'people'),
  {
    name: 'attackRate',
    meaning: 'share of people who were infected by the end, first ones included',
    unit: '0..1',
    of: ({ infected }, { agents }) => sumOf(infected) / agents,
  },
  {
    name: 'peakInfections',
    meaning: 'infections on the day with most of them',
    unit: 'people',
    of: (outcome) => peakOf(outcome).infections,
  },
  { name: 'peakDay', meaning: 'that day', unit: 'day', of: (outcome) => peakOf(outcome).day },
  {
    name: 'reproduction',
    meaning: 'people infected by one of those who were infected at the begin, when nearly all others can be',
    unit: 'people',
    without: 'the run is too short',
    of: ({ infected, infectees }, { infectiousDays }) =>
      infected.length <= infectiousDays ? null : ratio(infectees[0]!, infected[0]!),
  },
  summed('results', 'positive results', 'people'),
  summed('uploads', 'people who uploaded their keys', 'people'),
  summed('warned', 'people who were warned, once each', 'people'),
  summed('warnedRightly', 'of them those who were infected when they were warned', 'people'),
  {
    name: 'warnedWrongly',
    meaning: 'of them the others',
    unit: 'people',
    of: (outcome) => total(outcome, 'warned') - total(outcome, 'warnedRightly'),
  },
  {
    name: 'rightShare',
    meaning: 'warnedRightly of warned',
    unit: '0..1',
    without: 'nobody was warned',
    of: (outcome) => ratio(total(outcome, 'warnedRightly'), total(outcome, 'warned')),
  },
  {
    name: 'inTime',
    meaning: 'share of the infected who were warned on a day before they infected anybody, or infected nobody',
    unit: '0..1',
    without: 'nobody was infected',
    of: (outcome) => ratio(outcome.inTime, total(outcome, 'infections')),
  },
  summed('quarantineDays', 'days at home that were ordered because of warnings', 'days'),
  summed('called', 'people whom the health office called, once each', 'people'),
  summed('calledRightly', 'of them those who were infected when it learnt of them', 'people'),
  summed('calledDays', 'days at home that were ordered because of calls', 'days'),
  {
    name: 'mostWaiting',
    meaning: 'people who waited for a test on the day with most of them',
    unit: 'people',
    of: ({ series }) => Math.max(...series.map(({ waiting }) => waiting)),
  },
  summed('exposures', 'days on which somebody with the app heard one who uploaded later', 'pairs and days'),
  {
    name: 'attenuation',
    meaning: 'mean attenuation of these exposures over their time',
    unit: 'dB',
    without: 'no exposures',
    of: ({ series }) =>
      ratio(sumOf(series.map(({ decibelSeconds }) => decibelSeconds)), sumOf(series.map(({ seconds }) => seconds))),
  },
  summed('calls', 'people who called the health service because their phone had warned', 'people'),
  {
    name: 'reports',
    meaning: 'operational infos that phones sent, with an exposure or without',
    unit: 'reports',
    of: ({ provinces }) =>
      sumOf(
        provinces.map(({ reports }) =>
          reports ? reports.withExposure.received + reports.withoutExposure.received : 0,
        ),
      ),
  },
  {
    name: 'adoptionInside',
    meaning: 'share of provinces whose true adoption lies in the 95 % interval that reports give',
    unit: '0..1',
    without: 'no reports',
    of: ({ provinces }) => insideShare(provinces, 'adoption'),
  },
  {
    name: 'alertsInside',
    meaning: 'the same of phones that have warned',
    unit: '0..1',
    without: 'no reports',
    of: ({ provinces }) => insideShare(provinces, 'alerts'),
  },
  {
    name: 'averted',
    meaning: 'infections less than in the arm no-app with the same seed',
    unit: 'people',
    without: 'no arm no-app',
    of: averted,
  },
  {
    name: 'warnedPerAverted',
    meaning: 'warned for each infection averted; undefined where none is',
    unit: 'people',
    without: 'none averted',
    of: (outcome, context) => {
      const less = averted(outcome, context);
      return less === null || less <= 0 ? null : total(outcome, 'warned') / less;
    },
  },
];

/** Of an arm without the app there are none. */
const counted = (name: keyof PhoneCounts, meaning: string, unit: string): FigureRule => ({
  name,
  meaning,
  unit,
  of: ({ phones }) => phones?.[name] ?? 0,
});

/** Of scenarios in which some phones are real. */
const phoneRules: readonly FigureRule[] = [
  counted('phones', 'phones that ran the real app, against a real server', 'phones'),
  counted('phonesWarned', 'of them those that warned', 'phones'),
  counted('phonesExpected', 'of them those that should have warned by the simulation', 'phones'),
  counted('phonesAgreed', 'of these those that did, and at that time', 'phones'),
  counted('realUploads', 'uploads to the real server, each with a password of its own', 'uploads'),
  counted('looks', 'background runs of the real phones', 'runs'),
  counted('looksFailed', 'of them those without a network', 'runs'),
  counted('keyFiles', 'key files that they downloaded, verified and matched', 'files'),
  counted('requests', 'requests to the real server', 'requests'),
  counted('dummies', 'of them those that carry nothing', 'requests'),
];

const rulesOf = (hasRealPhones: boolean): readonly FigureRule[] => (hasRealPhones ? [...rules, ...phoneRules] : rules);

/** In the order in which results show them. */
export const figureMeanings = (hasRealPhones = false): readonly FigureMeaning[] =>
  rulesOf(hasRealPhones).map(({ name, meaning, unit, without }) => ({
    name,
    meaning,
    unit,
    ...(without !== undefined && { without }),
  }));
/** What stands after the dot in a check. */
export const figureNames = (hasRealPhones = false): readonly string[] => rulesOf(hasRealPhones).map(({ name }) => name);

/** Of one run, by name. */
export type Figures = Readonly<Record<string, number | null>>;

/** All figures of a run. */
export const figuresOf = (outcome: TownOutcome, context: FigureContext): Figures =>
  Object.fromEntries(rulesOf(context.hasRealPhones ?? false).map(({ name, of }) => [name, of(outcome, context)]));

/** Mean over replicates with its interval; undefined where one of them is. `without`: why one may be. */
export function replicatesEstimate(values: readonly (number | null)[], without?: string): Estimate {
  const known = values.filter((value) => value !== null);
  const missing = values.length - known.length;
  if (missing === 0) return meanEstimate(known);
  const share = `in ${missing} of ${values.length}`;
  const why = without === undefined || missing === values.length ? without : `${without} ${share}`;
  return { value: null, low: null, high: null, reason: why ?? share };
}

/** Six are enough to see what changed. */
const digits = (value: number): string => String(Number(value.toPrecision(6)));

/** "4474 (4279 to 4669)" */
export function estimateText(own: Estimate | undefined): string {
  if (!own) return 'none';
  const { value, low, high } = own;
  if (value === null) return 'undefined';
  return low === null || high === null ? digits(value) : `${digits(value)} (${digits(low)} to ${digits(high)})`;
}
