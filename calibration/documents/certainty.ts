/** How far a search can be trusted: how many rules do as well, and what the bootstrap searched again. */
import type { ModelStudy } from '../modelFit.ts';
import type { FitResult } from '../schemas.ts';
import type { FitStudy } from '../study.ts';
import type { Suppression } from './suppress.ts';
import { digits, grouped } from './words.ts';

/** Exact ties and near ties; a search without certificate knows neither. */
export function tiesSentence(certificate: FitResult['certificate']): string {
  if (!certificate.optimal) return `There is ${certificate.reason}; a better rule may exist.`;
  const { ties, withinThousandth } = certificate;
  const near = withinThousandth - ties;
  const equal = ties === 1 ? 'No other rule reaches the same value' : `${grouped(ties)} rules reach the same value`;
  if (near === 0) return `${equal}, and no other comes within 0.001 of it.`;
  return `${equal}; ${grouped(near)} ${near === 1 ? 'is' : 'are'} less than 0.001 below it.`;
}

/** What the replicates were used for. Which rule wins how often is counted for D x A rules only. */
export function searchedSentence({ input, fit }: ModelStudy): string {
  const { replicates } = input.bootstrap;
  if (replicates === 0) return 'Without bootstrap nothing can be said about stability.';
  if (input.family === 'env2')
    return (
      'The search was not repeated in the bootstrap replicates: without a certificate that would measure the search and ' +
      'not the rule. So its value is not corrected for having been searched for.'
    );
  return `The search was repeated in ${grouped(fit.searched)} of ${grouped(replicates)} bootstrap replicates.`;
}

/**
 * What the order of the tables costs on these data (--unconstrained, which knows neither policy nor limits). The value
 * tells counts, so not with suppression. 130,859,289,302 rules of any order: calibration.md 1.
 */
export function freeSentence(
  { fit }: FitStudy,
  { unconstrained }: FitResult,
  { below }: Suppression,
): readonly string[] {
  if (!unconstrained || below > 0) return [];
  const { objective, gap } = unconstrained;
  const free = 'Tables that need not increase would reach';
  if (gap < LEAST) return [`${free} no more on these data: ${digits(objective)}.`];
  return [
    `${free} ${digits(objective)} on these data (${fit.target.title}), ${digits(gap)} better. More is to be expected of 131 ` +
      'billion rules even where nothing is to be found, so this is rather noise than gain, unless it is seen again on ' +
      'other data.',
  ];
}

/** A gap that prints as 0.000. */
const LEAST = 0.0005;
