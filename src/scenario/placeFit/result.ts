/** The JSON of "enlab trace fit-path-loss" (contract.md 4), and the fit as a place of a scenario. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { envelope } from '../../core/envelope.ts';
import { type PathLoss, pathLossNames } from '../../propagation/fit.ts';
import type { Interval } from '../../stats/intervals.ts';
import type { PlaceFit } from './fit.ts';

const interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const file = z.strictObject({ name: z.string(), sha256: z.string() });

export const fitPathLossSchema = z.strictObject({
  ...envelope('trace.fit-path-loss'),
  data: z.strictObject({
    /** Pairs of phones, and scans of them, that were fitted to. */
    n: z.int(),
    scans: z.number(),
    nearest: z.number(),
    furthest: z.number(),
    files: z.array(file),
  }),
  /** dB, but for the exponent; 95 % intervals. */
  parameters: z.strictObject({ atOneMetre: interval, exponent: interval, shadowing: interval, noise: interval }),
  /** How often samples of the fitted model stray as far from normal quantiles as the residuals did. */
  residuals: z.record(z.string(), z.strictObject({ quantiles: z.int(), p: z.number() })),
  /** What scenarios take under radio.places. */
  place: z.record(z.string(), z.json()),
  judged: z.strictObject({
    n: z.int(),
    files: z.array(file),
    presets: z.array(
      z.strictObject({
        preset: z.string(),
        measured: z.int(),
        predicted: interval,
        inside: z.boolean(),
      }),
    ),
  }),
});
export type FitPathLossResult = z.infer<typeof fitPathLossSchema>;

type File = z.infer<typeof file>;

/** `judged`: files of the judged exposures. */
export const fitPathLossResult = (
  fit: PlaceFit,
  {
    seed,
    options,
    files,
    judged,
  }: Pick<FitPathLossResult, 'options'> & {
    readonly seed: number;
    readonly files: readonly File[];
    readonly judged: readonly File[];
  },
): FitPathLossResult => ({
  schema: 'enlab.trace.fit-path-loss',
  version: 1,
  seed,
  options,
  data: { n: fit.pairs, scans: fit.scans, nearest: fit.distances[0], furthest: fit.distances[1], files: [...files] },
  parameters: fit.parameters,
  residuals: Object.fromEntries(
    Object.entries(fit.residuals).map(([kind, { normal, p }]) => [kind, { quantiles: normal.length, p }]),
  ),
  place: placeOf(fit),
  judged: {
    n: fit.judged,
    files: [...judged],
    presets: fit.alerts.map(({ isInside: inside, ...one }) => ({ ...one, inside })),
  },
});

/** dB between advertisements of a scan, of which a fit to scans says nothing: an assumption. */
const ADVERT_NOISE = 4;
/** Advertisements of a scan of the framework: 4 s, four a second. */
const ADVERTS = 16;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * As scenarios take it. Measurements mix carriage and bodies, so that carriage adds nothing; noise between scans is what the fit
 * found less that of the mean of 16 advertisements. The loss of a body and the limit are the shipped assumptions.
 */
export function placeOf({ parameters: { atOneMetre, exponent, shadowing, noise } }: Pick<PlaceFit, 'parameters'>) {
  const scans = noise.value * noise.value - (ADVERT_NOISE * ADVERT_NOISE) / ADVERTS;
  return {
    atOneMetre: rounded(atOneMetre.value, 1),
    exponent: rounded(exponent.value, 2),
    shadowing: rounded(shadowing.value, 1),
    scanNoise: rounded(Math.sqrt(Math.max(0, scans)), 1),
    advertNoise: ADVERT_NOISE,
    body: 6,
    carriage: { hand: 0, pocket: 0, bag: 0 },
    limit: 105,
  };
}

/** In the words of scenarios/parameters/places.yaml: "63.9 dB at 1 m (62.0 to 65.7), n 0.36 (-0.06 to 0.80), ..". */
export function parametersText(parameters: Readonly<Record<keyof PathLoss, Interval>>): string {
  const names: Readonly<Record<keyof PathLoss, readonly [before: string, after: string, digits: number]>> = {
    atOneMetre: ['', ' dB at 1 m', 1],
    exponent: ['n ', '', 2],
    shadowing: ['shadowing ', '', 1],
    noise: ['noise ', '', 1],
  };
  return pathLossNames
    .map((name) => {
      const { value, low, high } = parameters[name];
      const [before, after, digits] = names[name];
      return `${before}${value.toFixed(digits)}${after} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
    })
    .join(', ');
}

/** A place as it stands in a scenario, for one of its layers: YAML with its source. */
export function placeText(fit: PlaceFit, layer: string, files: readonly File[]): string {
  const source = `${files.map(({ name }) => name).join(', ')}, ${fit.pairs} pairs: ${parametersText(fit.parameters)}`;
  const places = { [layer]: { value: placeOf(fit), source } };
  return `${COMMENT}${stringify({ radio: { places } }, { lineWidth: 0 })}`;
}

const COMMENT = `# Fitted by "enlab trace fit-path-loss", 95 % intervals in the source. Put it into a scenario. The noise between advertisements,
# the loss of a body and the limit are assumptions; carriage is in what was measured.
`;
