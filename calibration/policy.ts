/**
 * What every D x A rule would do to an epidemic, as a first-order estimate: a run in which nobody is warned says what each
 * rule would have warned of, and which infections had not happened had the warned stayed at home. What follows from that, fewer
 * infections, uploads and warnings later, is left out (no feedback). All rules at once, by the zeta transform of the lattice.
 */
import { FLAGS_EVERYTHING, joinRank, type Lattice, type RuleId, zeta } from './lattice.ts';
import { paretoFront } from './search.ts';

/** A day of a run, counted from its begin. */
type Day = number;

/** What one upload would tell one phone. */
export interface PossibleWarning {
  /** Of the lattice: the smallest staircase that holds the cells of its exposures. A rule warns unless it contains that. */
  readonly generator: RuleId;
  /** Whether rules that are none of the lattice warn, one each. */
  readonly verdicts: readonly boolean[];
  /** Days [from, until) at home of whoever is warned by it; none of those who would not comply. */
  readonly from: Day;
  readonly until: Day;
  /** Days at home that it would order, beside those that are ordered without it. */
  readonly days: number;
}

/** What those who have the app could be warned of, in the order in which it would come. Only the first warning counts. */
export type PossibleWarnings = ReadonlyMap<number, readonly PossibleWarning[]>;

/** One that would not have happened had one of the two stayed at home. */
export interface Infection {
  readonly day: Day;
  readonly people: readonly [number, number];
}

/** What a rule does, or of each of many rules: people warned, days at home because of it, infections that it averts. */
export interface Effects<Amount> {
  readonly warned: Amount;
  readonly quarantineDays: Amount;
  readonly averted: Amount;
}
export const effects = ['warned', 'quarantineDays', 'averted'] as const;

/** One number a rule of the lattice. */
export type EffectsOfAll = Effects<Float64Array>;

/** A sum over staircases: what belongs to a rule is the sum over all that lie inside it (zeta). Rank -> weight. */
type Terms = ReadonlyMap<RuleId, number>;

/** Exact sums for every rule of the lattice. */
export function effectsOfAll(
  lattice: Lattice,
  warnings: PossibleWarnings,
  infections: readonly Infection[],
): EffectsOfAll {
  const sums = { warned: zeros(lattice), quarantineDays: zeros(lattice), averted: zeros(lattice) };
  const silences = new Map([...warnings].map(([person, own]) => [person, silencesOf(lattice, own)]));
  for (const [person, own] of warnings) {
    const silent = silences.get(person)!;
    sums.warned[FLAGS_EVERYTHING]!++;
    sums.warned[silent.at(-1)!]!--;
    add(
      sums.quarantineDays,
      firstWarnings(own, silent, ({ days }) => days),
    );
  }
  for (const { day, people } of infections) {
    const [one, other] = people.map((person) =>
      firstWarnings(warnings.get(person) ?? [], silences.get(person) ?? [], (warning) =>
        isHome(warning, day) ? 1 : 0,
      ),
    ) as [Terms, Terms];
    // Either of them at home = one + other - both.
    add(sums.averted, one);
    add(sums.averted, other);
    for (const [rank, weight] of one)
      for (const [with_, factor] of other) sums.averted[joinRank(lattice, rank, with_)]! -= weight * factor;
  }
  for (const effect of effects) zeta(lattice, sums[effect]);
  return sums;
}

const zeros = ({ size }: Lattice): Float64Array => new Float64Array(size);

const isHome = ({ from, until }: PossibleWarning, day: Day): boolean => day >= from && day < until;

/** After none, one, two, .. of the warnings: the smallest rule that has been silent about all of them. */
function silencesOf(lattice: Lattice, warnings: readonly PossibleWarning[]): readonly RuleId[] {
  const silences: RuleId[] = [FLAGS_EVERYTHING];
  for (const { generator } of warnings) silences.push(joinRank(lattice, silences.at(-1)!, generator));
  return silences;
}

/**
 * Sum of `amountOf` the first warning. A warning is the first one of a rule that was silent about all before it and is not about
 * this one.
 */
function firstWarnings(
  warnings: readonly PossibleWarning[],
  silences: readonly RuleId[],
  amountOf: (warning: PossibleWarning) => number,
): Terms {
  const terms = new Map<RuleId, number>();
  for (const [k, warning] of warnings.entries()) {
    const [before, after] = [silences[k]!, silences[k + 1]!];
    const amount = amountOf(warning);
    if (amount === 0 || before === after) continue;
    terms.set(before, (terms.get(before) ?? 0) + amount);
    terms.set(after, (terms.get(after) ?? 0) - amount);
  }
  return terms;
}

function add(sums: Float64Array, terms: Terms): void {
  for (const [rank, weight] of terms) sums[rank]! += weight;
}

/** The same sums for one rule, whatever it is, person by person. */
export function effectsOf(
  warnings: PossibleWarnings,
  infections: readonly Infection[],
  warns: (warning: PossibleWarning) => boolean,
): Effects<number> {
  const first = new Map(
    [...warnings].flatMap(([person, own]) => {
      const found = own.find(warns);
      return found ? [[person, found] as const] : [];
    }),
  );
  const isAway = (person: number, day: Day): boolean => {
    const warning = first.get(person);
    return warning === undefined || !isHome(warning, day);
  };
  return {
    warned: first.size,
    quarantineDays: [...first.values()].reduce((sum, { days }) => sum + days, 0),
    averted: infections.filter(({ day, people }) => !people.every((person) => isAway(person, day))).length,
  };
}

/**
 * Rules that no other beats in both, most infections averted and fewest days at home; by days, ascending; none that orders no
 * days. Of rules with the same effects the one with the fewest classes: cells in which nobody was are no reason for a longer rule.
 */
export function policyFront(lattice: Lattice, all: EffectsOfAll, candidates: Int32Array): readonly RuleId[] {
  const { averted, quarantineDays } = all;
  // Of what is lost by a rule: the front of calibration is that of misses and false alarms.
  const counts = { fn: averted.map((own) => -own), tn: quarantineDays.map((own) => -own), positives: 0, negatives: 0 };
  const front = paretoFront(counts, candidates).filter((rule) => quarantineDays[rule]! > 0);
  const keyOf = (rule: RuleId): string => `${averted[rule]} ${quarantineDays[rule]}`;
  const simplest = new Map(front.map((rule) => [keyOf(rule), rule]));
  for (const rule of candidates) {
    const other = simplest.get(keyOf(rule));
    if (other !== undefined && lattice.classes[rule]! < lattice.classes[other]!) simplest.set(keyOf(rule), rule);
  }
  return [...simplest.values()];
}

/** At most `most` rules of a front, its ends among them, at about equal steps along it, both axes as long as the other. */
export function spread(
  front: readonly RuleId[],
  { averted, quarantineDays }: EffectsOfAll,
  most: number,
): readonly RuleId[] {
  if (front.length <= most) return front;
  const places = placesAlong(front, averted, quarantineDays);
  const whole = places.at(-1)!;
  const chosen: RuleId[] = [];
  let next = 0;
  for (let k = 0; k < most; k++) {
    const wanted = most === 1 ? whole / 2 : (whole * k) / (most - 1);
    // Enough must be left for the others.
    const last = front.length - (most - k);
    while (next < last && Math.abs(places[next + 1]! - wanted) <= Math.abs(places[next]! - wanted)) next++;
    chosen.push(front[next]!);
    next++;
  }
  return chosen;
}

/** How far each rule is from the first, along the front. */
function placesAlong(front: readonly RuleId[], averted: Float64Array, days: Float64Array): readonly number[] {
  const [first, last] = [front[0]!, front.at(-1)!];
  const share = (of: Float64Array, one: RuleId, other: RuleId): number => {
    const all = of[last]! - of[first]!;
    return all === 0 ? 0 : (of[other]! - of[one]!) / all;
  };
  let place = 0;
  return front.map((rule, k) => {
    const before = front[k - 1] ?? rule;
    return (place += Math.hypot(share(averted, before, rule), share(days, before, rule)));
  });
}
