/**
 * Truth rules: "[minutes (>=|>) N] within D m" turns recorded distances into contact, no contact or unknown
 * (contract.md 2). Time without a known distance is unknown time, never far away.
 */
import { EnlabError } from '../core/errors.ts';
import { durationOf, type Exposure, presencesOf } from '../core/exposure.ts';
import type { Metres, Minutes } from '../core/units.ts';
import { exceeds, type Operator } from './model.ts';

export interface TruthRule {
  readonly within: Metres;
  /** Absent: any time within the distance is a contact. */
  readonly minutes?: Minutes;
  readonly operator: Operator;
}

/** What the Italian ministry asked for: 15 minutes or more at less than 2 m (Immuni impact assessment 2.2). */
export const TIMED_RULE: TruthRule = { within: 2, minutes: 15, operator: '>=' };
/** For pairs with one distance and a fixed measuring time, such as the Dublin data (datasets.md 1). */
export const DISTANCE_RULE: TruthRule = { within: 2, operator: '>=' };

/** Rule from its text. Throws E-TRUTH-UNKNOWN. */
export function parseTruth(text: string): TruthRule {
  const match = /^\s*(?:minutes?\s*(>=|>)\s*(\d+(?:\.\d+)?)\s+)?within\s+(\d+(?:\.\d+)?)\s*m\s*$/i.exec(text);
  if (!match) {
    const hint = 'write "within 2 m" or "minutes >= 15 within 2 m"';
    throw new EnlabError('E-TRUTH-UNKNOWN', `cannot read the truth rule "${text}"`, { hint });
  }
  const [, operator, minutes, within] = match;
  const limit = { within: Number(within), operator: (operator ?? '>=') as Operator };
  return minutes === undefined ? limit : { ...limit, minutes: Number(minutes) };
}

export const truthText = ({ within, minutes, operator }: TruthRule): string =>
  minutes === undefined ? `within ${within} m` : `minutes ${operator} ${minutes} within ${within} m`;

/**
 * Contact (true), no contact (false) or unknown (null). A label in the trace overrides. Without a rule the default
 * depends on what the trace recorded: one distance a pair (DISTANCE_RULE), distances over time (TIMED_RULE), or no
 * distance at all: unknown. Only a rule that somebody chose may call such an exposure too short to be a contact.
 */
export function truthOf(exposure: Exposure, rule?: TruthRule): boolean | null {
  if (exposure.label !== undefined) return exposure.label;
  const { distance } = exposure;
  if (distance === undefined) return rule || hasDistance(exposure) ? scansTruth(exposure, rule ?? TIMED_RULE) : null;
  const { within, minutes, operator } = rule ?? DISTANCE_RULE;
  return distance <= within && (minutes === undefined || exceeds(durationOf(exposure), operator, minutes));
}

const hasDistance = (exposure: Exposure): boolean =>
  presencesOf(exposure).some(({ distance }) => distance !== undefined);

function scansTruth(exposure: Exposure, { within, minutes, operator }: TruthRule): boolean | null {
  const presences = presencesOf(exposure);
  const near = presences.filter(({ distance }) => distance !== undefined && distance <= within);
  const unknown = presences.filter(({ distance }) => distance === undefined);
  if (minutes === undefined) return near.length > 0 || (unknown.length > 0 || presences.length === 0 ? null : false);
  const time = (part: typeof presences): Minutes =>
    part.reduce((sum, presence) => sum + (presence.pairSeconds ?? presence.seconds), 0) / 60;
  if (exceeds(time(near), operator, minutes)) return true;
  return exceeds(time(near) + time(unknown), operator, minutes) || presences.length === 0 ? null : false;
}
