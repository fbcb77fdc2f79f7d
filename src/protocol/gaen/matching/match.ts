/** Matching as commands and phones call it: rules for keys, device-exact matching, in this thread or in workers. */
import type { KeyTable } from '../keyTable.ts';
import { type MatchResult, matchRows, storeSightings } from './deviceExact.ts';
import { type ExpanderName, openExpander } from './expander.ts';
import { addRejections, keysTakingPart, type MatchRules, toleranceOf } from './rules.ts';
import type { Sightings } from './sightings.ts';
import { matchInWorkers } from './workers.ts';

export interface MatchOptions extends MatchRules {
  /** `wasm` unless another one is named. */
  readonly expander?: ExpanderName;
  /** Threads beside this one; 0, the default: none. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

/** Fewer keys are matched sooner than a worker starts (50 ms). */
export const FEWEST_KEYS_FOR_WORKERS = 10_000;

/**
 * Matches of all keys with all sightings, in canonical order whatever the number of workers, and counts of what was
 * rejected and why. `reason`: why another expander than the one asked for did it. Rejects with the signal's reason when
 * that fires before the work, or while workers do it, and with the error of a worker that fails.
 */
export async function match(
  keys: KeyTable,
  sightings: Sightings,
  options: MatchOptions = {},
): Promise<MatchResult & { readonly reason?: string }> {
  options.signal?.throwIfAborted();
  const { expander: name = 'wasm', workers = 0 } = options;
  const { rows, rejected } = keysTakingPart(keys, options);
  const tolerance = toleranceOf(options);
  const parallel = workers > 0 && rows.length >= FEWEST_KEYS_FOR_WORKERS;
  const stored = storeSightings(sightings, { shared: parallel });
  const expander = await openExpander(name);
  const result = parallel
    ? await matchInWorkers({ keys, rows, stored, tolerance, expander: name }, workers, options.signal)
    : matchRows(keys, rows, stored, tolerance, expander);
  addRejections(result.rejected, rejected);
  return expander.reason === undefined ? result : { ...result, reason: expander.reason };
}
