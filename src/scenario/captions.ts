/** What tables of estimates say once, in their captions, in place of in each cell. */
import type { Estimate, Value } from '../core/document.ts';
import { countAboveZero } from '../stats/means.ts';

/** "Provinces: mean over runs, 95 % interval"; `counts`: those estimates that cannot be below 0. */
export function estimatesCaption(what: string, replicates: number, counts: readonly Estimate[]): string {
  if (replicates === 1) return `${what}: of one run, without intervals`;
  const below = counts.filter(({ low }) => low !== null && low < 0);
  const caption = `${what}: mean over runs, 95 % interval`;
  if (below.length === 0) return caption;
  const enough = Math.max(...below.map((own) => countAboveZero(own, replicates)));
  const runs = enough < 100 ? `about ${enough}` : '100 or more';
  return `${caption}. Some intervals of counts reach below 0, which only differences can: ${replicates} runs are few. With as much chance in each, ${runs} would do (--replicates)`;
}

/** The caption of a table says why there is no interval in one run; why a value is undefined stands in its cell. */
export const cellOf = (estimate: Estimate): Value =>
  estimate.value !== null && estimate.low === null ? estimate.value : estimate;
