/**
 * The methods paragraphs of a report, to be pasted into a paper: whole sentences, each of them true for the options and
 * the data at hand. What was searched is told by the family of rules (methodsCells.ts, methodsModels.ts).
 */
import type { Reading } from '../../src/risk/reading.ts';
import { signOf } from '../metrics.ts';
import { shareOf } from '../objectives.ts';
import { isGrouped, isWeighted, type Sample } from '../sample.ts';
import type { Tuned, TuningInput } from '../tuning.ts';
import type { AnyStudy, FitReport } from './parts.ts';
import { countText, isSmall, type Suppression } from './suppress.ts';
import { LEVEL_NAMES, optionText } from './tables.ts';
import { truthSentences } from './truthWords.ts';
import { digits, grouped } from './words.ts';

/** What only the family of rules can tell. */
export interface SearchWords {
  /** How exposures are read, which rules there are and which of them were tried. */
  readonly rules: readonly string[];
  /** What makes the chosen rule the best, and how one of several equals was chosen. */
  readonly choice: readonly string[];
  /** Why the search was not repeated in the bootstrap; null where it was. */
  readonly onceBecause: string | null;
}

type Parts = Pick<FitReport, 'result' | 'suppression' | 'version'>;

export function methodsText(study: AnyStudy, parts: Parts, words: SearchWords): readonly string[] {
  const { result, suppression, version } = parts;
  const level = optionText(result.options, 'level');
  const units = LEVEL_NAMES[level] ?? level;
  return [
    [
      ...peopleSentences(parts, units),
      ...truthSentences(study.input.sample, result.options),
      ...weightSentences(study.input.sample, result.options),
      ...prevalenceSentences(study, parts),
    ],
    words.rules,
    [...limitSentences(study), ...words.choice, `The chosen rule was compared with ${study.input.compared.name}.`],
    [...intervalSentences(study, units), ...optimismSentences(study, words)],
    [...heldOutSentences(study), ...suppressionSentences(suppression), `Computed with enlab ${version}.`],
  ].map((sentences) => sentences.join(' '));
}

/** "a, b and c" */
export const listed = (parts: readonly string[], last = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`;

function peopleSentences({ result: { data }, suppression }: Parts, units: string): readonly string[] {
  const [n, positives, negatives, unknown] = [data.n, data.positives, data.negatives, data.unknown].map((count) =>
    countText(count, suppression),
  );
  const left =
    data.unknown === 0 ? '' : `; ${unknown} more of unknown truth ${data.unknown === 1 ? 'was' : 'were'} left out`;
  return [`The analysis is of ${n} ${units}, ${positives} with and ${negatives} without a true contact${left}.`];
}

function weightSentences(sample: Sample, options: FitReport['result']['options']): readonly string[] {
  const { weight = null, weightBy = null } = options;
  if (!isWeighted(sample)) return [];
  const base =
    weight === null
      ? weightBy === null
        ? ['Rows count with the weights that the trace holds.']
        : []
      : [`Rows count with the weights of the column "${optionText(options, 'weight')}".`];
  const mean = base.length > 0 && isGrouped(sample) ? ['What stands for several rows has their mean weight.'] : [];
  return [
    ...base,
    ...mean,
    ...(weightBy === null ? [] : ['Weights were scaled so that every scenario has the same total.']),
  ];
}

/** Only where it was given: figures that need one are undefined otherwise. The share of a cohort tells its counts. */
function prevalenceSentences({ input, fit }: AnyStudy, { suppression }: Parts): readonly string[] {
  const { prevalence } = input.metrics;
  if (prevalence === null) return [];
  if (prevalence !== 'cohort') return [`The prevalence of true contacts was taken to be ${prevalence}.`];
  const { tp, fp, fn, tn } = fit.best.evaluation;
  const hidden = [tp + fn, fp + tn].some((count) => isSmall(count, suppression));
  const share = hidden ? '' : ` (${digits(shareOf(prevalence, tp + fn, fp + tn))})`;
  const replicates = input.bootstrap.replicates > 0 ? '; each bootstrap replicate has its own' : '';
  return [`The prevalence of true contacts is that of these data, a cohort${share}${replicates}.`];
}

/** "highest Youden's J (sensitivity + specificity - 1)" */
export const aimWords = ({ objective }: TuningInput, { target: { title } }: Tuned): string =>
  `${signOf(objective) < 0 ? 'lowest' : 'highest'} ${title}${objective === 'youden' ? ' (sensitivity + specificity - 1)' : ''}`;

/** How histogram bins are counted whose time lies on both sides of a threshold. */
export const splitSentence = ({ binSplit }: Reading): string =>
  `A histogram bin that a threshold cuts ${SPLITS[binSplit]}.`;

const SPLITS: Readonly<Record<Reading['binSplit'], string>> = {
  proportional: 'was divided in proportion',
  lower: 'counts whole as below it',
  upper: 'counts whole as above it',
};

function limitSentences({ input: { limits } }: AnyStudy): readonly string[] {
  const { maxFpr, minSensitivity, maxAlertsPer1000: budget } = limits;
  const kept = [
    ...(maxFpr === undefined ? [] : [`a false-positive rate of at most ${maxFpr}`]),
    ...(minSensitivity === undefined ? [] : [`a sensitivity of at least ${minSensitivity}`]),
    ...(budget === undefined ? [] : [`at most ${budget.alerts} alerts per 1,000 people at that prevalence`]),
  ];
  return kept.length === 0 ? [] : [`Only rules with ${listed(kept)} on these data could be chosen.`];
}

const stratified = ({ strata, pooledScenarios }: Sample): string =>
  strata.length < 2
    ? ''
    : `, as many from every scenario as there are${pooledScenarios > 0 ? ', of the small ones together' : ''}`;

function intervalSentences({ input: { sample, bootstrap } }: AnyStudy, units: string): readonly string[] {
  const { replicates, seed } = bootstrap;
  const weighted = isWeighted(sample);
  const percentiles = `percentiles of ${grouped(replicates)} bootstrap replicates`;
  const because = listed([
    ...(sample.independent ? [] : [`several ${units} belong to one person`]),
    ...(weighted ? ['rows have weights'] : []),
  ]);
  const draws =
    `Each replicate draws ${sample.independent ? units : `people, with all their ${units},`} with replacement` +
    `${stratified(sample)} (seed ${seed}).`;
  const formulas = "those of Wilson for sensitivity and specificity and Newcombe's hybrid of the two for Youden's J";
  if (sample.independent && !weighted)
    return replicates === 0
      ? [`Intervals of 95 % are ${formulas}; other figures have none, because no bootstrap was run.`]
      : [`Intervals of 95 % are ${formulas}, and ${percentiles} for all other figures.`, draws];
  if (replicates === 0)
    return [`Figures have no intervals: ${because}, so no formula holds, and no bootstrap was run.`];
  const fallback = weighted
    ? []
    : ['Where a rate is the same in all replicates the formulas of Wilson and Newcombe were used.'];
  return [`Intervals of 95 % are ${percentiles}, because ${because}.`, draws, ...fallback];
}

/** Efron & Gong 1983; the interval is that of docs/uncertainty.md. */
function optimismSentences({ input, fit }: AnyStudy, { onceBecause }: SearchWords): readonly string[] {
  const { replicates } = input.bootstrap;
  const uncorrected =
    'so the value of the tuned rule is not corrected for having been searched for and is too good for new data.';
  if (replicates === 0) return [`The search was not repeated, ${uncorrected}`];
  if (onceBecause !== null) return [`The search was not repeated in the replicates, ${onceBecause}, ${uncorrected}`];
  const { searched } = fit;
  if (searched === 0)
    return [`No replicate could be searched (one class only, or no rule within the limits), ${uncorrected}`];
  const left = replicates - searched;
  const dropped = left === 0 ? '' : ` but ${grouped(left)}, which had one class only or no rule within the limits`;
  return [
    `The whole search was repeated in every replicate${dropped}. The mean difference between the value of what is best ` +
      'in a replicate, there and on the data (optimism; Efron and Gong 1983), was subtracted from the value on the data ' +
      'to give the corrected value; its interval spans that of the value on the data, moved by the optimism, and the ' +
      `basic bootstrap interval. The gain over ${input.compared.name} was corrected in the same way, from the same ` +
      'people in the same replicates.',
  ];
}

function heldOutSentences({ scenarios, devices }: AnyStudy): readonly string[] {
  const groups = [...(scenarios.length > 0 ? ['scenario'] : []), ...(devices.length > 0 ? ['phone'] : [])];
  if (groups.length === 0) return [];
  const each = groups.map((group) => `each ${group}`);
  return [
    `In addition ${listed(each)} was left out in turn: a rule was tuned on the rest, without bootstrap, and judged on ` +
      'what was left out.',
  ];
}

const suppressionSentences = ({ below }: Suppression): readonly string[] =>
  below === 0 ? [] : [`Counts from 1 to ${below - 1} are hidden, and what would tell them.`];
