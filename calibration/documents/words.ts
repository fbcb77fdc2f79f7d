/** Sentences about any fit, for readers who read nothing else. */
import type { Estimate } from '../../src/core/document.ts';
import { figureOf, metricOf, signOf } from '../metrics.ts';
import type { FitResult } from '../schemas.ts';
import { within } from '../search.ts';
import type { Judged, Tuned, TuningInput } from '../tuning.ts';
import type { AnyStudy, CheckedRates, FitReport } from './parts.ts';
import { countText, isShown, isSmall, type Suppression } from './suppress.ts';
import { dataSentence, LEVEL_NAMES, optionText, RECEPTION, readingSentence } from './tables.ts';

export const percent = (value: number | null): string =>
  value === null ? 'undefined' : `${(100 * value).toFixed(0)} %`;
/** 12,021 */
export const grouped = (count: number): string => count.toLocaleString('en-US');
export const digits = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
const range = ({ low, high, reason }: Estimate): string =>
  low === null || high === null
    ? `no interval${reason === undefined ? '' : `: ${reason}`}`
    : `${digits(low)} to ${digits(high)}`;
/** "0.615 (0.531 to 0.684)" */
const withRange = (estimate: Estimate): string => `${digits(estimate.value)} (${range(estimate)})`;

/** Fewer subjects than this of a class carry no conclusion: one more would change sensitivity by a tenth. */
const FEW = 10;

/** What was searched, what the best does, what it is worth, whether that is better than today. */
export function summaryOf(
  study: AnyStudy,
  { result, presets, suppression }: Pick<FitReport, 'result' | 'presets' | 'suppression'>,
  searched: string,
  inWords: readonly string[] = [],
): readonly string[] {
  const { input, fit, scenarios, breakdowns } = study;
  const { best, compared } = fit;
  const level = optionText(result.options, 'level');
  const today = input.compared.name;
  const few = fewSentence(result, level, suppression);
  const confounding = confoundingSentence(breakdowns.scenario);
  return [
    dataSentence(result.data, level, suppression),
    // Before any figure: nobody should quote one of these.
    ...(few === null ? [] : [few]),
    `${searched} alerts ${rates(best, suppression)}; ${today} alerts ${rates(compared, suppression)}.`,
    ...inWords,
    policySentence(result.options),
    limitSentence(fit, input, suppression),
    worthSentence(fit, today, suppression),
    ...confounding,
    (few === null ? verdict(fit, input, suppression, confounding.length > 0) : '') + lossSentence(scenarios, input),
    bestPresetSentence(fit, input, presets, suppression),
    alertsSentence(fit, input, suppression),
    cappedSentence(result),
    sharedPhonesSentence(study),
    pooledSentence(input.sample),
    droppedSentence(fit, input),
    readingSentence(result.options),
    readingsSentence(study, suppression),
    RECEPTION,
  ].flatMap((sentence) => (sentence === '' ? [] : [sentence.trim()]));
}

/** The value on the data with the interval of a rule that was not searched for, and what to expect instead. */
function worthSentence({ best, compared, corrected, target }: Tuned, today: string, suppression: Suppression): string {
  const own = ({ evaluation, objective }: Judged): string =>
    isShown(evaluation, suppression) ? withRange(objective) : HIDDEN;
  const expected =
    corrected.value === null
      ? ` It is not corrected for the search: ${corrected.reason ?? 'no reason given'}.`
      : ` Corrected for the search, expect ${digits(corrected.value)} (95 % interval ${range(corrected)}) on new ones.`;
  return (
    `${capital(target.title)} of the tuned rule is ${own(best)} on these data.${isShown(best.evaluation, suppression) ? expected : ''} ` +
    `${today} has ${own(compared)}.`
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What stands in for a figure that would tell a small count. */
const HIDDEN = 'not shown (small counts)';

function rates({ evaluation: { tp, fp, fn, tn, estimates } }: Judged, suppression: Suppression): string {
  const share = (value: number | null, ...counts: readonly number[]): string =>
    counts.some((count) => isSmall(count, suppression)) ? 'a share that is not shown (small counts)' : percent(value);
  const { value } = estimates.specificity;
  const contacts = share(estimates.sensitivity.value, tp, fn);
  return `${contacts} of true contacts and ${share(value === null ? null : 1 - value, fp, tn)} of the others`;
}

function fewSentence({ data }: FitResult, level: string, suppression: Suppression): string | null {
  const [count, what] = data.positives < data.negatives ? [data.positives, 'with'] : [data.negatives, 'without'];
  if (count >= FEW) return null;
  const hint = data.exposures > data.n + data.unknown ? ' At --level exposure there are more rows.' : '';
  const shown = countText(count, suppression);
  return `Only ${shown} of the ${LEVEL_NAMES[level] ?? level} ${shown === '1' ? 'is' : 'are'} ${what} a true contact: whether tuning pays cannot be said.${hint}`;
}

/** Scenarios with one class only beside others: the search may have learnt where people were, not whom they met. */
function confoundingSentence(rows: AnyStudy['breakdowns']['scenario']): readonly string[] {
  const alone = rows.filter(({ confusions: [own] }) => own!.tp + own!.fn === 0 || own!.fp + own!.tn === 0);
  if (rows.length < 2 || alone.length === 0) return [];
  return [
    `Caution: ${alone.map(({ group }) => group).join(', ')} ${alone.length === 1 ? 'has' : 'have'} only contacts or only ` +
      'others, so a rule can gain by telling scenarios apart instead of contacts. Look at the rows by scenario.',
  ];
}

/** Scenarios that do worse with tuning when they are left out of it: said plainly, whatever else (calibration.md 2). */
function lossSentence(rows: AnyStudy['scenarios'], { objective, compared }: TuningInput): string {
  const losses = rows.filter(
    ({ tuned, default: fallback }) =>
      tuned.value !== null && fallback.value !== null && signOf(objective) * (tuned.value - fallback.value) < 0,
  );
  if (losses.length === 0) return '';
  const names = losses.map(({ group }) => group).join(', ');
  return ` Left out and judged by the rule tuned on the others, ${names} did worse than with ${compared.name}.`;
}

/** From the paired difference: what both rules share, such as who was there, does not blur it. */
function verdict(
  { gain, best, compared }: Tuned,
  { compared: { name } }: TuningInput,
  suppression: Suppression,
  isConfounded: boolean,
): string {
  if (![best, compared].every(({ evaluation }) => isShown(evaluation, suppression)))
    return `Whether tuning pays is ${HIDDEN}.`;
  if (gain.value === null || gain.low === null)
    return `Whether tuning pays cannot be said here${gain.reason === undefined ? '' : `: ${gain.reason}`}.`;
  const expected = `expect ${digits(gain.value)} better than ${name} on new data (95 % interval ${range(gain)}, same people)`;
  if (gain.low > 0 && isConfounded)
    return `Whether tuning pays cannot be said, because of the caution above; else ${expected}.`;
  if (gain.low > 0) return `Tuning pays: ${expected}.`;
  if (gain.value > 0) return `Tuning may pay: ${expected}, but the interval does not exclude that ${name} is as good.`;
  return `Tuning does not pay on these data: after correction it is no better than ${name} (${digits(gain.value)}, 95 % interval ${range(gain)}, same people).`;
}

/** A published set that does as well needs no tuning; it was not chosen on these data among 12,021. */
function bestPresetSentence(
  { best }: Tuned,
  { objective, metrics, limits }: TuningInput,
  all: readonly CheckedRates[],
  suppression: Suppression,
): string {
  if (![best, ...all].every(({ evaluation }) => isShown(evaluation, suppression))) return '';
  const presets = all.filter(
    ({ evaluation: { n, tp, fp, fn, tn } }) => n > 0 && within(limits, tp, fp, tp + fn, fp + tn),
  );
  const sign = signOf(objective);
  const value = ({ evaluation }: CheckedRates): number => {
    const figure = figureOf(metricOf[objective], evaluation, metrics);
    return typeof figure === 'number' ? sign * figure : Number.NEGATIVE_INFINITY;
  };
  const top = Math.max(...presets.map(value));
  if (!Number.isFinite(top)) return '';
  const first = presets.filter((preset) => value(preset) === top);
  const names = first.map(({ judge }) => judge.name).join(', ');
  const [verb, decide] = first.length === 1 ? ['is', 'decides'] : ['are', 'decide'];
  const same = first.every(({ alerts }) => alerts.every((alert, k) => alert === best.alerts[k]));
  const alike = same ? `, and ${decide} about everybody here as the tuned rule does` : '';
  const which = presets.length < all.length ? ` of the ${all.length} that keep the limits and can be judged` : '';
  return `Of the ${presets.length} published presets${which} ${names} ${verb} best here with ${digits(sign * top)}${alike}.`;
}

/** What the search was told to keep, in the words of the command line. */
function policySentence(options: FitResult['options']): string {
  const parts = [
    ...(['forbid', 'require', 'fix'] as const).flatMap((name) =>
      ((options[name] ?? []) as readonly string[]).map((text) => `${name} ${text}`),
    ),
    ...(
      [
        ['durationCap', 'durations end at 30 minutes'],
        ['maxFpr', 'false-positive rate at most'],
        ['minSensitivity', 'sensitivity at least'],
        ['maxAlertsPer1000', 'alerts of 1,000 people at most'],
      ] as const
    ).flatMap(([name, words]) => {
      const value = options[name] ?? null;
      return value === null ? [] : [name === 'durationCap' ? words : `${words} ${optionText(options, name)}`];
    }),
  ];
  return parts.length === 0 ? '' : `The rule had to keep: ${parts.join('; ')}.`;
}

/** A rule that keeps a limit on the data may break it on new ones; and the compared preset need not keep it at all. */
function limitSentence(
  { best, compared }: Tuned,
  { limits, compared: { name } }: TuningInput,
  suppression: Suppression,
): string {
  if (![best, compared].every(({ evaluation }) => isShown(evaluation, suppression))) return '';
  const { specificity, sensitivity } = best.evaluation.estimates;
  const { maxFpr, minSensitivity } = limits;
  const risks = [
    ...(maxFpr !== undefined && specificity.low !== null && 1 - specificity.low > maxFpr
      ? [`a false-positive rate of up to ${percent(1 - specificity.low)}`]
      : []),
    ...(minSensitivity !== undefined && sensitivity.low !== null && sensitivity.low < minSensitivity
      ? [`a sensitivity down to ${percent(sensitivity.low)}`]
      : []),
  ];
  const { tp, fp, fn, tn } = compared.evaluation;
  const kept = within(limits, tp, fp, tp + fn, fp + tn) ? '' : ` ${name} does not keep the limits.`;
  const broken =
    risks.length === 0 ? '' : `It keeps them on these data; their intervals allow ${risks.join(' and ')} on new ones.`;
  return `${broken}${kept}`;
}

/** What a health authority plans with, where the prevalence is known. */
function alertsSentence(
  { best, compared }: Tuned,
  { compared: { name }, metrics }: TuningInput,
  suppression: Suppression,
): string {
  if (metrics.prevalence === null || ![best, compared].every(({ evaluation }) => isShown(evaluation, suppression)))
    return '';
  return `At the given prevalence the tuned rule alerts ${alertsText(best)}; ${name} ${alertsText(compared)}.`;
}

function alertsText({ evaluation: { estimates } }: Judged): string {
  const { alertsPer1000, ppv } = estimates;
  const interval = ppv.low === null || ppv.high === null ? '' : ` (${percent(ppv.low)} to ${percent(ppv.high)})`;
  return `${alertsPer1000.value?.toFixed(0) ?? 'undefined'} of 1,000 people, ${percent(ppv.value)} of them rightly${interval}`;
}

/** D8 is what frameworks never report: their durations end at 30 minutes (risk-models.md 0.5). */
function cappedSentence({ best }: FitResult): string {
  if (!('D' in best) || best.D[6] === best.D[7]) return '';
  return (
    'The rule tells 25 to 30 minutes (D7) from longer ones (D8), but frameworks of version 1 report at most 30 minutes: on a ' +
    'phone D8 is never reached. --duration-cap 30 finds the best rule that a phone can carry out.'
  );
}

/** Rows without people are drawn one by one, which is too hopeful where the same phones made many of them. */
function sharedPhonesSentence({ devices, input: { sample } }: AnyStudy): string {
  const { subjects, independent } = sample;
  const single = subjects.every(({ exposures }) => exposures.length === 1);
  const rows = subjects.flatMap(({ exposures }) =>
    exposures.filter(({ receiver, transmitter }) => receiver !== undefined || transmitter !== undefined),
  );
  const phones = rows.flatMap(({ receiver, transmitter }) => [
    ...new Set([receiver, transmitter].filter((phone) => phone !== undefined)),
  ]);
  const different = new Set(phones).size;
  if (!independent || !single || different === phones.length) return '';
  return (
    `The ${grouped(rows.length)} rows that name phones come from ${grouped(different)} but are treated as independent: the true ` +
    `intervals are wider.${devices.length > 0 ? ' How much a phone matters is said where phones are left out.' : ''}`
  );
}

function pooledSentence({ pooledScenarios }: TuningInput['sample']): string {
  if (pooledScenarios === 0) return '';
  const what = pooledScenarios === 1 ? 'scenario has' : 'scenarios have';
  return `${grouped(pooledScenarios)} ${what} too few people to be drawn from alone: the bootstrap draws them together.`;
}

function droppedSentence({ searched }: Tuned, { bootstrap: { replicates } }: TuningInput): string {
  if (searched === replicates || searched === 0) return '';
  return (
    `${grouped(replicates - searched)} of ${grouped(replicates)} bootstrap replicates had only one class or no rule within ` +
    'the limits and are left out.'
  );
}

/** How far the choice of a reading moves the compared preset; silent where it does not matter. */
function readingsSentence({ readings, input }: AnyStudy, suppression: Suppression): string {
  const cells = readings.map(({ confusions }) => confusions[1]!);
  const span = (key: 'tp' | 'fp'): readonly [number, number] => {
    const counts = cells.map((own) => own[key]);
    return [Math.min(...counts), Math.max(...counts)];
  };
  const [hits, alarms] = [span('tp'), span('fp')];
  if (!cells.every((own) => isShown(own, suppression)) || (hits[0] === hits[1] && alarms[0] === alarms[1])) return '';
  const words = ([low, high]: readonly [number, number]): string =>
    low === high ? countText(low, suppression) : `${countText(low, suppression)} to ${countText(high, suppression)}`;
  return (
    `Other readings of the same trace change ${input.compared.name} to ${words(hits)} alerts of true contacts and ` +
    `${words(alarms)} of others: see the table of readings.`
  );
}
