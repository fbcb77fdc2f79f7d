/** Changing any number of any preset must show in the golden baseline, unless it is listed here with the reason. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { allPresets } from '../../src/risk/presets.ts';
import { modelNamed } from '../../src/risk/registry.ts';
import { outcomes } from '../../tools/presetProbes.ts';
import { fixture } from '../helpers/riskFixtures.ts';

const golden = fixture('golden/presets.json') as Record<string, Record<string, readonly number[]>>;

type Path = readonly (string | number)[];

/** Every number in a parameter set, by its path. */
function numbers(value: unknown, path: Path = []): readonly { path: Path; value: number }[] {
  if (typeof value === 'number') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbers(inner, [...path, key]));
}

function withNumber(parameters: unknown, path: Path, value: number): unknown {
  const copy = structuredClone(parameters) as Record<string | number, unknown>;
  let inner = copy;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string | number, unknown>;
  inner[path.at(-1)!] = value;
  return copy;
}

const small = (value: number): readonly number[] =>
  Number.isInteger(value) ? [value + 1, value - 1] : [value * 1.1, value * 0.9];
const large = (value: number): readonly number[] => [0, 8, value * 2, value + 30, value * 10];

/** Accepted by the schema and used by nothing. */
const unused: readonly (readonly [RegExp, string])[] = [
  [/^\S+ weights\.(attenuation|days|duration|transmission)$/, 'ENv1 weights are reserved'],
  [/^(immuni|stopp)\S+ attenuationThresholds/, 'only for the durations that a summary reports'],
  [/^cwa-v1\S+ classes\.LOW/, 'HIGH from its min decides'],
  [/^cwa-v1\S+ classes\.HIGH\.1$/, 'a score above HIGH has no class of its own'],
  [/^cwa-2020-05-assumption thresholds\.1$/, 'what is above the first threshold weighs 0'],
];

/** A small change decides alike, because products lie apart or stay below the minimum score; a large one does not. */
const slack: readonly RegExp[] = [
  /^immuni-\S+ (threshold|minimumRiskScore)$/,
  /^immuni-2020-05-28-(09b4c20|e86088f) (D\.[012]|A\.[01])$/,
  /^cwa-v1-2020-05-2[56] (threshold|minimumRiskScore)$/,
  /^cwa-v1-2020-05-26 (D\.0|A\.[01])$/,
  /^cwa-v1-2020-06-04 minimumRiskScore$/,
  /^cwa-v1-2020-(06-04|06-15) transmission\.0$/,
  /^cwa-v1-2020-09-14 transmission\.[01]$/,
  /^cwa-v2\S+ transmissionRiskValueMapping\.0\.transmissionRiskLevel$/,
];

/** The schema leaves no other value nearby: a5Edge is 27 or 23, and one range of days must be high. */
const choices: readonly RegExp[] = [
  /^immuni-\S+ a5Edge$/,
  /^cwa-v2\S+ normalizedTimePerDayToRiskLevelMapping\.1\.riskLevel$/,
];

const cases = allPresets().flatMap((preset) =>
  numbers(preset.parameters).map(({ path, value }) => ({
    preset,
    path,
    value,
    where: `${preset.name} ${path.join('.')}`,
  })),
);

/** What the changed number does: the schema rejects it, the baseline differs, or nothing. */
function effect({ preset, path }: (typeof cases)[number], value: number): 'rejected' | 'seen' | 'unseen' {
  const parsed = modelNamed(preset.model).parameters.safeParse(withNumber(preset.parameters, path, value));
  if (!parsed.success) return 'rejected';
  const changed = outcomes(preset, parsed.data);
  const same = Object.entries(golden[preset.name]!).every(([name, outcome]) =>
    isDeepStrictEqual(outcome, changed[name]),
  );
  return same ? 'unseen' : 'seen';
}

const matches = (patterns: readonly RegExp[], where: string): boolean =>
  patterns.some((pattern) => pattern.test(where));
const isUnused = (where: string): boolean =>
  matches(
    unused.map(([pattern]) => pattern),
    where,
  );

describe('every number of every preset', () => {
  const ordinary = cases.filter(({ where }) => !isUnused(where) && !matches([...slack, ...choices], where));

  it('is looked at', () => {
    expect(cases.length).toBeGreaterThan(800);
    expect(ordinary.length).toBeGreaterThan(650);
  });

  it.each(ordinary)('$where = $value shows a small change', (own) => {
    expect(small(own.value).map((value) => effect(own, value))).toContain('seen');
  });

  it.each(cases.filter(({ where }) => matches(slack, where)))('$where = $value shows a large change', (own) => {
    expect(large(own.value).map((value) => effect(own, value))).toContain('seen');
  });

  it.each(cases.filter(({ where }) => matches(choices, where)))('$where = $value has no neighbours', (own) => {
    expect(small(own.value).map((value) => effect(own, value))).toEqual(['rejected', 'rejected']);
  });

  it.each(cases.filter(({ where }) => isUnused(where)))('$where = $value is unused', (own) => {
    expect([...small(own.value), ...large(own.value)].map((value) => effect(own, value))).not.toContain('seen');
  });
});

describe('the exceptions', () => {
  it.each([...unused.map(([pattern]) => pattern), ...slack, ...choices])('%s applies to something', (pattern) => {
    expect(cases.filter(({ where }) => pattern.test(where))).not.toEqual([]);
  });
});
