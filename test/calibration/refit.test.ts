/** Searching again in every bootstrap replicate: optimism, shares of winners, means (calibration.md 2). */
import { describe, expect, it } from 'vitest';
import { bootstrap, classing } from '../../calibration/bootstrap.ts';
import { type FitInput, fit } from '../../calibration/fit.ts';
import { decisions } from '../../calibration/judges.ts';
import { figureOf, metricOf, rangeOf, signOf } from '../../calibration/metrics.ts';
import { modelFit } from '../../calibration/modelFit.ts';
import type { Confusion } from '../../calibration/objectives.ts';
import { optimismOf } from '../../calibration/optimism.ts';
import { fitParts, stabilityOf } from '../../calibration/result.ts';
import { TIE, within } from '../../calibration/search.ts';
import { percentileInterval } from '../../src/stats/intervals.ts';
import { exposureAt, messyExposures, metricOptions } from '../helpers/calibrationData.ts';
import { fitInput, SHORT_NEVER, tablesJudge } from '../helpers/fits.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const noHeldOut = { scenarios: [], devices: [] };

/** Confusion matrices of every candidate, by the app's model, with any weights of the subjects. */
function naiveSearch(input: FitInput) {
  const { sample, space, reading, objective } = input;
  const candidates = [...space.candidates];
  const alerts = candidates.map((rule) => decisions(tablesJudge(space.tables(rule), '>='), sample.subjects, reading));
  const sign = signOf(objective);
  const confusions = (weights: ArrayLike<number>): readonly Confusion[] =>
    alerts.map((own) => {
      const sums = { tp: 0, fp: 0, fn: 0, tn: 0 };
      for (const [k, alert] of own.entries())
        sums[sample.positive[k] ? (alert ? 'tp' : 'fn') : alert ? 'fp' : 'tn'] += weights[k]!;
      return sums;
    });
  const valueOf = (own: Confusion): number => sign * (figureOf(metricOf[objective], own, metricOptions) as number);
  const isAllowed = ({ tp, fp, fn, tn }: Confusion): boolean => within(input.limits, tp, fp, tp + fn, fp + tn);
  return { candidates, confusions, valueOf, isAllowed };
}

/** The bootstrap of a fit, written out. */
function naive(input: FitInput) {
  const { candidates, confusions, valueOf, isAllowed } = naiveSearch(input);
  const onData = confusions(input.sample.weight).map(valueOf);
  const draws: { inReplicate: number; onData: number; winners: readonly number[] }[] = [];
  const sums = candidates.map((): number[] => []);
  const classes = classing(input.sample, (subject) => subject);
  bootstrap(input.sample, classes, input.bootstrap, (weights) => {
    const own = confusions(weights);
    const [{ tp, fp, fn, tn }] = own as [Confusion];
    if (tp + fn === 0 || fp + tn === 0 || !own.some(isAllowed)) return;
    const values = own.map(valueOf);
    for (const [k, value] of values.entries()) sums[k]!.push(value);
    const best = Math.max(...values.filter((_, k) => isAllowed(own[k]!)));
    const winners = candidates.flatMap((_, k) => (isAllowed(own[k]!) && values[k]! >= best - TIE ? [k] : []));
    draws.push({ inReplicate: best, onData: mean(winners.map((k) => onData[k]!)), winners });
  });
  return { draws, candidates, means: sums.map(mean) };
}

const cases = [
  { name: 'people with several exposures', shape: { users: 15, most: 3 }, more: {} },
  { name: 'user-days, clustered', shape: { users: 12, most: 4, days: 4 }, more: { level: 'user-day' } },
  { name: 'weights', shape: { users: 15, most: 2, weighted: true }, more: { objective: 'mcc' } },
  { name: 'a cost', shape: { users: 15, most: 2 }, more: { objective: 'cost' } },
  { name: 'few people, some replicates of one class', shape: { users: 4, most: 1 }, more: {} },
  { name: 'limits', shape: { users: 15, most: 2 }, more: { limits: { maxFpr: 0.1, minSensitivity: 0.15 } } },
] as const;

describe.each(cases)('with $name', ({ shape, more }) => {
  const input = fitInput(messyExposures(21, shape), {
    policy: SHORT_NEVER,
    bootstrap: { replicates: 25, seed: 4 },
    ...more,
  });
  const { refits, corrected, best, gain } = fit(input);
  const expected = naive(input);

  it('searches every replicate that can be searched', () => {
    expect(refits.replicates).toBe(expected.draws.length);
    expect(refits.draws).toHaveLength(expected.draws.length);
    for (const [k, { inReplicate, onData, winner }] of refits.draws.entries()) {
      expect(inReplicate).toBeCloseTo(expected.draws[k]!.inReplicate, 9);
      expect(onData).toBeCloseTo(expected.draws[k]!.onData, 9);
      expect(winner).toBe(expected.candidates[expected.draws[k]!.winners[0]!]);
    }
  });

  it('counts wins with ties, and shares one point a replicate', () => {
    for (const [k, rule] of expected.candidates.entries()) {
      const won = expected.draws.filter(({ winners }) => winners.includes(k));
      expect(refits.wins[rule]).toBe(won.length);
      expect(refits.shares[rule]).toBeCloseTo(
        mean([0, ...won.map(({ winners }) => 1 / winners.length)]) * (won.length + 1),
        9,
      );
    }
    expect(refits.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(refits.replicates, 9);
  });

  it('averages every rule', () => {
    for (const [k, rule] of expected.candidates.entries())
      expect(refits.means[rule]).toBeCloseTo(expected.means[k]!, 9);
  });

  it('corrects the apparent value by the mean optimism', () => {
    const optimisms = expected.draws.map(({ inReplicate, onData }) => inReplicate - onData);
    const sign = signOf(input.objective);
    const { value, low, high } = best.objective;
    const shift = sign * mean(optimisms);
    const [least, most] = percentileInterval(optimisms.map((one) => value! - sign * one));
    expect(refits.optimism).toBeCloseTo(mean(optimisms), 9);
    expect(corrected.value).toBeCloseTo(value! - shift, 9);
    const [smallest, largest] = rangeOf[input.objective];
    expect(corrected.low).toBeCloseTo(Math.max(smallest, Math.min(low! - shift, least)), 9);
    expect(corrected.high).toBeCloseTo(Math.min(largest, Math.max(high! - shift, most)), 9);
  });

  it('gains over the compared rule what is left of the paired difference after the same correction', () => {
    const { valueOf, confusions } = naiveSearch(input);
    const { subjects, weight, positive } = input.sample;
    const compared = decisions(input.compared, subjects, input.reading);
    const comparedIn = (weights: ArrayLike<number>): number => {
      const sums = { tp: 0, fp: 0, fn: 0, tn: 0 };
      for (const [k, alert] of compared.entries())
        sums[positive[k] ? (alert ? 'tp' : 'fn') : alert ? 'fp' : 'tn'] += weights[k]!;
      return valueOf(sums);
    };
    const winner = expected.candidates.indexOf(best.rule);
    const bestIn = (weights: ArrayLike<number>): number => valueOf(confusions(weights)[winner]!);
    const replicates: Float64Array[] = [];
    const classes = classing(input.sample, (subject) => subject);
    bootstrap(input.sample, classes, input.bootstrap, (weights) => replicates.push(Float64Array.from(weights)));
    const pairs = refits.draws.map(({ replicate }) => {
      const weights = replicates[replicate]!;
      return { best: bestIn(weights), compared: comparedIn(weights) };
    });
    const onData = { best: bestIn(weight), compared: comparedIn(weight) };
    const optimisms = expected.draws.map(
      (draw, k) => draw.inReplicate - pairs[k]!.compared - (draw.onData - onData.compared),
    );
    const value = onData.best - onData.compared;
    const shift = mean(optimisms);
    const [low, high] = percentileInterval(pairs.map((pair) => pair.best - pair.compared));
    const [least, most] = percentileInterval(optimisms.map((one) => value - one));
    expect(gain.value).toBeCloseTo(value - shift, 9);
    expect(gain.low).toBeCloseTo(Math.max(-2, Math.min(low - shift, least)), 9);
    expect(gain.high).toBeCloseTo(Math.min(2, Math.max(high - shift, most)), 9);
  });

  it('says how often each cell was alerted by the winners', () => {
    const shares = stabilityOf(input.space.lattice, refits)!;
    for (const [row, own] of shares.entries())
      for (const [column, share] of own.entries()) {
        const flagged = expected.draws.map(({ winners }) =>
          mean(
            winners.map((k) => {
              const { D, A, threshold } = input.space.tables(expected.candidates[k]!);
              return D[row]! * A[column]! >= threshold ? 1 : 0;
            }),
          ),
        );
        expect(share).toBeCloseTo(mean(flagged), 9);
      }
  });
});

describe('progress', () => {
  // Replicates of one class cannot be searched, and yet they are done: else the end would never be reached.
  const told: (readonly [number, number | null])[] = [];
  const progress = (...own: readonly [number, number | null]) => void told.push(own);
  const input = fitInput(messyExposures(21, { users: 4, most: 1 }), {
    policy: SHORT_NEVER,
    bootstrap: { replicates: 25, seed: 4, progress },
  });

  it.each([
    ['D x A rules', () => void fit(input)],
    ['minutes rules', () => void modelFit({ ...input, family: 'minutes', factors: [1, 0.5], restarts: 1 })],
  ])('of %s counts every replicate, searched or not', (_, run) => {
    told.length = 0;
    run();
    expect(told.map(([done]) => done)).toEqual(Array.from({ length: 25 }, (__, k) => k + 1));
  });

  it('says the mean optimism of those that were searched', () => {
    told.length = 0;
    const { draws, optimism } = fit(input).refits;
    expect(draws.length).toBeLessThan(25);
    for (const [done, own] of told) {
      const searched = draws.filter(({ replicate }) => replicate < done).map(optimismOf);
      expect(own === null).toBe(searched.length === 0);
      if (own !== null) expect(own).toBeCloseTo(mean(searched), 9);
    }
    expect(told.at(-1)![1]).toBe(optimism);
  });
});

describe('a fit', () => {
  const exposures = messyExposures(22, { users: 20, most: 3 });

  it('without bootstrap has no corrected value and no stability', () => {
    const input = fitInput(exposures);
    const { best, stability } = fitParts(input, fit(input), noHeldOut);
    expect([best.objective.optimismCorrected, best.objective.optimismCorrectedInterval, stability]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('names the share of replicates that the chosen rule won', () => {
    const input = fitInput(exposures, { bootstrap: { replicates: 40, seed: 1 } });
    const found = fit(input);
    const { stability } = fitParts(input, found, noHeldOut);
    expect(stability!.bestWins).toBe(found.refits.wins[found.best.rule]! / found.refits.replicates);
    expect(stability!.distinctWinners).toBe(found.refits.wins.filter((won) => won > 0).length);
    expect(stability!.replicates).toBe(40);
  });

  it('chooses among ties by the highest mean over the bootstrap', () => {
    const input = fitInput(exposures, { bootstrap: { replicates: 40, seed: 1 } });
    const { ties, refits } = fit(input);
    const means = ties.map((rule) => refits.means[rule]!);
    expect(ties.length).toBeGreaterThan(1);
    for (const value of means) expect(means[0]!).toBeGreaterThanOrEqual(value - 1e-12);
  });

  it('is not optimistic where rules cannot tell people apart', () => {
    const alike = [true, true, false, false].map((label, k) => exposureAt(20, 60, { user: `u${k}`, label }));
    const { corrected, best, refits } = fit(fitInput(alike, { bootstrap: { replicates: 20, seed: 1 } }));
    expect([best.objective.value, refits.optimism, corrected.value]).toEqual([0, 0, 0]);
  });

  it('of pure chance looks good on its data, and after correction as it is: worth nothing', () => {
    const fits = Array.from({ length: 12 }, (_, seed) =>
      fit(fitInput(messyExposures(seed, { users: 60, most: 1 }), { bootstrap: { replicates: 60, seed } })),
    );
    expect(mean(fits.map(({ best }) => best.objective.value!))).toBeGreaterThan(0.15);
    expect(Math.abs(mean(fits.map(({ corrected }) => corrected.value!)))).toBeLessThan(0.1);
  });
});
