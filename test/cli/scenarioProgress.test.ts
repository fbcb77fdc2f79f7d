import { describe, expect, it } from 'vitest';
import type { Edge } from '../../cli/edge.ts';
import { townProgress } from '../../cli/scenario/progress.ts';
import { resolved } from '../helpers/scenario.ts';

const CLEAR = '\r\u001B[K';
const scenario = resolved('title: A town\ndays: 2\nreplicates: 2\n');

/** The clock moves one step a look. */
function toldBy(step: number, { isTerminal = true, TERM = 'xterm' } = {}): readonly string[] {
  const written: string[] = [];
  let time = 100;
  const stderr = { isTerminal, width: 80, write: (text: string) => void written.push(text) };
  const edge = { stderr, environment: { TERM }, now: () => (time += step) } as unknown as Edge;
  const tell = townProgress(edge, scenario, scenario.arms.length);
  // Two arms, two replicates, two days.
  for (let day = 0; day < 8; day++) tell();
  return written;
}

describe('progress of a simulation', () => {
  it('says how many days of all runs are done and the time left, and clears the line at the end', () => {
    const written = toldBy(3);
    expect(written).toHaveLength(8);
    expect(written[0]).toBe(`${CLEAR}A town: 1 of 8 days, about 21 s left`);
    expect(written[6]).toBe(`${CLEAR}A town: 7 of 8 days, about 3 s left`);
    expect(written[7]).toBe(CLEAR);
  });

  it('writes at most ten lines a second', () => {
    expect(toldBy(0.06)).toHaveLength(4);
  });

  it.each([[{ isTerminal: false }], [{ TERM: 'dumb' }]])('says nothing where nobody looks: %j', (where) => {
    expect(toldBy(3, where)).toEqual([]);
  });
});
