/** What a methods paragraph says about a search of minutes rules or of ENv2. */
import { type Exposure, isBinned } from '../../src/core/exposure.ts';
import { ENV2_GRID } from '../env2Search.ts';
import { MINUTES_SPACE } from '../minutesSearch.ts';
import type { ModelStudy } from '../modelFit.ts';
import { isGrouped } from '../sample.ts';
import type { FitResult } from '../schemas.ts';
import { aimWords, type SearchWords, splitSentence } from './methods.ts';
import { optionText } from './tables.ts';
import { grouped } from './words.ts';

export function modelWords(study: ModelStudy, result: FitResult): SearchWords {
  const { input } = study;
  const exposures = input.sample.subjects.flatMap((subject) => subject.exposures);
  return {
    rules: [
      ...(input.family === 'minutes' ? minutesSentences(study, exposures) : env2Sentences()),
      ...undatedSentence(study, exposures),
      ...(exposures.some(isBinned) ? [splitSentence(input.reading)] : []),
      `Where the trace holds signal strengths, the device table ${optionText(result.options, 'deviceTable')} made them attenuations.`,
    ],
    choice: input.family === 'minutes' ? provenSentences(study) : unprovenSentences(study),
    onceBecause:
      input.family === 'minutes' ? null : 'because a search without certificate would be measured and not the rule',
  };
}

/** docs/risk-models.md 1.6. */
function minutesSentences(
  { input: { factors, reading }, fit: { certificate } }: ModelStudy,
  exposures: readonly Exposure[],
): readonly string[] {
  const { lowest, highest, longest, lastDays } = MINUTES_SPACE;
  return [
    `A rule adds up, for each of the last ${lastDays} days, the minutes at attenuations below a lower threshold (weight ` +
      `${factors[0]}) and those from there to below a higher threshold (weight ${factors[1]}), each of the two rounded up ` +
      'to whole minutes, and alerts when the sum of a day reaches a trigger.',
    ...(exposures.some(({ daysSinceExposure }) => daysSinceExposure === undefined)
      ? [`Where the trace does not say how long ago an exposure was, ${reading.days} days were assumed.`]
      : []),
    `All ${grouped(certificate.rules)} rules with these weights, thresholds of whole dB from ${lowest} to ${highest} and ` +
      `triggers of 1 to ${longest} minutes were evaluated.`,
  ];
}

function provenSentences({ input, fit }: ModelStudy): readonly string[] {
  const optimum = `The chosen rule has the ${aimWords(input, fit)}. As every rule was evaluated, this is certain.`;
  const ties = fit.certificate.optimal ? fit.certificate.ties : 1;
  return [
    optimum,
    ties === 1
      ? 'No other rule reaches the same value.'
      : `Of ${grouped(ties)} rules with this value the one nearest to the centre of all of them was taken.`,
  ];
}

/** docs/risk-models.md 1.2. */
function env2Sentences(): readonly string[] {
  const { thresholds, weights, triggers, triggerStep } = ENV2_GRID;
  const [steps, most] = [1 / (weights[1]! - weights[0]!), weights.at(-1)!];
  return [
    "A rule weighs a day's seconds by attenuation, in four classes that three thresholds divide, adds them up and alerts " +
      'when a day reaches a trigger (daily summaries of Exposure Notification v2). Revoked keys and infectiousness "none" ' +
      'count nothing, all other report types and degrees of infectiousness alike.',
    `Thresholds are whole dB from ${thresholds[0]} to ${thresholds.at(-1)}, weights are multiples of 1/${Math.round(steps)} ` +
      `up to ${most}, triggers are multiples of ${triggerStep} seconds up to ${(triggers * triggerStep) / 60} minutes.`,
  ];
}

function unprovenSentences({ input, fit }: ModelStudy): readonly string[] {
  const { certificate } = fit;
  return [
    `The rule with the ${aimWords(input, fit)} was sought from ${input.restarts} random starts (seed ` +
      `${input.bootstrap.seed}), changing one threshold or weight at a time, with the best trigger for it, until no change ` +
      'was better.',
    ...(certificate.optimal ? [] : [`There is ${certificate.reason}; a better rule may exist.`]),
  ];
}

/** Days are added up by date or age (src/risk/days.ts). */
const undatedSentence = ({ input: { sample } }: ModelStudy, exposures: readonly Exposure[]): readonly string[] =>
  isGrouped(sample) &&
  exposures.some(({ day, daysSinceExposure }) => day === undefined && daysSinceExposure === undefined)
    ? ['An exposure without a date stands alone.']
    : [];
