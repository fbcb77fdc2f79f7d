import { describe, expect, it } from 'vitest';
import { inOrder, type Plans, plan, taken } from '../../src/population/plans.ts';

describe('plans', () => {
  it('are taken once, on their day, in the order in which they were made', () => {
    const plans: Plans<string> = new Map();
    plan(plans, 3, 'b');
    plan(plans, 5, 'c');
    plan(plans, 3, 'a');
    expect([taken(plans, 2), taken(plans, 3), taken(plans, 3)]).toEqual([[], ['b', 'a'], []]);
    plan(plans, 5, 'd');
    expect(taken(plans, 5)).toEqual(['c', 'd']);
    expect(plans.size).toBe(0);
  });

  it('of people can be put in their order', () => {
    expect(inOrder(new Set([10, 9, 100]))).toEqual([9, 10, 100]);
  });
});
