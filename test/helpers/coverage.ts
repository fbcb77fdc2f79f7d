/**
 * How often intervals cover a truth that is known: a made-up population whose rules have exactly known sensitivity and
 * specificity, sampled again and again (calibration.md 2, "Prove the intervals").
 */

import { ruleSpace } from '../../calibration/constraints.ts';
import { type FitInput, fit } from '../../calibration/fit.ts';
import { latticeRule, presetJudge } from '../../calibration/judges.ts';
import { buildLattice, closureRank, zeta } from '../../calibration/lattice.ts';
import { sampleOf } from '../../calibration/sample.ts';
import type { Subject } from '../../calibration/subjects.ts';
import type { Estimate } from '../../src/core/document.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed, type Stream } from '../../src/core/random.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { attenuationIndex, durationIndex, ENV1_SCALE } from '../../src/risk/scale.ts';

const lattice = buildLattice();
const space = ruleSpace(lattice, { forbid: [], require: [], fix: [], durationCap: null }, defaultReading);
const compared = presetJudge('immuni-2020-06-05');
const comparedRule = latticeRule(compared, lattice, defaultReading)!;

/** Users of the population that fix the truth: its own error (0.0005 in a sensitivity of 8 % of them) is negligible. */
const POPULATION = 3_000_000;

interface Person {
  readonly cells: readonly (readonly [number, number])[];
  readonly positive: boolean;
}

/**
 * One to eight exposures, few more often than many; distance log-uniform 0.4..10 m, duration exponential (14 min),
 * path loss 20 dB a decade with 47 dB at 1 m, a body half of the time, 5 dB noise. Infection by dose: about 8 % are
 * infected, some of them elsewhere, so that no rule is perfect.
 */
function person(draw: Stream): Person {
  const count = 1 + Math.floor(draw.uniform() * draw.uniform() * 8);
  let hazard = 0.01;
  const cells = Array.from({ length: count }, () => {
    const distance = 0.4 * Math.exp(Math.log(25) * draw.uniform());
    const minutes = -14 * Math.log(1 - draw.uniform());
    const body = draw.uniform() < 0.5 ? 0 : 6 + 4 * draw.uniform();
    const attenuation = Math.max(0, Math.round(47 + 20 * Math.log10(distance) + body + 5 * draw.normal()));
    const reported = 5 * Math.max(0, Math.round((minutes + 5 * draw.uniform() - 2.5) / 5));
    hazard += 0.004 * minutes * Math.min(1, (1.5 / distance) * (1.5 / distance));
    return [durationIndex(reported, ENV1_SCALE, 'bucket'), attenuationIndex(attenuation, ENV1_SCALE)] as const;
  });
  return { cells, positive: draw.uniform() < 1 - Math.exp(-hazard) };
}

/** Sensitivity + specificity - 1 of every rule in the population. */
export function populationYouden(): Float64Array {
  const draw = keyed(1, 'population');
  const positives = new Float64Array(lattice.size);
  const negatives = new Float64Array(lattice.size);
  const reach = new Uint8Array(8);
  for (let k = 0; k < POPULATION; k++) {
    const { cells, positive } = person(draw);
    reach.fill(0);
    for (const [row, column] of cells) reach[row] = Math.max(reach[row]!, column + 1);
    (positive ? positives : negatives)[closureRank(lattice, reach)]! += 1;
  }
  const missed = zeta(lattice, positives);
  const silent = zeta(lattice, negatives);
  const last = lattice.size - 1;
  return silent.map((count, rule) => count / silent[last]! - missed[rule]! / missed[last]!);
}

const subject = ({ cells, positive }: Person, k: number): Subject => ({
  exposures: cells.map((cell): Exposure => ({ slices: [], cell, weight: 1 })),
  truth: positive,
  cluster: `${k}`,
  scenario: '',
  weight: 1,
});

export interface Coverage {
  readonly n: number;
  readonly sets: number;
  /** Shares of data sets whose 95 % interval holds the truth. */
  readonly preset: number;
  readonly tuned: number;
  /** The same without correction: what a tool prints that ignores the search. */
  readonly naive: number;
  /** Of the gain of the tuned rule over the preset; and in how many sets the gain's interval lies above the truth. */
  readonly gain: number;
  readonly gainTooHigh: number;
  /** Means over the data sets: apparent and corrected value of the tuned rule, and what it is truly worth. */
  readonly apparent: number;
  readonly corrected: number;
  readonly truth: number;
}

const covers = ({ low, high }: Estimate, truth: number): boolean =>
  low !== null && high !== null && low <= truth && truth <= high;

/** Fits `sets` samples of n users each. Samples without both classes are drawn again, as nobody could analyse them. */
export function coverage(n: number, sets: number, replicates: number, truths: Float64Array): Coverage {
  const sums = { preset: 0, tuned: 0, naive: 0, gain: 0, gainTooHigh: 0, apparent: 0, corrected: 0, truth: 0 };
  let done = 0;
  for (let id = 0; done < sets; id++) {
    const draw = keyed(7, 'data set', n, id);
    const sample = sampleOf(Array.from({ length: n }, (_, k) => subject(person(draw), k)));
    if (sample.positives === 0 || sample.negatives === 0) continue;
    done++;
    const { best, corrected, gain, compared: preset } = fit(inputOf(sample, replicates, id));
    const truth = truths[best.rule]!;
    if (covers(preset.objective, truths[comparedRule]!)) sums.preset++;
    if (covers(corrected, truth)) sums.tuned++;
    if (covers(best.objective, truth)) sums.naive++;
    const gained = truth - truths[comparedRule]!;
    if (covers(gain, gained)) sums.gain++;
    if (gain.low! > gained) sums.gainTooHigh++;
    sums.apparent += best.objective.value!;
    sums.corrected += corrected.value!;
    sums.truth += truth;
  }
  const mean = (sum: number): number => sum / sets;
  return {
    n,
    sets,
    preset: mean(sums.preset),
    tuned: mean(sums.tuned),
    naive: mean(sums.naive),
    gain: mean(sums.gain),
    gainTooHigh: mean(sums.gainTooHigh),
    apparent: mean(sums.apparent),
    corrected: mean(sums.corrected),
    truth: mean(sums.truth),
  };
}

const inputOf = (sample: FitInput['sample'], replicates: number, seed: number): FitInput => ({
  sample,
  space,
  scale: ENV1_SCALE,
  reading: defaultReading,
  objective: 'youden',
  metrics: { prevalence: null, falseNegativeCost: 10, thresholdProbability: 0.05 },
  limits: {},
  bootstrap: { replicates, seed },
  compared,
});
