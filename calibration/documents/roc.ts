/** ROC space: what rules reach, with intervals in both directions, and the exact front of D x A rules behind them. */
import type { Figure, LineFigure, Point } from '../../src/core/document.ts';
import { FLAGS_EVERYTHING, flagsNothing } from '../lattice.ts';
import { complement } from '../result.ts';
import type { FitStudy } from '../study.ts';
import type { Tuned } from '../tuning.ts';
import type { CheckedRates } from './parts.ts';
import { isShown, type Suppression } from './suppress.ts';

/** The same rules look alike in every figure. */
export const LOOK = { possible: 0, presets: 1, tuned: 2 } as const;

type Series = LineFigure['series'][number];
type Rates = Pick<CheckedRates['evaluation']['estimates'], 'sensitivity' | 'specificity'>;

function point({ sensitivity: { value, low, high }, specificity }: Rates): Point {
  const fpr = complement(specificity);
  return { x: fpr.value ?? 0, y: value ?? 0, low, high, xLow: fpr.low, xHigh: fpr.high };
}

/** The exact front with its band; a step, because between two rules there is none. */
export function frontSeries({ fit, input: { space } }: FitStudy): Series {
  const points = fit.front.evaluations.map(({ estimates }): Point => {
    const { x, y, low, high } = point(estimates);
    return { x, y, low: low ?? null, high: high ?? null };
  });
  return {
    name: 'Pareto front of D x A rules',
    // A policy may exclude the rules that alert nobody or everybody: then the front ends where its rules do.
    points: [
      ...(space.candidates.includes(flagsNothing(space.lattice)) ? [{ x: 0, y: 0 }] : []),
      ...points,
      ...(space.candidates.includes(FLAGS_EVERYTHING) ? [{ x: 1, y: 1 }] : []),
    ],
    draw: 'step',
    band: true,
    look: LOOK.possible,
  };
}

/**
 * The tuned rule and every preset that was checked, in front of the exact front where there is one. With suppression the
 * front and every point whose place would tell a small count are left out.
 */
export function rocFigure(
  { best }: Pick<Tuned, 'best'>,
  presets: readonly CheckedRates[],
  suppression: Suppression,
  front: Series | null = null,
): Figure {
  const line = suppression.below > 0 ? null : front;
  const pointsOf = (rules: readonly (Pick<CheckedRates, 'evaluation'> & { readonly name: string })[]): Point[] =>
    rules
      .filter(({ evaluation }) => evaluation.estimates.youden.value !== null && isShown(evaluation, suppression))
      .map(({ name, evaluation }) => ({ ...point(evaluation.estimates), label: name }));
  return {
    kind: 'figure',
    name: 'roc',
    title: 'What rules can reach: sensitivity against false alerts',
    description:
      (line
        ? 'The step line is the exact Pareto front of all allowed D x A rules with its 95 % band; points '
        : 'Points ') +
      'are the tuned rule and published presets with 95 % intervals in both directions. The dashed diagonal is guessing.' +
      (line
        ? ' Rules of other models (minutes below thresholds, sums per day, ENv2) are no D x A rules, so they can lie above the line.'
        : ''),
    plot: {
      kind: 'lines',
      x: { label: 'false-positive rate', domain: [0, 1] },
      y: { label: 'sensitivity', domain: [0, 1] },
      diagonal: true,
      series: [
        ...(line ? [line] : []),
        {
          name: 'presets',
          points: pointsOf(presets.map(({ judge, evaluation }) => ({ name: judge.name, evaluation }))),
          draw: 'points',
          look: LOOK.presets,
        },
        // Last, so that it lies on top.
        {
          name: 'tuned rule',
          points: pointsOf([{ name: 'tuned rule', evaluation: best.evaluation }]),
          draw: 'points',
          look: LOOK.tuned,
        },
      ],
    },
  };
}
