/**
 * Exposures -> subjects: what a rule decides about at the chosen level (contract.md 2). A subject is an exposure,
 * a user or a user's day; it is alerted if any of its exposures is.
 */
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { type TruthRule, truthOf } from '../src/risk/truth.ts';

export const levels = ['exposure', 'user', 'user-day'] as const;
export type Level = (typeof levels)[number];

export interface Subject {
  readonly exposures: readonly Exposure[];
  /** Positive if any exposure is; unknown (null) if none is positive and one is unknown. */
  readonly truth: boolean | null;
  /** Whoever is drawn together in a bootstrap: the user, or the exposure itself where there are no users. */
  readonly cluster: string;
  /** Names joined by "+" for a user with exposures in several. */
  readonly scenario: string;
  /** Mean weight of the exposures. */
  readonly weight: number;
}

/**
 * Whose exposure it is: the user column, else the phone that received scans (contract.md 2). A phone's name is only
 * known to mean the same phone inside one scenario, so it is kept apart by scenario; users are people and are not.
 */
export function personOf({ user, receiver, scenario, slices }: Exposure): string | undefined {
  const hasScans = slices[0]?.time !== undefined;
  return user ?? (receiver !== undefined && hasScans ? `${scenario}/${receiver}` : undefined);
}

/** User where every exposure has one, else exposure. */
export const defaultLevel = (exposures: readonly Exposure[]): Level =>
  exposures.length > 0 && exposures.every((exposure) => personOf(exposure) !== undefined) ? 'user' : 'exposure';

/** Groups exposures. Throws E-LEVEL where they carry no user, or no day for user-day. */
export function subjectsOf(exposures: readonly Exposure[], level: Level, rule?: TruthRule): readonly Subject[] {
  if (level === 'exposure')
    return exposures.map((exposure, k) => subject([exposure], personOf(exposure) ?? `#${k}`, rule));
  const groups = new Map<string, Exposure[]>();
  for (const exposure of exposures) {
    const key = groupKey(exposure, level);
    const group = groups.get(key);
    if (group) group.push(exposure);
    else groups.set(key, [exposure]);
  }
  return [...groups.values()].map((group) => subject(group, personOf(group[0]!)!, rule));
}

function groupKey(exposure: Exposure, level: 'user' | 'user-day'): string {
  const person = personOf(exposure);
  if (person === undefined)
    throw new EnlabError('E-LEVEL', `an exposure names neither user nor receiver, so --level ${level} is impossible`);
  if (level === 'user') return person;
  if (exposure.day === undefined)
    throw new EnlabError('E-LEVEL', 'an exposure has no date, so --level user-day is impossible', {
      hint: 'use --level user or --level exposure',
    });
  return `${exposure.day}\n${person}`;
}

function subject(exposures: readonly Exposure[], cluster: string, rule?: TruthRule): Subject {
  const truths = exposures.map((exposure) => truthOf(exposure, rule));
  const truth = truths.includes(true) || (truths.includes(null) ? null : false);
  const scenario =
    exposures.length === 1 ? (exposures[0]!.scenario ?? '') : scenariosOf({ exposures }).toSorted().join('+');
  const weight = exposures.reduce((sum, exposure) => sum + exposure.weight, 0) / exposures.length;
  return { exposures, truth, cluster, scenario, weight };
}

/**
 * Weights that give every scenario the same total among subjects of known truth, on average 1 (--weight-by scenario).
 * Whoever was in several belongs to each of them in equal parts.
 */
export function weightedByScenario(subjects: readonly Subject[]): readonly Subject[] {
  const known = subjects.filter(({ truth }) => truth !== null);
  const totals = new Map<string, number>();
  for (const own of known)
    for (const [scenario, part] of partsOf(own)) totals.set(scenario, (totals.get(scenario) ?? 0) + part);
  const share = known.length / totals.size;
  return subjects.map((own) => ({
    ...own,
    weight: partsOf(own).reduce((sum, [scenario, part]) => sum + (part * share) / (totals.get(scenario) ?? share), 0),
  }));
}

/** The scenarios of a subject, and how much of its weight belongs to each. */
function partsOf(own: Subject): readonly (readonly [string, number])[] {
  const scenarios = scenariosOf(own);
  return scenarios.map((scenario) => [scenario, own.weight / scenarios.length]);
}

/** The scenarios of a subject's exposures; "" where a trace names none. */
export const scenariosOf = ({ exposures }: Pick<Subject, 'exposures'>): readonly string[] => [
  ...new Set(exposures.map(({ scenario }) => scenario ?? '')),
];
