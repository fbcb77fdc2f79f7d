/** Confusion of rules within groups of subjects: scenarios, phones, distance bands. */
import { type Exposure, presencesOf } from '../src/core/exposure.ts';
import type { Metres } from '../src/core/units.ts';
import { type Alerts, confusion } from './estimates.ts';
import { type Groups, membersOf } from './leaveOneOut.ts';
import type { Confusion } from './objectives.ts';
import { type Sample, subsample } from './sample.ts';
import type { Subject } from './subjects.ts';

export interface GroupRow {
  readonly group: string;
  readonly n: number;
  /** One matrix a rule, in the order of the rules. */
  readonly confusions: readonly Confusion[];
}

/** Upper ends of the bands, m; 2 m is the distance of the ministry's rule, 1.5 m the one of the DP-3T figures. */
const BANDS: readonly Metres[] = [1, 1.5, 2, 3, 5, 10];

/** "(1.5, 2] m", "> 10 m"; "unknown" without any distance. A subject stands in the band of its nearest exposure. */
export function bandOf({ exposures }: Subject): string {
  const distance = Math.min(...exposures.map(nearestDistance));
  if (distance === Number.POSITIVE_INFINITY) return 'unknown';
  const at = BANDS.findIndex((end) => distance <= end);
  if (at < 0) return `> ${BANDS.at(-1)} m`;
  return at === 0 ? `<= ${BANDS[0]} m` : `(${BANDS[at - 1]}, ${BANDS[at]}] m`;
}

/** Smallest known distance, m; infinite where none is. */
export const nearestDistance = (exposure: Exposure): Metres =>
  exposure.distance ?? Math.min(...presencesOf(exposure).map(({ distance }) => distance ?? Number.POSITIVE_INFINITY));

const bandOrder = (band: string): number => {
  if (band === 'unknown') return Number.POSITIVE_INFINITY;
  return Number(/[\d.]+(?= m)|[\d.]+(?=\])/.exec(band)?.[0] ?? 0) + (band.startsWith('>') ? 1 : 0);
};

/** One row a group that occurs; a subject with several (scenarios, phones) counts in each. */
export function breakdown(
  sample: Sample,
  alerts: readonly Alerts[],
  groups: Groups,
  order: (group: string) => number = () => 0,
): readonly GroupRow[] {
  return [...groups.keys()]
    .toSorted((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    .map((group) => {
      const members = groups.get(group)!;
      const part = subsample(sample, (_, subject) => members.has(subject));
      const own = alerts.map((all) => all.filter((_, subject) => members.has(subject)));
      return { group, n: members.size, confusions: own.map((some) => confusion(part, some)) };
    });
}

export const byDistance = (sample: Sample, alerts: readonly Alerts[]): readonly GroupRow[] =>
  breakdown(
    sample,
    alerts,
    membersOf(sample, (subject) => [bandOf(subject)]),
    bandOrder,
  );
