/** The course of an infection: days and shares as given, a result after the onset, the same for an agent each time. */
import { describe, expect, it } from 'vitest';
import { type CourseParameters, Courses } from '../../src/population/course.ts';

const parameters: CourseParameters = {
  incubation: { median: 5, sigma: 0.4 },
  symptomatic: 0.6,
  testing: { tested: 0.8, wait: { median: 3, sigma: 0.5 }, lab: { median: 24, sigma: 0.3 }, sensitivity: 0.9 },
};
const MANY = 20_000;
const agents = Array.from({ length: MANY }, (_, agent) => agent);
const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

describe('courses', () => {
  const courses = new Courses(parameters, 1);
  const results = agents.map((agent) => courses.testOf(agent));

  it('have incubations around their median, of a day at least', () => {
    const days = agents.map((agent) => courses.incubationOf(agent));
    expect(median(days)).toBe(5);
    expect(Math.min(...days)).toBeGreaterThanOrEqual(1);
    expect(days.every(Number.isInteger)).toBe(true);
  });

  it('have symptoms in the share that is given', () => {
    expect(agents.filter((agent) => courses.hasSymptoms(agent)).length / MANY).toBeCloseTo(0.6, 1);
  });

  it('end with a result for the tested of those with symptoms whose test finds it', () => {
    const found = results.filter((result) => result !== undefined).length / MANY;
    expect(Math.abs(found - 0.6 * 0.8 * 0.9)).toBeLessThan(0.015);
    for (const [agent, result] of results.entries())
      if (result !== undefined) expect(courses.hasSymptoms(agent)).toBe(true);
  });

  it('have the test after the onset and its result after that, by both delays', () => {
    const found = results.flatMap((times, agent) => (times ? [{ ...times, agent }] : []));
    for (const { onset, agent } of found) expect(onset).toBe(24 * courses.incubationOf(agent));
    const waits = found.map(({ onset, test }) => (test - onset) / 24);
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect(median(waits)).toBeCloseTo(3, 1);
    expect(median(found.map(({ lab }) => lab))).toBeCloseTo(24, 0);
  });

  it('are the same each time, and others for another seed', () => {
    expect(agents.map((agent) => new Courses(parameters, 1).testOf(agent))).toEqual(results);
    expect(agents.map((agent) => new Courses(parameters, 2).testOf(agent))).not.toEqual(results);
  });

  it.each([
    ['nobody has symptoms', { symptomatic: 0 }, 0],
    ['nobody is tested', { testing: { ...parameters.testing, tested: 0 } }, 0],
    ['tests find nothing', { testing: { ...parameters.testing, sensitivity: 0 } }, 0],
    [
      'all are ill, tested and found',
      { symptomatic: 1, testing: { ...parameters.testing, tested: 1, sensitivity: 1 } },
      MANY,
    ],
  ])('have as many results as there must be where %s', (_, changes, count) => {
    const limited = new Courses({ ...parameters, ...changes }, 1);
    expect(agents.filter((agent) => limited.testOf(agent) !== undefined)).toHaveLength(count);
  });
});
