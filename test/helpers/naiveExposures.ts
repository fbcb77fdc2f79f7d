/** Exposures by the letter of contract.md 1, with the whole trace in memory: what the streaming assembler must equal. */
import type { Exposure, Presence, Slice } from '../../src/core/exposure.ts';
import type { Sighting } from '../../src/core/records.ts';
import type { Db } from '../../src/core/units.ts';

interface Naive {
  readonly scanGap: number;
  readonly episodes: boolean;
  readonly attenuationOf: (sighting: Sighting) => Db | null;
}

const DAY = 86_400;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Pieces of a list, cut where `isCut` of two neighbours holds. */
const cut = <T>(list: readonly T[], isCut: (before: T, after: T) => boolean): readonly (readonly T[])[] => {
  const starts = list.flatMap((one, k) => (k === 0 || isCut(list[k - 1]!, one) ? [k] : []));
  return starts.map((start, k) => list.slice(start, starts[k + 1]));
};

/** Cut where the receiver is silent for longer than the gap, and after 25.5 s or the gap from a scan's first sighting. */
function scansOf(own: readonly Sighting[], gap: number): readonly (readonly Sighting[])[] {
  const scans: Sighting[][] = [];
  for (const sighting of own) {
    const scan = scans.at(-1);
    const isNew =
      !scan || sighting.time - scan.at(-1)!.time > gap || sighting.time - scan[0]!.time > Math.max(gap, 25.5);
    if (isNew) scans.push([sighting]);
    else scan.push(sighting);
  }
  return scans;
}

/** Sightings of one scenario in time order. */
export function naiveExposures(sightings: readonly Sighting[], options: Naive): readonly Exposure[] {
  return unique(sightings.map(({ receiver }) => receiver)).flatMap((receiver) => {
    const own = sightings.filter((sighting) => sighting.receiver === receiver);
    const scans = scansOf(own, options.scanGap);
    return unique(own.map(({ transmitter }) => transmitter)).flatMap((transmitter) => {
      const instances = timed(scans.flatMap((scan, k) => instanceOf(scan, scans[k - 1], transmitter, options)));
      const days = cut(instances, (before, after) => Math.floor(before.time! / DAY) !== Math.floor(after.time! / DAY));
      const parts = options.episodes
        ? days.flatMap((day) => cut(day, (before, after) => after.time! - before.time! > 600))
        : days;
      return parts.map((part) => exposure(receiver, transmitter, part));
    });
  });
}

/** Seconds since the pair's previous instance: at most 300, 120 for the first, and for the first of a day after more. */
const timed = (instances: readonly (Slice | Presence)[]): readonly (Slice | Presence)[] =>
  instances.map((instance, k) => {
    const previous = instances[k - 1]?.time ?? Number.NEGATIVE_INFINITY;
    const since = instance.time! - previous;
    const isSameDay = Math.floor(instance.time! / DAY) === Math.floor(previous / DAY);
    return { ...instance, pairSeconds: since <= 300 || isSameDay ? Math.min(300, since) : 120 };
  });

const exposure = (receiver: string, transmitter: string, instances: readonly (Slice | Presence)[]): Exposure => {
  const slices = instances.filter((instance): instance is Slice => 'low' in instance);
  const silent = instances.filter((instance) => !('low' in instance));
  const day = Math.floor(instances[0]!.time! / DAY);
  return { receiver, transmitter, day, weight: 1, slices, ...(silent.length > 0 && { silent }) };
};

function instanceOf(
  scan: readonly Sighting[],
  previous: readonly Sighting[] | undefined,
  transmitter: string,
  { attenuationOf }: Naive,
): readonly (Slice | Presence)[] {
  const heard = scan.filter((sighting) => sighting.transmitter === transmitter);
  if (heard.length === 0) return [];
  const minute = (part: readonly Sighting[]): number => Math.floor(part[0]!.time / 60);
  const values = heard.map(attenuationOf).filter((value) => value !== null);
  const distances = heard.flatMap(({ distance }) => (typeof distance === 'number' ? [distance] : []));
  const sorted = distances.toSorted((a, b) => a - b);
  const typical = Math.round(mean(values));
  return [
    {
      seconds: previous ? 60 * Math.min(5, minute(scan) - minute(previous)) : 120,
      time: heard[0]!.time,
      ...(values.length > 0 && { low: typical, high: typical, min: Math.min(...values) }),
      ...(sorted.length > 0 && {
        distance: mean([sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.ceil((sorted.length - 1) / 2)]!]),
      }),
    },
  ];
}

/** The order in which exposures come is not part of their definition. */
export const inOrder = (exposures: readonly Exposure[]): readonly Exposure[] =>
  exposures.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));

const orderOf = ({ receiver, transmitter, slices, silent }: Exposure): string =>
  JSON.stringify([receiver, transmitter, slices[0]?.time, silent?.[0]?.time]);
