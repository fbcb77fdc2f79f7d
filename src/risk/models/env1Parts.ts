/**
 * The ENv1 score of one exposure: attenuation x days x duration x transmission (risk-models.md 1.1), shared by every
 * model that is built on it.
 */
import { z } from 'zod';
import { durationOf, type Exposure } from '../../core/exposure.ts';
import { daysAgo } from '../days.ts';
import type { Step, Trail } from '../model.ts';
import { isCumulative, meanAttenuation, type Reading, totalMinutes } from '../reading.ts';
import {
  attenuationText,
  type Cell,
  cellsOf,
  cumulativeMinutes,
  durationText,
  ENV1_SCALE,
  type Scale,
} from '../scale.ts';
import { between, decibels, ones, table, whole } from '../schemas.ts';

/** Largest product: 8 x 8 x 8 x 8. */
export const MAXIMUM_SCORE = 4096;

const weight = between(0, 100).optional();

/** Parameters of every ENv1 configuration. Tables run from lowest risk (D1, A1, 14 days, level 1) to highest. */
export const env1Shape = {
  /** Duration scores D1..D8. */
  D: table,
  /** Attenuation scores A1..A8 (A1 = > 73 dB). */
  A: table,
  /** Scores of days since exposure: >= 14, 12, 10, 8, 6, 4, 2, 0. */
  days: table.default(ones),
  /** Scores of transmission levels 1..8. */
  transmission: table.default(ones),
  /** A lower product counts as 0. 1..4096, as the framework's builder checks. */
  minimumRiskScore: whole(1, MAXIMUM_SCORE).default(1),
  /** Reserved by the framework: accepted, never used. */
  weights: z.strictObject({ attenuation: weight, days: weight, duration: weight, transmission: weight }).optional(),
  /** For the durations that a summary reports, dB; the score does not use them. */
  attenuationThresholds: z.tuple([decibels, decibels]).readonly().optional(),
};

const env1Schema = z.strictObject(env1Shape);
export type Env1Tables = z.infer<typeof env1Schema>;

/** What differs between the users of the score. */
export interface Env1Variant {
  readonly scale: Scale;
  /** Products are limited to this. */
  readonly limit: number;
  /** Transmission level where neither the trace nor the reading has one. 0 = none: factor 1. */
  readonly unknownLevel: number;
}

export const ENV1: Env1Variant = { scale: ENV1_SCALE, limit: MAXIMUM_SCORE, unknownLevel: 0 };

const DAY_EDGES: readonly number[] = [14, 12, 10, 8, 6, 4, 2];

/** 0 = 14 days or more .. 7 = less than 2 days. */
export function daysIndex(days: number): number {
  const index = DAY_EDGES.findIndex((edge) => days >= edge);
  return index < 0 ? DAY_EDGES.length : index;
}

const daysFactor = (exposure: Exposure, tables: Env1Tables, reading: Reading): number =>
  tables.days[daysIndex(daysAgo(exposure, reading))]!;

const levelOf = (exposure: Exposure, reading: Reading, unknownLevel: number): number =>
  exposure.transmissionLevel ?? reading.transmissionLevel ?? unknownLevel;

/** Level 0 (invalid) is factor 1 and no entry of the table. */
const transmissionFactor = (level: number, tables: Env1Tables): number =>
  level === 0 ? 1 : tables.transmission[level - 1]!;

/** The cell with the highest D x A, the first of equals; undefined for an exposure without any. */
function decisiveCell(exposure: Exposure, { D, A }: Env1Tables, scale: Scale, reading: Reading): Cell | undefined {
  let best: Cell | undefined;
  for (const cell of cellsOf(exposure, scale, reading))
    if (!best || D[cell[0]]! * A[cell[1]]! > D[best[0]]! * A[best[1]]!) best = cell;
  return best;
}

function product(cell: Cell, exposure: Exposure, tables: Env1Tables, variant: Env1Variant, reading: Reading): number {
  const transmission = transmissionFactor(levelOf(exposure, reading, variant.unknownLevel), tables);
  const all = tables.D[cell[0]]! * tables.A[cell[1]]! * daysFactor(exposure, tables, reading) * transmission;
  return Math.min(variant.limit, all);
}

/** Product 0..4096 of the four scores of one exposure, within the limit; 0 without any cell. */
function productOf(exposure: Exposure, tables: Env1Tables, variant: Env1Variant, reading: Reading): number {
  const cell = decisiveCell(exposure, tables, variant.scale, reading);
  return cell ? product(cell, exposure, tables, variant, reading) : 0;
}

/** What the framework reports for a product: 0 below the minimum risk score. */
const reported = (value: number, { minimumRiskScore }: Env1Tables): number => (value >= minimumRiskScore ? value : 0);

/** ENv1 score of one exposure. */
export const env1Score = (exposure: Exposure, tables: Env1Tables, variant: Env1Variant, reading: Reading): number =>
  reported(productOf(exposure, tables, variant, reading), tables);

/** The highest product of a group (what apps read as maximumRiskScore) and what the framework reports for it. */
export function highestProduct(
  group: readonly Exposure[],
  tables: Env1Tables,
  variant: Env1Variant,
  reading: Reading,
  trail?: Trail,
): { readonly product: number; readonly score: number } {
  let highest = 0;
  let decisive = group[0];
  for (const exposure of group) {
    const value = productOf(exposure, tables, variant, reading);
    if (value <= highest) continue;
    highest = value;
    decisive = exposure;
  }
  if (trail && decisive) explainScore(decisive, tables, variant, reading, trail);
  return { product: highest, score: reported(highest, tables) };
}

/** A factor that is the same for every day or level cannot change a verdict. */
export const tablesDependOn = ({ days, transmission }: Env1Tables) => ({
  days: days.some((score) => score !== days[0]),
  transmissionLevel: transmission.some((score) => score !== transmission[0]),
});

const step = (what: string, value: number | string, because: string): Step => ({ what, value, because });

/** Adds the steps from an exposure to its ENv1 score. */
export function explainScore(
  exposure: Exposure,
  tables: Env1Tables,
  variant: Env1Variant,
  reading: Reading,
  trail: Trail,
): void {
  const { scale, unknownLevel } = variant;
  const cell = decisiveCell(exposure, tables, scale, reading);
  if (!cell) {
    trail.push({ what: 'score', value: 0, because: 'the exposure has neither time nor cell' });
    return;
  }
  // The trail recomputes what the score took from the same functions, so that scoring itself carries no text.
  const [row, column] = cell;
  const { minutes, attenuation } = inputs(exposure, column, scale, reading);
  const days = daysAgo(exposure, reading);
  const level = levelOf(exposure, reading, unknownLevel);
  const D = tables.D[row]!;
  const A = tables.A[column]!;
  const daysScore = daysFactor(exposure, tables, reading);
  const levelScore = transmissionFactor(level, tables);
  const levelText = level === 0 ? 'no level: factor 1' : `level ${level}`;
  trail.push(
    step('duration bucket', `D${row + 1}`, `${minutes} in ${durationText(row, scale, reading.durationEdge)}`),
    step('duration score', D, `table D, entry ${row + 1}`),
    step('attenuation bucket', `A${column + 1}`, `${attenuation} in ${attenuationText(column, scale)}`),
    step('attenuation score', A, `table A, entry ${column + 1}`),
    step('days score', daysScore, `${days} days since exposure, entry ${daysIndex(days) + 1} of days`),
    step('transmission score', levelScore, levelText),
  );
  explainProduct(product(cell, exposure, tables, variant, reading), D * A * daysScore * levelScore, tables, trail);
}

function explainProduct(limited: number, full: number, tables: Env1Tables, trail: Trail): void {
  trail.push({ what: 'product', value: full, because: 'duration x attenuation x days x transmission' });
  if (limited < full) trail.push({ what: 'limited product', value: limited, because: `iOS limits it to ${limited}` });
  const value = reported(limited, tables);
  const because = `${limited} is ${limited >= tables.minimumRiskScore ? '' : 'not '}>= minimum risk score ${tables.minimumRiskScore}`;
  trail.push({ what: 'reported score', value, because });
}

/** What was put into the buckets, in words. */
function inputs(
  exposure: Exposure,
  column: number,
  scale: Scale,
  reading: Reading,
): Record<'minutes' | 'attenuation', string> {
  if (exposure.cell) return { minutes: 'row of a table', attenuation: 'row of a table' };
  if (isCumulative(exposure, reading)) {
    const minutes = cumulativeMinutes(exposure, column, scale, reading);
    const below = column === 0 ? 'at any attenuation' : `at <= ${scale.attenuationEdges[column - 1]} dB`;
    return { minutes: `${minutes} min ${below}`, attenuation: `best of A1..A8: the time ${below}` };
  }
  const mean = meanAttenuation(exposure, reading);
  const stretched = reading.stretch === 0 ? '' : ` (${durationOf(exposure)} + ${reading.stretch})`;
  return {
    minutes: `${totalMinutes(exposure, reading)} min${stretched}`,
    attenuation: `mean ${mean} dB, rounded ${Math.round(mean)}`,
  };
}
