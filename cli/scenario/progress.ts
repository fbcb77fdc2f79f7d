/** How far simulations are, on a terminal. Nothing elsewhere. */
import type { Scenario } from '../../src/scenario/resolve.ts';
import type { Edge } from '../edge.ts';
import { CLEAR_LINE, PAUSE } from '../progress.ts';

/** To be told of every day of every run. */
export function townProgress(edge: Edge, { title, arms, replicates, days }: Scenario): () => void {
  const { stderr, environment } = edge;
  if (!stderr.isTerminal || environment['TERM'] === 'dumb') return () => {};
  const all = arms.length * replicates * days;
  const begin = edge.now();
  let [done, shown] = [0, begin];
  return () => {
    const time = edge.now();
    if (++done < all && time - shown < PAUSE) return;
    shown = time;
    const left = Math.ceil(((time - begin) / done) * (all - done));
    const text = `${title}: ${done} of ${all} days, about ${left} s left`;
    stderr.write(CLEAR_LINE + (done < all ? text : ''));
  };
}
