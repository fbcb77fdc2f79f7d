/** A rule as a sentence: where its alerts begin, in minutes and dB. */
import { DURATION_EDGES, type Reading } from '../../src/risk/reading.ts';
import type { Scale } from '../../src/risk/scale.ts';
import type { Judge } from '../judges.ts';
import { flags, type Lattice, type RuleId } from '../lattice.ts';
import type { dp3tParameters } from '../minutesSearch.ts';

/**
 * "Alert after more than 15 whole minutes at 63 dB or less, or after more than 5 whole minutes at 51 dB or less." One
 * part a corner of the staircase: cells that the rule flags, but neither the next shorter nor the next farther one.
 */
export function ruleSentence(lattice: Lattice, rule: RuleId, scale: Scale, edge: Reading['durationEdge']): string {
  const parts = cornersOf(lattice, rule).map(([row, column]) =>
    `${durationWords(row, edge, scale)} ${attenuationWords(column, scale)}`.trim(),
  );
  if (parts.length === 0) return 'Never alert.';
  return parts[0] === '' ? 'Alert always.' : `Alert ${parts.join(', or ')}.`;
}

/** The shortest and farthest cells that a rule flags, [duration, attenuation], longest first: what is longer and nearer is flagged too. */
export function cornersOf(lattice: Lattice, rule: RuleId): readonly (readonly [row: number, column: number])[] {
  const { rows, columns } = lattice;
  const corners: (readonly [number, number])[] = [];
  for (let row = rows - 1; row >= 0; row--)
    for (let column = 0; column < columns; column++) {
      const isCorner =
        flags(lattice, rule, row, column) &&
        !(row > 0 && flags(lattice, rule, row - 1, column)) &&
        !(column > 0 && flags(lattice, rule, row, column - 1));
      if (isCorner) corners.push([row, column]);
    }
  return corners;
}

/** The lower end of a duration class; "" = any, no minutes included. */
function durationWords(row: number, edge: Reading['durationEdge'], { thirtyPlus }: Scale): string {
  const lower = DURATION_EDGES[row - 1];
  if (lower === undefined) return '';
  if (lower === 0) return edge === 'bucket' ? 'from 1 whole minute on' : 'after any time';
  // The last edge has a rule of its own (src/risk/scale.ts).
  const isClosed = row < DURATION_EDGES.length ? edge === 'ge' : thirtyPlus;
  const unit = edge === 'bucket' ? 'whole minutes' : 'minutes';
  return `after ${isClosed ? '' : 'more than '}${lower} ${unit}`;
}

/** The upper end of an attenuation class; "" = any. */
function attenuationWords(column: number, { attenuationEdges }: Scale): string {
  const upper = attenuationEdges[column - 1];
  return upper === undefined ? '' : `at ${upper} dB or less`;
}

/** "Alert when, on one day, minutes below 33 dB plus 0.5 x minutes from 33 to below 60 dB reach 15."; null: other model. */
export function minutesSentence(judge: Pick<Judge, 'source'>): string | null {
  const clause = minutesClause(judge);
  return clause === null ? null : `Alert when, on one day, ${clause}.`;
}

/** "minutes below 33 dB plus 0.5 x minutes from 33 to below 60 dB reach 15", of a day; null: other model. */
export function minutesClause({ source }: Pick<Judge, 'source'>): string | null {
  if (source?.model !== 'dp3t') return null;
  const { thresholds, weights, threshold } = source.parameters as ReturnType<typeof dp3tParameters>;
  const [lower, upper] = thresholds;
  const middle = weights[1] === 0 ? '' : ` plus ${times(weights[1])}minutes from ${lower} to below ${upper} dB`;
  return `${times(weights[0])}minutes below ${lower} dB${middle} reach ${threshold}`;
}

const times = (weight: number): string => (weight === 1 ? '' : `${weight} x `);
