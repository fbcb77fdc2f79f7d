/** Path loss of a place as it was measured: the fit, how well it describes its own measurements, and what it promises of presets. */
import { type Judge, presetJudge } from '../../../calibration/judges.ts';
import { EnlabError } from '../../core/errors.ts';
import type { Exposure } from '../../core/exposure.ts';
import { keyed } from '../../core/random.ts';
import type { Db, Metres } from '../../core/units.ts';
import {
  fitPathLoss,
  type PairObservations,
  type PathLoss,
  pathLossNames,
  redrawnFits,
} from '../../propagation/fit.ts';
import { observationsOf } from '../../propagation/observations.ts';
import { binsOf, predicted, withDistances } from '../../propagation/predict.ts';
import { normalAt } from '../../propagation/quantiles.ts';
import {
  type Envelope,
  envelopeOf,
  type ResidualKind,
  residualKinds,
  residualsOf,
  weightedQuantiles,
} from '../../propagation/residuals.ts';
import { allPresets } from '../../risk/presets.ts';
import { defaultReading } from '../../risk/reading.ts';
import { type Interval, percentileInterval } from '../../stats/intervals.ts';

/** Fewer pairs say nothing of how pairs differ, and a bootstrap of them draws the same few again and again. */
export const FEWEST_PAIRS = 5;
/** Each judges every exposure with every preset; more do not move a limit by an exposure. */
const MOST_PREDICTIONS = 400;
/** More points on a line cannot be told apart. */
const MOST_QUANTILES = 60;

/** A preset on the judged exposures: alerts that were measured, and the 95 % of those that the fit predicts. */
export interface PredictedAlerts {
  readonly preset: string;
  readonly measured: number;
  readonly predicted: Interval;
  readonly isInside: boolean;
}

/** Standardised residuals against normal ones, quantile by quantile. */
export interface QuantilePlot extends Envelope {
  readonly normal: readonly number[];
  readonly measured: readonly number[];
}

export interface PlaceFit {
  readonly pairs: number;
  readonly scans: number;
  readonly distances: readonly [nearest: Metres, furthest: Metres];
  readonly parameters: Readonly<Record<keyof PathLoss, Interval>>;
  /** Mean distance (of its logarithm) and mean attenuation of each pair. */
  readonly means: readonly { readonly distance: Metres; readonly attenuation: Db }[];
  /** What else could have been fitted, for the band of the line. */
  readonly redrawn: readonly PathLoss[];
  /** Absent where the fit has no noise of the kind, or no pair more than one scan. */
  readonly residuals: Readonly<Partial<Record<ResidualKind, QuantilePlot>>>;
  readonly judged: number;
  readonly alerts: readonly PredictedAlerts[];
}

export interface PlaceFitOptions {
  readonly seed: number;
  readonly replicates: number;
  /** For errors. */
  readonly file: string;
}

/** What can be compared with a model: scans of known distance. */
const measuredOf = (exposures: readonly Exposure[]): readonly Exposure[] =>
  exposures.map(withDistances).filter((exposure) => observationsOf(exposure).length > 0);

/**
 * Fits to `exposures`, each of which is a pair, and judges `judged`, by default the same. The same seed gives the same figures.
 * Throws E-FILE-INVALID where there are no distances, one distance only, or fewer than five pairs.
 */
export function fitPlace(exposures: readonly Exposure[], options: PlaceFitOptions, judged = exposures): PlaceFit {
  const measured = measuredOf(exposures);
  const pairs = measured.map(observationsOf);
  assertFittable(pairs, options.file);
  const { seed, replicates } = options;
  const fit = fitPathLoss(pairs);
  const redrawn = redrawnFits(pairs, { seed, replicates });
  const intervalOf = (name: keyof PathLoss): Interval => {
    const [low, high] = percentileInterval(redrawn.map((one) => one[name]));
    return { value: fit[name], low, high };
  };
  const distances = pairs.flat().map(({ distance }) => distance);
  const contacts = judged === exposures ? measured : measuredOf(judged);
  return {
    pairs: pairs.length,
    scans: pairs.flat().reduce((sum, { scans }) => sum + scans, 0),
    distances: [distances.reduce((a, b) => Math.min(a, b)), distances.reduce((a, b) => Math.max(a, b))],
    parameters: Object.fromEntries(pathLossNames.map((name) => [name, intervalOf(name)])) as PlaceFit['parameters'],
    means: pairs.map(meanOf),
    redrawn,
    residuals: quantilePlots(measured, fit, options),
    judged: contacts.length,
    alerts: predictedAlerts(contacts, redrawn.slice(0, MOST_PREDICTIONS), seed),
  };
}

function assertFittable(pairs: readonly PairObservations[], file: string): void {
  const refuse = (message: string, hint: string): never => {
    throw new EnlabError('E-FILE-INVALID', message, { place: { file }, hint });
  };
  if (pairs.length === 0)
    refuse('nothing here has a distance', 'path loss is attenuation over true distance: add a column or --distances');
  if (pairs.length < FEWEST_PAIRS)
    refuse(
      `${pairs.length} pairs of phones with distances, and ${FEWEST_PAIRS} are needed`,
      'shadowing is what pairs at one distance differ by: measure more, or pool several traces',
    );
  const distances = new Set(pairs.flat().map(({ distance }) => distance));
  if (distances.size < 2)
    refuse(`all distances are ${[...distances].join()} m`, 'an exponent needs two distances at least');
}

function meanOf(pair: PairObservations): PlaceFit['means'][number] {
  const scans = pair.reduce((sum, one) => sum + one.scans, 0);
  const mean = (of: (one: PairObservations[number]) => number) =>
    pair.reduce((sum, one) => sum + one.scans * of(one), 0) / scans;
  return {
    distance: Math.exp(mean(({ distance }) => Math.log(distance))),
    attenuation: mean(({ attenuation }) => attenuation),
  };
}

/** The envelope is of samples of the fitted model in the same pairs, binned and fitted as the measured ones were. */
function quantilePlots(
  measured: readonly Exposure[],
  fit: PathLoss,
  { seed, replicates }: PlaceFitOptions,
): PlaceFit['residuals'] {
  const bins = binsOf(measured);
  const own = residualsOf(measured.map(observationsOf), fit);
  const samples = Array.from({ length: replicates }, (_, r) => {
    const drawn = measured.map((one, k) => observationsOf(predicted(one, bins, fit, keyed(seed, 'residuals', r, k))));
    const heard = drawn.filter((pair) => pair.length > 0);
    return residualsOf(heard, fitPathLoss(heard));
  });
  return Object.fromEntries(
    residualKinds.flatMap((kind) => {
      if (own[kind].length === 0) return [];
      const count = Math.min(MOST_QUANTILES, own[kind].length);
      const quantiles = weightedQuantiles(own[kind], count);
      const simulated = samples.flatMap((one) => (one[kind].length > 0 ? [weightedQuantiles(one[kind], count)] : []));
      const normal = Array.from({ length: count }, (_, k) => normalAt((k + 0.5) / count));
      return [[kind, { normal, measured: quantiles, ...envelopeOf(quantiles, simulated) }]];
    }),
  );
}

/** Alerts of every preset among contacts: measured, and as each of the fits would have had phones measure the same contacts. */
export function predictedAlerts(
  contacts: readonly Exposure[],
  fits: readonly PathLoss[],
  seed: number,
): readonly PredictedAlerts[] {
  const bins = binsOf(contacts);
  const drawn = fits.map((fit, r) => contacts.map((one, k) => predicted(one, bins, fit, keyed(seed, 'predict', r, k))));
  return allPresets().map(({ name: preset }) => {
    const judge = presetJudge(preset);
    const measured = alertsOf(judge, contacts);
    const counts = drawn.map((exposures) => alertsOf(judge, exposures));
    const [low, high] = percentileInterval(counts);
    const value = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return { preset, measured, predicted: { value, low, high }, isInside: low <= measured && measured <= high };
  });
}

const alertsOf = (judge: Judge, exposures: readonly Exposure[]): number =>
  exposures.filter((one) => judge.assess([one], defaultReading).alert).length;
