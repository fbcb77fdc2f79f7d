/** What a reader must know of a report before its first table: names of classes and counts, and where the data are from. */
import type { FitResult } from '../schemas.ts';
import type { FitStudy } from '../study.ts';
import type { FitReport } from './parts.ts';
import { LEVEL_NAMES, optionText } from './tables.ts';

/** More names than this would be a list, and stand in the provenance anyway. */
const MOST_NAMES = 6;

/** "Data: a.csv, b.csv (2 files). enlab 0.1.0." No date: the same data and seed make the same bytes. */
export function sourceOf({ result, version }: Pick<FitReport, 'result' | 'version'>): string {
  const names = result.data.files.map(({ name }) => name);
  const more = names.length > MOST_NAMES ? ', ...' : '';
  const count = names.length === 1 ? '1 file' : `${names.length} files`;
  return `Data: ${names.slice(0, MOST_NAMES).join(', ')}${more} (${count}). enlab ${version}.`;
}

/** Of D x A rules. */
export const cellWordsToRead = ({ scale: { attenuationEdges, thirtyPlus } }: FitStudy['input']): string =>
  `How to read this: D1 to D8 are classes of duration, from no minutes (D1) to ${thirtyPlus ? '30 minutes and more' : 'more than 30 minutes'} (D8). ` +
  'A1 to A8 are classes of attenuation, the signal that is lost between two phones, from far apart, above ' +
  `${attenuationEdges[0]} dB (A1), to close together, ${attenuationEdges.at(-1)} dB or less (A8). A rule gives each class a ` +
  'score and alerts where the product of both scores reaches its threshold.';

export function countWords({ options }: Pick<FitResult, 'options'>): string {
  const level = optionText(options, 'level');
  const who = LEVEL_NAMES[level] ?? level;
  return (
    `TP (true positives) are ${who} with a true contact that are alerted, FN (false negatives) those that are not. FP ` +
    `(false positives) are ${who} without a true contact that are alerted, TN (true negatives) those that are not. ` +
    'Sensitivity is TP / (TP + FN), specificity is TN / (FP + TN), the false-positive rate is FP / (FP + TN). ' +
    "Youden's J is sensitivity + specificity - 1: 0 is no better than guessing, 1 is perfect."
  );
}
