/** Pairs of phones at known distances, as a model would have had them measured. */
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed } from '../../src/core/random.ts';
import type { PathLoss } from '../../src/propagation/fit.ts';
import { predicted } from '../../src/propagation/predict.ts';
import { headerLine } from '../../src/trace/write.ts';

export const hall: PathLoss = { atOneMetre: 56, exponent: 1.8, shadowing: 4, noise: 3 };

const distances = [0.5, 1, 1.5, 2, 3, 5];

/** `pairs` exposures of 3 to 8 scans of four minutes. */
export const pairsIn = (loss: PathLoss, pairs: number, seed = 1): readonly Exposure[] =>
  Array.from({ length: pairs }, (_, k) => {
    const distance = distances[k % distances.length]!;
    const slices = Array.from({ length: 3 + (k % 6) }, (__, row) => ({
      seconds: 240,
      time: row * 240,
      low: 0,
      high: 0,
      distance,
    }));
    return predicted({ slices, weight: 1, day: 0 }, [], loss, keyed(seed, 'pairs of a hall', k));
  });

/** The same as an enlab trace. */
export function traceOf(exposures: readonly Exposure[]): string {
  const scans = exposures
    .flatMap(({ slices }, k) =>
      slices.map(({ time, seconds, low, distance }) => ({
        type: 'scan',
        time: 86_400 + time!,
        receiver: `r${k}`,
        transmitter: `t${k}`,
        seconds,
        typicalAttenuation: Math.round(low * 10) / 10,
        minAttenuation: Math.round(low * 10) / 10,
        ...(distance !== undefined && { distance }),
      })),
    )
    .toSorted((one, other) => one.time - other.time);
  return `${headerLine({ synthetic: true })}${scans.map((row) => `${JSON.stringify(row)}\n`).join('')}`;
}
