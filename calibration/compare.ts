/** Two rules on the same subjects: paired bootstrap differences, McNemar, and what flips. */

import type { Estimate } from '../src/core/document.ts';
import { EnlabError } from '../src/core/errors.ts';
import type { Reading } from '../src/risk/reading.ts';
import { differenceInterval, type Interval } from '../src/stats/intervals.ts';
import { mcnemar, newcombePairedDifference } from '../src/stats/paired.ts';
import {
  ALL_ALIKE,
  type Alerts,
  type BootstrapOptions,
  confusion,
  drawnInterval,
  evaluate,
  resample,
} from './estimates.ts';
import { decisionsOfAll, type Judge, latticeRule, requireJudgeable } from './judges.ts';
import { flags, type Lattice } from './lattice.ts';
import { figureOf, undefinedEstimate } from './metrics.ts';
import type { ObjectiveOptions } from './objectives.ts';
import { evaluationJson } from './result.ts';
import { isWeighted, type Sample } from './sample.ts';
import type { CompareResult } from './schemas.ts';

const comparedFigures = ['sensitivity', 'specificity', 'youden'] as const;
type ComparedFigure = (typeof comparedFigures)[number];

/** Everything of the comparison that the data decide; differences are b - a. */
export function compare(
  sample: Sample,
  [a, b]: readonly [Judge, Judge],
  lattice: Lattice,
  reading: Reading,
  metrics: ObjectiveOptions,
  bootstrap: BootstrapOptions,
): Omit<CompareResult, 'schema' | 'version' | 'seed' | 'options' | 'data' | 'failIf'> {
  requireJudgeable([a, b], sample.subjects);
  const alerts: readonly [Alerts, Alerts] = decisionsOfAll([a, b], sample.subjects, reading) as [Alerts, Alerts];
  const [first, second] = evaluate(sample, alerts, metrics, bootstrap);
  return {
    a: { name: a.name, ...evaluationJson(first!) },
    b: { name: b.name, ...evaluationJson(second!) },
    difference: differences(sample, alerts, metrics, bootstrap),
    mcnemar: { positives: discordance(sample, alerts, 1), negatives: discordance(sample, alerts, 0) },
    flippedCells: flippedCells(a, b, lattice, reading),
    flippedSubjects: {
      positives: count(
        sample,
        (subject) => sample.positive[subject] === 1 && alerts[0][subject] !== alerts[1][subject],
      ),
      negatives: count(
        sample,
        (subject) => sample.positive[subject] === 0 && alerts[0][subject] !== alerts[1][subject],
      ),
    },
  };
}

const count = (sample: Sample, test: (subject: number) => boolean): number =>
  sample.subjects.reduce((sum, _, subject) => sum + (test(subject) ? 1 : 0), 0);

function differences(
  sample: Sample,
  alerts: readonly [Alerts, Alerts],
  metrics: ObjectiveOptions,
  bootstrap: BootstrapOptions,
): Record<ComparedFigure, Estimate> {
  const replicates = resample(sample, alerts, bootstrap);
  const observed = alerts.map((own) => confusion(sample, own));
  const exact = sample.independent && !isWeighted(sample) ? pairedDifferences(sample, alerts) : null;
  const difference = (name: ComparedFigure, [a, b]: readonly (typeof observed)[number][]): number | string => {
    const [from, to] = [figureOf(name, a!, metrics), figureOf(name, b!, metrics)];
    return typeof from === 'string' ? from : typeof to === 'string' ? to : to - from;
  };
  const estimate = (name: ComparedFigure): Estimate => {
    const value = difference(name, observed);
    if (typeof value === 'string') return undefinedEstimate(value);
    const drawn = drawnInterval(
      value,
      replicates.map((own) => difference(name, own)),
    );
    // Where nothing flips, nothing varies between replicates: 0.000 to 0.000 would claim to know it for sure.
    return drawn.reason === ALL_ALIKE && exact ? exact[name] : drawn;
  };
  return {
    sensitivity: estimate('sensitivity'),
    specificity: estimate('specificity'),
    youden: estimate('youden'),
  };
}

/** By formula, b - a; both classes must be present. */
function pairedDifferences(sample: Sample, [a, b]: readonly [Alerts, Alerts]): Record<ComparedFigure, Interval> | null {
  if (sample.positives === 0 || sample.negatives === 0) return null;
  const rates = (positive: 0 | 1, alert: 0 | 1): Interval => {
    const counted = (first: number, second: number): number =>
      count(sample, (k) => sample.positive[k] === positive && b[k] === first && a[k] === second);
    const other = 1 - alert;
    return newcombePairedDifference({
      both: counted(alert, alert),
      onlyFirst: counted(alert, other),
      onlySecond: counted(other, alert),
      neither: counted(other, other),
    });
  };
  const [sensitivity, specificity] = [rates(1, 1), rates(0, 0)];
  const { value, low, high } = specificity;
  // J = sensitivity + specificity - 1, of different subjects.
  const youden = differenceInterval(sensitivity, { value: -value, low: -high, high: -low });
  return { sensitivity, specificity, youden };
}

/** Subjects of one class on which the two disagree, with the exact McNemar test; p is null where they never do. */
function discordance(
  sample: Sample,
  [a, b]: readonly [Alerts, Alerts],
  positive: 0 | 1,
): CompareResult['mcnemar']['positives'] {
  const only = (mine: Alerts, other: Alerts): number =>
    count(sample, (subject) => sample.positive[subject] === positive && mine[subject] === 1 && other[subject] === 0);
  const onlyA = only(a, b);
  const onlyB = only(b, a);
  return { onlyA, onlyB, p: onlyA + onlyB === 0 ? null : mcnemar(onlyA, onlyB).p };
}

function flippedCells(a: Judge, b: Judge, lattice: Lattice, reading: Reading): CompareResult['flippedCells'] {
  const [first, second] = [latticeRule(a, lattice, reading), latticeRule(b, lattice, reading)];
  if (first === null || second === null) return null;
  const cells: NonNullable<CompareResult['flippedCells']> = [];
  for (let row = 0; row < lattice.rows; row++)
    for (let column = 0; column < lattice.columns; column++) {
      const [before, after] = [flags(lattice, first, row, column), flags(lattice, second, row, column)];
      if (before !== after) cells.push({ D: `D${row + 1}`, A: `A${column + 1}`, a: before, b: after });
    }
  return cells;
}

/** 50 of 50 against 49 of 50 is a drop of 0.02 and not of 0.020000000000000018. */
const SLACK = 1e-12;

/** "sensitivity drop > 0.02": whether b is worse than a by more than that. Throws E-USAGE; its test E-UNDEFINED. */
export function failCondition(text: string): (difference: Record<ComparedFigure, Estimate>) => boolean {
  const match = /^\s*(sensitivity|specificity|youden)\s+(drop|rise)\s*(>=|>)\s*(\d*\.?\d+)\s*$/i.exec(text);
  if (!match) {
    const hint = 'write "sensitivity drop > 0.02"; figures are sensitivity, specificity, youden; drop or rise; > or >=';
    throw new EnlabError('E-USAGE', `cannot read --fail-if "${text}"`, { hint });
  }
  const [, name, direction, operator, limit] = match as unknown as [string, string, string, string, string];
  const sign = direction.toLowerCase() === 'drop' ? -1 : 1;
  return (difference) => {
    const { value, reason } = difference[name.toLowerCase() as ComparedFigure];
    if (value === null)
      throw new EnlabError('E-UNDEFINED', `--fail-if "${text}" cannot be decided: ${name} is undefined (${reason})`);
    const excess = sign * value - Number(limit);
    return operator === '>' ? excess > SLACK : excess >= -SLACK;
  };
}
