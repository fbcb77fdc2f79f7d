import { describe, expect, it } from 'vitest';
import type { Edge } from '../../cli/edge.ts';
import { withProgress } from '../../cli/progress.ts';

const CLEAR = '\r\u001B[K';

/** An edge of which only what progress looks at is made; the clock moves one step a look. */
function edgeAt(step: number, { isTerminal = true, TERM = 'xterm' } = {}) {
  const written: string[] = [];
  let time = 100;
  const stderr = { isTerminal, width: 80, write: (text: string) => void written.push(text) };
  const now = (): number => (time += step);
  return { written, edge: { stderr, environment: { TERM }, now } as unknown as Edge };
}

const options = { replicates: 4, seed: 1 };

describe('progress of a bootstrap', () => {
  it('says how far, the estimate so far and the time left, and clears the line at the end', () => {
    const { written, edge } = edgeAt(2);
    const { progress } = withProgress(edge, options);
    progress!(1, null);
    progress!(2, 0.125);
    progress!(4, 0.1);
    expect(written).toEqual([
      `${CLEAR}bootstrap 1 of 4, optimism so far unknown, about 6 s left`,
      `${CLEAR}bootstrap 2 of 4, optimism so far 0.125, about 4 s left`,
      CLEAR,
    ]);
  });

  it('writes at most ten lines a second, but always clears the last', () => {
    const { written, edge } = edgeAt(0.04);
    const { progress } = withProgress(edge, { replicates: 9, seed: 1 });
    for (let done = 1; done <= 9; done++) progress!(done, 0);
    expect(written).toHaveLength(3);
    expect(written.at(-1)).toBe(CLEAR);
  });

  it.each([
    ['no terminal', { isTerminal: false }],
    ['a dumb terminal', { TERM: 'dumb' }],
  ])('is silent with %s', (_, world) => {
    expect(withProgress(edgeAt(1, world).edge, options)).toBe(options);
  });
});
