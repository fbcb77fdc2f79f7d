/**
 * Fits of rules that are no D x A table: the two-threshold minutes rule (exact) and ENv2 daily summaries (a search
 * without certificate). The same study, intervals and report surround them.
 */
import type { Estimate } from '../src/core/document.ts';
import { EnlabError } from '../src/core/errors.ts';
import { daysAgo } from '../src/risk/days.ts';
import { bootstrap, classing } from './bootstrap.ts';
import { env2Parameters, searchEnv2 } from './env2Search.ts';
import { areCells, decisions, type Judge, modelJudge } from './judges.ts';
import { undefinedEstimate } from './metrics.ts';
import { dp3tParameters, fitMinutes, MINUTES_SPACE, MinutesRules, type MinutesSpace } from './minutesSearch.ts';
import { type Objective, objective, requireDefined } from './objectives.ts';
import { optimismOf, type Searched } from './optimism.ts';
import { isGrouped } from './sample.ts';
import type { FitResult } from './schemas.ts';
import { argmax, feasible, valueOf } from './search.ts';
import { type Study, studyOf } from './study.ts';
import { type Decided, type Judged, type Tuned, type TuningInput, tunedOf } from './tuning.ts';

export type Family = 'minutes' | 'env2';

export interface ModelFitInput extends TuningInput {
  readonly family: Family;
  /** minutes: weights of the two buckets. */
  readonly factors: readonly [number, number];
  /** env2: random starts of the search. */
  readonly restarts: number;
}

/** What the data of a minutes fit are like, as options of the result (docs/configurations.md). */
export interface Lossless {
  /** Nothing of it would be rounded, left out or weighed 0 by an app that does not read exposures as dp3t does. */
  readonly wholeMinutes: boolean;
  /** No person has exposures on two days. */
  readonly oneDay: boolean;
  /** The smallest attenuation of every scan is its typical one, or is not told. */
  readonly oneAttenuation: boolean;
}

export interface ModelFit extends Tuned {
  readonly best: Judged & { readonly judge: Judge };
  readonly certificate: FitResult['certificate'];
  /** Facts about the data that decide which exports are lossless (docs/configurations.md); minutes only. */
  readonly lossless?: Lossless;
}

export type ModelStudy = Study<ModelFitInput, ModelFit>;

export function modelStudy(input: ModelFitInput): ModelStudy {
  const found = modelFit(input);
  return studyOf(input, found, found.best.judge, (train, test) => {
    const { best } = modelFit({ ...input, sample: train, bootstrap: { ...input.bootstrap, replicates: 0 } });
    return decisions(best.judge, test.subjects, input.reading);
  });
}

/** Throws E-UNDEFINED where the objective has no value, E-CONSTRAINTS where no rule keeps the limits. */
export function modelFit(input: ModelFitInput): ModelFit {
  const { sample, reading } = input;
  const target = objective(input.objective, input.metrics);
  if (areCells(sample.subjects))
    throw new EnlabError(
      'E-UNDEFINED',
      `--family ${input.family} needs minutes and dB, the data are cells without them`,
      {
        hint: 'leave out --family, or pass a trace with minutes and attenuation',
      },
    );
  requireDefined(target, sample.positives, sample.negatives, isGrouped(sample));
  const found = input.family === 'minutes' ? minutes(input, target) : env2(input, target);
  const decided = (judge: Judge): Decided => ({ alerts: decisions(judge, sample.subjects, reading) });
  const pair = { best: decided(found.judge), compared: decided(input.compared) };
  const tuned = tunedOf(input, target, pair, found.searched);
  return {
    target,
    ...tuned,
    ...(input.bootstrap.replicates > 0 && found.once && { corrected: found.once, gain: found.once }),
    best: { judge: found.judge, ...tuned.best },
    certificate: found.certificate,
    ...(found.lossless && { lossless: found.lossless }),
  };
}

type Found = Pick<ModelFit, 'certificate' | 'lossless'> & {
  readonly judge: Judge;
  readonly searched: readonly Searched[];
  /** Stands for what a repeated search would tell, where the search is not repeated. */
  readonly once?: Estimate;
};

function minutes(input: ModelFitInput, target: Objective): Found {
  const space: MinutesSpace = { ...MINUTES_SPACE, factors: input.factors };
  const rules = new MinutesRules(input.sample, input.reading, space);
  const { best, ties, withinThousandth, configurations, wholeMinutes, oneDay } = fitMinutes(
    rules,
    target,
    input.limits,
  );
  return {
    judge: modelJudge('tuned rule', 'rule', 'dp3t', dp3tParameters(best, space)),
    certificate: { rules: configurations, optimal: true, ties, withinThousandth },
    lossless: {
      wholeMinutes: wholeMinutes && isFrameworkLike(input, space.lastDays),
      oneDay,
      oneAttenuation: input.sample.subjects.every(({ exposures }) =>
        exposures.every(({ slices }) => slices.every(({ low, min = low }) => min === low)),
      ),
    },
    searched: searchedMinutes(input, rules, target),
  };
}

/**
 * Whether ENv2 and CWA see the data as dp3t does: whole dB without bins (so that "< 55" is "<= 54"), nothing too old for
 * the rule, no key that ENv2 weighs 0 (docs/configurations.md).
 */
const isFrameworkLike = ({ sample, reading }: ModelFitInput, lastDays: number): boolean =>
  sample.subjects.every(({ exposures }) =>
    exposures.every(
      (exposure) =>
        exposure.slices.every(({ low, high }) => low === high && Number.isInteger(low)) &&
        daysAgo(exposure, reading) <= lastDays &&
        exposure.reportType !== REVOKED &&
        exposure.infectiousness !== NOT_INFECTIOUS,
    ),
  );

const REVOKED = 5;
const NOT_INFECTIOUS = 0;

/** Every replicate counts all rules again; a replicate is a weight per subject. */
function searchedMinutes(
  { sample, limits, bootstrap: options }: ModelFitInput,
  rules: MinutesRules,
  target: Objective,
): readonly Searched[] {
  const observed = rules.count(sample.weight);
  /** Null where a class was not drawn or no rule keeps the limits. */
  const search = (weights: Float64Array, replicate: number): Searched | null => {
    const drawn = rules.count(weights);
    if (drawn.positives === 0 || drawn.negatives === 0) return null;
    const allowed = feasible(drawn, rules.ids, limits);
    if (allowed.length === 0) return null;
    const winner = argmax(drawn, allowed, target);
    return { replicate, inReplicate: valueOf(drawn, winner, target), onData: valueOf(observed, winner, target) };
  };
  const searched: Searched[] = [];
  let sum = 0;
  const visit = (weights: Float64Array, replicate: number): void => {
    const own = search(weights, replicate);
    if (own) {
      searched.push(own);
      sum += optimismOf(own);
    }
    options.progress?.(replicate + 1, searched.length === 0 ? null : sum / searched.length);
  };
  const classes = classing(sample, (subject) => subject);
  bootstrap(sample, classes, options, visit);
  return searched;
}

function env2({ sample, reading, limits, restarts, bootstrap: { seed } }: ModelFitInput, target: Objective): Found {
  const found = searchEnv2(sample, reading, target, { restarts, seed, limits });
  const reason =
    `no certificate: ${found.reached} of ${found.restarts} random starts ended at the best value, ` +
    `${found.evaluations.toLocaleString('en-US')} settings were tried and far from all`;
  return {
    judge: modelJudge('tuned rule', 'rule', 'env2', env2Parameters(found.best)),
    certificate: { rules: found.evaluations, optimal: false, reason },
    // A search without certificate in every replicate would measure the search, not the rule.
    searched: [],
    once: undefinedEstimate('the search is not repeated in the bootstrap'),
  };
}
