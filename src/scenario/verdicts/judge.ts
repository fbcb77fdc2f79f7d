/** What rules say of exposures, as checks. */
import { type DescribedExposure, exposureOf } from '../../../calibration/explain.ts';
import { type Judge, judgeFrom } from '../../../calibration/judges.ts';
import type { Verdict } from '../../risk/model.ts';
import { defaultReading } from '../../risk/reading.ts';
import { keptFacts } from '../baseline.ts';
import type { Check } from '../resolve.ts';
import type { Ran } from '../suite.ts';
import type { ExpectedRule, Verdicts } from './resolve.ts';

/** A day. */
const MOST_MINUTES = 1440;

type Checked = Ran['checks'][number];

/** Each expectation is a check; all that was found is kept. */
export function judgeExposures({ exposures, rules }: Pick<Verdicts, 'exposures' | 'rules'>): Ran {
  const facts = rules.map((rule) => [rule, factsOf(judgeFrom(rule.risk), exposures)] as const);
  return {
    checks: facts.flatMap(([rule, found]) => checksOf(rule, found, [...exposures.keys()])),
    kept: keptFacts(
      0,
      Object.fromEntries(facts.map(([{ risk }, found]) => [risk.name, { figures: [found], daily: [{}] }])),
    ),
  };
}

/** Alert (0 or 1) and score of each exposure, and the edges in minutes and dB that decide. */
function factsOf(judge: Judge, exposures: Verdicts['exposures']): Readonly<Record<string, number | null>> {
  const entries = [...exposures].flatMap(([name, exposure]) => {
    const { alert, score } = verdictOf(judge, exposure);
    return [
      [`alert of ${name}`, alert ? 1 : 0],
      [`score of ${name}`, score],
    ] as const;
  });
  const [first, last] = [[...exposures.values()][0]!, [...exposures.values()].at(-1)!];
  return {
    ...Object.fromEntries(entries),
    'fewest minutes': fewestMinutes(judge, first),
    'most attenuation': mostAttenuation(judge, last),
  };
}

function fewestMinutes(judge: Judge, exposure: DescribedExposure): number | null {
  for (let minutes = 0; minutes <= MOST_MINUTES; minutes++)
    if (verdictOf(judge, { ...exposure, minutes }).alert) return minutes;
  return null;
}

/** Of the framework: one byte. */
const MOST_ATTENUATION = 255;

function mostAttenuation(judge: Judge, exposure: DescribedExposure): number | null {
  for (let attenuation = MOST_ATTENUATION; attenuation >= 0; attenuation--)
    if (verdictOf(judge, { ...exposure, attenuation }).alert) return attenuation;
  return null;
}

const verdictOf = (judge: Judge, exposure: DescribedExposure): Verdict =>
  judge.assess([exposureOf(exposure)], defaultReading);

function checksOf(
  rule: ExpectedRule,
  found: Readonly<Record<string, number | null>>,
  names: readonly string[],
): readonly Checked[] {
  const { risk, alerts: expected, scores, fewestMinutes: fewest, mostAttenuation: most, place } = rule;
  const check = (name: string, value: number | null): Checked => {
    const text = `${risk.name}: ${name} is ${value ?? 'none'}`;
    const own: Check = { text, place };
    const estimate = { value: found[name]!, low: null, high: null };
    return { check: own, result: { check: text, holds: found[name] === value, facts: [{ name, estimate }] } };
  };
  return [
    ...names.map((name) => check(`alert of ${name}`, expected.includes(name) ? 1 : 0)),
    ...Object.entries(scores).map(([name, score]) => check(`score of ${name}`, score)),
    ...(fewest === undefined ? [] : [check('fewest minutes', fewest)]),
    ...(most === undefined ? [] : [check('most attenuation', most)]),
  ];
}
