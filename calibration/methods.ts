/** The methods paragraph of a report: what was done, in words that can be pasted into a paper. */

import { LEVEL_NAMES, optionText } from './documents/tables.ts';
import { grouped } from './documents/words.ts';
import type { FitResult } from './schemas.ts';
import type { FitStudy } from './study.ts';

export function methodsText(
  { input, fit }: FitStudy,
  options: FitResult['options'],
  version: string,
): readonly string[] {
  const { sample, space, bootstrap, reading } = input;
  const level = optionText(options, 'level');
  const unit = LEVEL_NAMES[level] ?? level;
  return [
    `Exposures were reduced to cells of the 8 x 8 grid of duration (D1-D8) and attenuation (A1-A8) of Exposure ` +
      `Notification v1 (reduction: ${optionText(options, 'reduce')}; bins cut by a threshold: ${reading.binSplit}; duration edge: ` +
      `${reading.durationEdge}). A rule alerts when the product D x A of any exposure reaches the threshold. With ` +
      `non-decreasing integer tables 0..8 every setting is one of 12,021 distinct rules; ${grouped(space.candidates.length)} ` +
      `of them satisfied the policy and all of them were evaluated on ${sample.subjects.length} ${unit}, so the ` +
      `reported optimum of ${fit.target.title} is exact.`,
    `Intervals are 95 %: Wilson for proportions and Newcombe's hybrid for Youden's J where rows are independent, else ` +
      `percentile intervals of ${bootstrap.replicates} bootstrap replicates over people, stratified by scenario ` +
      `(seed ${bootstrap.seed}). The rule was searched again in every replicate; the mean difference between its value ` +
      `there and on the data (Efron-Gong optimism) was subtracted to give the optimism-corrected value.`,
    `Of ${fit.ties.length} rules with the same value the one with the highest bootstrap mean was chosen, then the one ` +
      `with the smallest worst regret over shifts of -6 to 6 dB, the fewest corners and the fewest cells that differ ` +
      `from ${input.compared.name}. Computed with enlab ${version}.`,
  ];
}
