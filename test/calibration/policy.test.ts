/** First-order effects of all rules: the clever way against person by person, on towns made up by fast-check. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildLattice,
  FLAGS_EVERYTHING,
  flags,
  flagsNothing,
  joinRank,
  type RuleId,
} from '../../calibration/lattice.ts';
import {
  type EffectsOfAll,
  effects,
  effectsOf,
  effectsOfAll,
  type Infection,
  type PossibleWarning,
  policyFront,
  spread,
} from '../../calibration/policy.ts';

/** Small enough to try every rule: 70 staircases. */
const small = buildLattice(4, 4);
const every = Int32Array.from({ length: small.size }, (_, rule) => rule);

/** What a rule says of a warning: it is silent where all that it leaves unflagged holds the generator. */
const warnsOf =
  (rule: RuleId) =>
  ({ generator }: PossibleWarning): boolean =>
    Array.from({ length: small.rows }, (_, row) => row).some(
      (row) => small.lengths[generator * small.rows + row]! > small.lengths[rule * small.rows + row]!,
    );

const warning = fc
  .record({
    generator: fc.nat(small.size - 1),
    from: fc.nat(20),
    stay: fc.nat(6),
    days: fc.nat(5),
  })
  .map(
    ({ generator, from, stay, days }): PossibleWarning => ({
      generator,
      verdicts: [generator % 3 === 0],
      from,
      until: from + stay,
      days,
    }),
  );
const PEOPLE = 6;
const warnings = fc
  .array(fc.tuple(fc.nat(PEOPLE - 1), fc.array(warning, { minLength: 1, maxLength: 5 })), { maxLength: PEOPLE })
  .map((entries) => new Map(entries));
const infections = fc.array(fc.record({ day: fc.nat(25), people: fc.tuple(fc.nat(PEOPLE - 1), fc.nat(PEOPLE - 1)) }), {
  maxLength: 12,
});

describe('effects of all rules at once', () => {
  it('are those of each rule alone', () => {
    fc.assert(
      fc.property(warnings, infections, (town, infected) => {
        const all = effectsOfAll(small, town, infected);
        for (const rule of every) {
          const alone = effectsOf(town, infected, warnsOf(rule));
          for (const effect of effects) expect(all[effect][rule]).toBeCloseTo(alone[effect], 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('grow in those warned with what is flagged, and end with nobody', () => {
    fc.assert(
      fc.property(warnings, infections, (town, infected) => {
        const { warned, averted, quarantineDays } = effectsOfAll(small, town, infected);
        const nothing = flagsNothing(small);
        expect([warned[nothing], averted[nothing], quarantineDays[nothing]]).toEqual([0, 0, 0]);
        for (const rule of every)
          for (const other of every)
            if (joinRank(small, rule, other) === other) expect(warned[rule]).toBeGreaterThanOrEqual(warned[other]!);
      }),
      { numRuns: 20 },
    );
  });

  it('of no town are nothing', () => {
    const all = effectsOfAll(small, new Map(), [{ day: 1, people: [1, 2] }]);
    for (const effect of effects) expect([...all[effect]].every((own) => own === 0)).toBe(true);
  });
});

/** Cell (row, column) and all that is nearer to the corner, as a staircase of the small lattice. */
const upTo = (row: number, column: number): RuleId =>
  every.find((rule) => [0, 1, 2, 3].every((own) => small.lengths[rule * 4 + own] === (own <= row ? column + 1 : 0)))!;
const one = (generator: RuleId, from: number, days = 10): PossibleWarning => ({
  generator,
  verdicts: [],
  from,
  until: from + days,
  days,
});

describe('effects of a rule', () => {
  const town = new Map([[1, [one(upTo(1, 1), 5), one(upTo(3, 3), 8)]]]);
  const infected: readonly Infection[] = [
    { day: 6, people: [1, 2] },
    { day: 16, people: [3, 1] },
    { day: 18, people: [1, 4] },
  ];
  const [short, long] = [upTo(0, 3), upTo(2, 2)];

  it('count the first warning only, and both who infect and who are infected', () => {
    // Both rules leave other cells unflagged: the first warns of both exposures, the second of the later one only.
    expect(flags(small, short, 1, 1)).toBe(true);
    expect(effectsOf(town, infected, warnsOf(short))).toEqual({ warned: 1, quarantineDays: 10, averted: 1 });
    expect(effectsOf(town, infected, warnsOf(long))).toEqual({ warned: 1, quarantineDays: 10, averted: 1 });
    expect(effectsOf(town, [infected[1]!], warnsOf(short)).averted).toBe(0);
    expect(effectsOf(town, [infected[1]!], warnsOf(long)).averted).toBe(1);
  });

  it('count an infection once where both would have been at home', () => {
    const both = new Map([...town, [2, [one(FLAGS_EVERYTHING + 1, 4)]]]);
    expect(effectsOf(both, infected, () => true)).toEqual({ warned: 2, quarantineDays: 20, averted: 1 });
  });
});

const made = (points: readonly (readonly [averted: number, days: number])[]): EffectsOfAll => ({
  warned: new Float64Array(points.length),
  averted: Float64Array.from(points, ([averted]) => averted),
  quarantineDays: Float64Array.from(points, ([, days]) => days),
});

describe('the front', () => {
  it('has who is not beaten, by days, without those that order none', () => {
    const all = made([
      [0, 0],
      [5, 100],
      [9, 400],
      [4, 120],
      [9, 500],
      [10, 900],
    ]);
    expect(policyFront(small, all, Int32Array.from([0, 1, 2, 3, 4, 5]))).toEqual([1, 2, 5]);
    expect(policyFront(small, all, Int32Array.from([0, 3, 4]))).toEqual([3, 4]);
    expect(policyFront(small, made([[0, 0]]), Int32Array.from([0]))).toEqual([]);
  });

  it('has the simplest of rules that do the same', () => {
    // Of the 70 rules all have one effect: those with one class are simplest, and the first of them counts.
    const alike = made(Array.from({ length: small.size }, () => [5, 100] as const));
    const [own, ...others] = policyFront(small, alike, every.slice(0, -1));
    expect([small.classes[own!], others]).toEqual([1, []]);
    const some = Int32Array.from(every.filter((rule) => small.classes[rule]! >= 2));
    expect(small.classes[policyFront(small, alike, some)[0]!]).toBe(2);
  });

  it('of any town is beaten by no rule', () => {
    fc.assert(
      fc.property(warnings, infections, (town, infected) => {
        const all = effectsOfAll(small, town, infected);
        for (const rule of policyFront(small, all, every))
          for (const other of every)
            expect(
              all.averted[other]! > all.averted[rule]! + 1e-9 &&
                all.quarantineDays[other]! <= all.quarantineDays[rule]!,
            ).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a spread of it', () => {
  const curve = made(Array.from({ length: 101 }, (_, k) => [100 * Math.sqrt(k), k + 1] as const));
  const front = Array.from({ length: 101 }, (_, k) => k);

  it('has both ends and steps of about one length', () => {
    const chosen = spread(front, curve, 11);
    expect([chosen[0], chosen.at(-1), chosen.length]).toEqual([0, 100, 11]);
    // Where the front is steep rules are far apart in effect, and more of them are taken.
    expect(chosen.filter((rule) => rule < 25).length).toBeGreaterThan(3);
    expect(spread(front, curve, 1)).toHaveLength(1);
    expect(spread([], curve, 5)).toEqual([]);
    expect(spread([3, 4], curve, 2)).toEqual([3, 4]);
  });

  it('has as many rules as were asked for, each once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 100 }), (most, length) => {
        const chosen = spread(front.slice(0, length), curve, most);
        expect(chosen).toHaveLength(Math.min(most, length));
        expect(chosen.toSorted((a, b) => a - b)).toEqual(chosen);
        expect(new Set(chosen).size).toBe(chosen.length);
      }),
    );
  });
});
