/** Which rules a town is simulated with: those of its own, every preset, and some along the estimated front. */
import type { ConstraintOptions, RuleSpace } from '../../../calibration/constraints.ts';
import { cornersOf, minutesClause } from '../../../calibration/documents/ruleWords.ts';
import type { Tables } from '../../../calibration/integers.ts';
import { judgeFrom, latticeRule } from '../../../calibration/judges.ts';
import type { Lattice, RuleId } from '../../../calibration/lattice.ts';
import { FRAMEWORK_READING } from '../../device/found.ts';
import { immuni } from '../../risk/models/immuni.ts';
import { allPresets } from '../../risk/presets.ts';
import { ATTENUATION_EDGES, DURATION_EDGES } from '../../risk/reading.ts';
import { modelNamed } from '../../risk/registry.ts';
import { armName, type Risk } from '../schema.ts';

/** own: what the scenario says; preset: published; front: of the lattice, found here. */
export type RuleKind = 'own' | 'preset' | 'front';

/** A rule that the town is simulated with from its begin to its end. */
export interface PolicyRule {
  /** As arms are named: the preset, "own" for a file or words, "rule-07" for the seventh of the front. */
  readonly name: string;
  readonly kind: RuleKind;
  readonly risk: Risk;
  /** Other presets that decide alike about every exposure. */
  readonly alike: readonly string[];
  /** Of the lattice, where it is one of it. */
  readonly rule?: RuleId;
}

/** No constraint but that of phones whose framework reports at most 30 minutes, where it is asked for. */
export const constraintsOf = (durationCap: ConstraintOptions['durationCap']): ConstraintOptions => ({
  forbid: [],
  require: [],
  fix: [],
  durationCap,
});

/** The rule of the scenario, then every preset; those that are one rule of the lattice are one, under the first name. */
export function namedRules(own: Risk, lattice: Lattice): readonly PolicyRule[] {
  const presets = allPresets().map(({ name, model, parameters }) => ({ name, source: { model, parameters } }));
  const found = new Map<string, PolicyRule>();
  for (const [k, risk] of [own, ...presets].entries()) {
    const rule = latticeRule(judgeFrom(risk), lattice, FRAMEWORK_READING);
    const key = rule === null ? JSON.stringify(risk.source ?? risk.name) : String(rule);
    const same = found.get(key);
    const name = armName.test(risk.name) ? risk.name : 'own';
    if (!same)
      found.set(key, { name, kind: k === 0 ? 'own' : 'preset', risk, alike: [], ...(rule !== null && { rule }) });
    else if (risk.name !== same.name) found.set(key, { ...same, alike: [...same.alike, risk.name] });
  }
  return [...found.values()];
}

/** Rules of the front that have no name yet, numbered in their order. */
export function frontRules(
  chosen: readonly RuleId[],
  named: readonly PolicyRule[],
  { tables }: Pick<RuleSpace, 'tables'>,
): readonly PolicyRule[] {
  const known = new Set(named.map(({ rule }) => rule));
  return chosen
    .filter((rule) => !known.has(rule))
    .map((rule, k) => ({
      name: `rule-${String(k + 1).padStart(2, '0')}`,
      kind: 'front',
      risk: riskOf(tables(rule)),
      alike: [],
      rule,
    }));
}

/** Immuni's model decides by D x A alone; thresholds lie between two products, so that its operator does not matter. */
function riskOf({ D, A, threshold }: Tables): Risk {
  const parameters = immuni.parameters.parse({ D, A, threshold, operator: '>=' });
  return { name: `D ${D.join(' ')}, A ${A.join(' ')}, ${threshold}`, source: { model: immuni.name, parameters } };
}

/** Of the lattice in short, as in ">30 min <=51 dB, >5 min <=33 dB"; of others what they add up, or what they are called. */
export function wordsOf({ rule, risk }: Pick<PolicyRule, 'rule' | 'risk'>, lattice: Lattice): string {
  if (rule === undefined) return otherWords(risk);
  const parts = cornersOf(lattice, rule).map(([row, column]) => {
    const minutes = row === 0 ? [] : [`>${DURATION_EDGES[row - 1]} min`];
    const attenuation = column === 0 ? [] : [`<=${ATTENUATION_EDGES[column - 1]} dB`];
    return [...minutes, ...attenuation].join(' ') || 'always';
  });
  return parts.join(', ') || 'never';
}

function otherWords({ name, source }: Risk): string {
  if (!source) return name;
  const clause = minutesClause({ source });
  if (clause !== null) return `on one day, ${clause}`;
  return allPresets().find((preset) => preset.name === name)?.title ?? modelNamed(source.model).title;
}
