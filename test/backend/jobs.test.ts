/** Jobs: each at its time, in order, whatever another does; and what a pause leaves of them. */
import { describe, expect, it } from 'vitest';
import { Jobs } from '../../src/backend/jobs.ts';
import { every } from '../../src/backend/service.ts';

/** Jobs that write down when they ran. */
function recorded(periods: Readonly<Record<string, number>>, failing = '') {
  const ran: string[] = [];
  const jobs = Object.entries(periods).map(([name, period]) => ({
    name,
    next: every(period),
    run: async (now: number) => {
      ran.push(`${name} ${now}`);
      if (name === failing) throw new Error('no');
    },
  }));
  return { ran, jobs: new Jobs(jobs, 1000) };
}

describe('jobs', () => {
  it('run at every time that is due, the last included, and hear the clock at that time', async () => {
    const { ran, jobs } = recorded({ a: 100, b: 150 });
    const heard: number[] = [];
    await jobs.runUntil(
      1300,
      (due) => heard.push(due),
      () => {},
    );
    expect(ran).toEqual(['b 1050', 'a 1100', 'a 1200', 'b 1200', 'a 1300']);
    expect(heard).toEqual([1050, 1100, 1200, 1300]);
    expect(jobs.next).toBe(1350);
  });

  it('that fail are told, and come again', async () => {
    const { ran, jobs } = recorded({ a: 100, b: 100 }, 'a');
    const failed: string[] = [];
    await jobs.runUntil(
      1200,
      () => {},
      (name) => failed.push(name),
    );
    expect(failed).toEqual(['a', 'a']);
    expect(ran).toEqual(['a 1100', 'b 1100', 'a 1200', 'b 1200']);
  });

  it('run once after a pause, however often they were due', async () => {
    const { ran, jobs } = recorded({ a: 100, b: 1000 });
    jobs.skipTo(1990);
    await jobs.runUntil(
      1990,
      () => {},
      () => {},
    );
    expect(ran).toEqual(['a 1900']);
    expect(jobs.next).toBe(2000);
  });
});
