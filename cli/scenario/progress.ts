/** How far simulations are, on a terminal. Nothing elsewhere. */
import type { Scenario } from '../../src/scenario/resolve.ts';
import type { Edge } from '../edge.ts';
import { progressLine } from '../progress.ts';

/** To be told of every day of every run; `arms`: how many there are. */
export function townProgress(
  edge: Edge,
  { title, replicates, days }: Pick<Scenario, 'title' | 'replicates' | 'days'>,
  arms: number,
): () => void {
  const all = arms * replicates * days;
  const tell = progressLine(edge, all);
  let done = 0;
  return () => {
    done++;
    tell?.(done, () => `${title}: ${done} of ${all} days`);
  };
}
