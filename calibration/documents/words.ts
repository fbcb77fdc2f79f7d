/** Sentences about any fit, for readers who read nothing else. */
import type { Estimate } from '../../src/core/document.ts';
import { signOf } from '../metrics.ts';
import type { FitResult } from '../schemas.ts';
import type { Study } from '../study.ts';
import type { Judged, Tuned, TuningInput } from '../tuning.ts';
import { countText, isSmall, type Suppression } from './suppress.ts';
import { dataSentence, LEVEL_NAMES, optionText, RECEPTION, readingSentence } from './tables.ts';

export type AnyStudy = Study<TuningInput, Tuned>;

export const percent = (value: number | null): string =>
  value === null ? 'undefined' : `${(100 * value).toFixed(0)} %`;
/** 12,021 */
export const grouped = (count: number): string => count.toLocaleString('en-US');
export const digits = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(3));
const range = ({ low, high }: Estimate): string =>
  low === null || high === null ? 'no interval' : `${digits(low)} to ${digits(high)}`;

/** Fewer subjects than this of a class carry no conclusion: one more would change sensitivity by a tenth. */
const FEW = 10;

/** What was searched, what the best does, what it is worth, whether that is better than today. */
export function summaryOf(
  { input, fit, scenarios, breakdowns }: AnyStudy,
  result: FitResult,
  searched: string,
  suppression: Suppression,
): readonly string[] {
  const { best, compared, corrected, target } = fit;
  const isShown = ({ evaluation: { tp, fp, fn, tn } }: Judged): boolean =>
    [tp, fp, fn, tn].every((count) => !isSmall(count, suppression));
  const level = optionText(result.options, 'level');
  const today = input.compared.name;
  const worth =
    corrected.value === null || !isShown(best)
      ? ''
      : ` Corrected for having been searched for, expect ${digits(corrected.value)} (95 % interval ${range(corrected)}) on new ones.`;
  return [
    dataSentence(result.data, level, suppression),
    `${searched} alerts ${rates(best, suppression)}; ${today} alerts ${rates(compared, suppression)}.`,
    `${target.title} of the tuned rule is ${isShown(best) ? digits(best.objective.value) : HIDDEN} on these data.${worth} ` +
      `${today} has ${isShown(compared) ? `${digits(compared.objective.value)} (${range(compared.objective)})` : HIDDEN}.`,
    (fewSentence(result, level, suppression) ?? verdict(fit, input)) + lossSentence(scenarios, input),
    ...confoundingSentence(breakdowns.scenario),
    readingSentence(result.options),
    RECEPTION,
  ];
}

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
  return `Only ${countText(count, suppression)} of the ${LEVEL_NAMES[level] ?? level} are ${what} a true contact: whether tuning pays cannot be said.${hint}`;
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

function verdict({ corrected, compared }: Tuned, input: TuningInput): string {
  const today = input.compared.name;
  if (corrected.value === null || compared.objective.value === null) return 'Whether tuning pays cannot be said here.';
  const sign = signOf(input.objective);
  const gain = sign * (corrected.value - compared.objective.value);
  const worst = sign === 1 ? corrected.low : corrected.high;
  if (worst !== null && sign * (worst - compared.objective.value) > 0)
    return `Tuning pays: even the unfavourable end of the corrected interval is better than ${today}.`;
  if (gain > 0) return `Tuning may pay, but the interval does not exclude that ${today} is as good.`;
  return `Tuning does not pay on these data: after correction it is no better than ${today}.`;
}
