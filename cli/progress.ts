/** Progress of a bootstrap on a terminal: how far, the estimate so far, the time left. Nothing elsewhere. */
import type { BootstrapOptions } from '../calibration/estimates.ts';
import type { Edge } from './edge.ts';

/** Seconds between two lines: often enough to see it move, rarely enough to cost nothing. */
export const PAUSE = 0.1;
export const CLEAR_LINE = '\r\u001B[K';

/** The same options, reporting to stderr where a person looks at it. */
export function withProgress(edge: Edge, options: BootstrapOptions): BootstrapOptions {
  const { stderr, environment } = edge;
  if (!stderr.isTerminal || environment['TERM'] === 'dumb') return options;
  const { replicates } = options;
  const begin = edge.now();
  let shown = begin;
  const progress = (done: number, optimism: number | null): void => {
    const time = edge.now();
    if (time - shown < PAUSE && done < replicates) return;
    shown = time;
    const left = Math.ceil(((time - begin) / done) * (replicates - done));
    const estimate = optimism === null ? 'unknown' : optimism.toFixed(3);
    const text = `bootstrap ${done} of ${replicates}, optimism so far ${estimate}, about ${left} s left`;
    stderr.write(CLEAR_LINE + (done < replicates ? text : ''));
  };
  return { ...options, progress };
}
