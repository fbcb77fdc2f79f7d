/** Progress on a terminal: how far, and the time left. Nothing elsewhere. */
import type { BootstrapOptions } from '../calibration/estimates.ts';
import type { Edge } from './edge.ts';

/** Seconds between two lines: often enough to see it move, rarely enough to cost nothing. */
const PAUSE = 0.1;
const CLEAR_LINE = '\r\u001B[K';

/** To be told how much of `all` is done, with the words for it; undefined where nobody looks. */
export function progressLine(
  { stderr, environment, now }: Edge,
  all: number,
): ((done: number, words: () => string) => void) | undefined {
  if (!stderr.isTerminal || environment['TERM'] === 'dumb') return undefined;
  const begin = now();
  let shown = begin;
  return (done, words) => {
    const time = now();
    if (time - shown < PAUSE && done < all) return;
    shown = time;
    const left = Math.ceil(((time - begin) / done) * (all - done));
    stderr.write(CLEAR_LINE + (done < all ? `${words()}, about ${left} s left` : ''));
  };
}

/** The same options, reporting to stderr where a person looks at it, with the estimate so far. */
export function withProgress(edge: Edge, options: BootstrapOptions): BootstrapOptions {
  const { replicates } = options;
  const tell = progressLine(edge, replicates);
  if (!tell) return options;
  const progress = (done: number, optimism: number | null): void => {
    const estimate = optimism === null ? 'unknown' : optimism.toFixed(3);
    tell(done, () => `bootstrap ${done} of ${replicates}, optimism so far ${estimate}`);
  };
  return { ...options, progress };
}
