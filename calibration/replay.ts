/** Verdicts one by one, with reasons: what check counts, spelled out. */
import { type Exposure, meanSlices } from '../src/core/exposure.ts';
import { isoDay } from '../src/core/time.ts';
import type { Step } from '../src/risk/model.ts';
import { meanAttenuation, type Reading, totalMinutes } from '../src/risk/reading.ts';
import { cellsOf, ENV1_SCALE } from '../src/risk/scale.ts';
import { nearestDistance } from './breakdown.ts';
import type { Judge } from './judges.ts';
import { personOf, type Subject } from './subjects.ts';

/** Columns in this order in CSV. */
export interface ReplayRow {
  readonly user: string | null;
  /** "2020-07-30"; null where the trace has no dates, or where a user's exposures span several days. */
  readonly day: string | null;
  /** null for a row of an aggregated table. */
  readonly minutes: number | null;
  /** Duration-weighted mean, dB; null without any slice. */
  readonly attenuation: number | null;
  /** "D5/A3"; several for cumulative reading or several exposures. */
  readonly cell: string;
  readonly score: number;
  readonly threshold: number;
  readonly operator: string;
  readonly alert: boolean;
  /** null = unknown. */
  readonly truth: boolean | null;
  readonly reasons: string;
  /** Names joined by "+" where a subject's exposures have several; null where a trace has none. */
  readonly receiver: string | null;
  readonly transmitter: string | null;
  readonly scenario: string | null;
  /** Smallest known, m; null where none is. */
  readonly distance: number | null;
}

export function replayRow({ exposures, truth }: Subject, judge: Judge, reading: Reading): ReplayRow {
  const trail: Step[] = [];
  const { score, threshold, operator, alert } = judge.assess(exposures, reading, trail);
  const days = new Set(exposures.map(({ day }) => day));
  const [day] = days;
  return {
    user: personOf(exposures[0]!) ?? null,
    day: days.size === 1 && day !== undefined ? isoDay(day) : null,
    minutes: exposures.some(({ cell }) => cell !== undefined)
      ? null
      : rounded(exposures.reduce((sum, exposure) => sum + totalMinutes(exposure, reading), 0)),
    attenuation: overallAttenuation(exposures, reading),
    cell: cellText(exposures, reading),
    score,
    threshold,
    operator,
    alert,
    truth,
    reasons: trail.map(({ what, value, because }) => `${what} ${value}: ${because}`).join('; '),
    receiver: namesOf(exposures, 'receiver'),
    transmitter: namesOf(exposures, 'transmitter'),
    scenario: namesOf(exposures, 'scenario'),
    distance: nearestOf(exposures),
  };
}

function namesOf(exposures: readonly Exposure[], key: 'receiver' | 'transmitter' | 'scenario'): string | null {
  const names = new Set(exposures.map((exposure) => exposure[key]).filter((name) => name !== undefined));
  return names.size === 0 ? null : [...names].join('+');
}

function nearestOf(exposures: readonly Exposure[]): number | null {
  const nearest = Math.min(...exposures.map(nearestDistance));
  return Number.isFinite(nearest) ? nearest : null;
}

/** Three decimals: more would be noise of binary fractions. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function overallAttenuation(exposures: readonly Exposure[], reading: Reading): number | null {
  const slices = exposures.flatMap(meanSlices);
  return slices.length === 0 ? null : rounded(meanAttenuation({ slices, weight: 1 }, reading));
}

function cellText(exposures: readonly Exposure[], reading: Reading): string {
  const cells = exposures.flatMap((exposure) => cellsOf(exposure, ENV1_SCALE, reading));
  return [...new Set(cells.map(([row, column]) => `D${row + 1}/A${column + 1}`))].join(' ');
}
