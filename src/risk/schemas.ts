/** Pieces that the parameter schemas of several models share, with the ranges of the framework. */
import { z } from 'zod';

const tableEntry = 'must be a whole number 0..8';

/** Scores of one factor, 8 integers 0..8 (ENv1, risk-models.md 1.1). */
export const table = z
  .array(z.int(tableEntry).min(0, tableEntry).max(8, tableEntry))
  .length(8, 'must be 8 whole numbers 0..8')
  .readonly();

export const ones: readonly number[] = [1, 1, 1, 1, 1, 1, 1, 1];

export const operator = z.enum(['>', '>='], '">" or ">="');
export const platform = z.enum(['android', 'ios'], '"android" or "ios"');

/** A number with a range, said in the message. */
export const between = (low: number, high: number): z.ZodNumber => {
  const message = `must be a number ${low}..${high}`;
  return z.number(message).min(low, message).max(high, message);
};

/** A whole number with a range. */
export const whole = (low: number, high: number): z.ZodInt => {
  const message = `must be a whole number ${low}..${high}`;
  return z.int(message).min(low, message).max(high, message);
};

/** One byte, the range of attenuation thresholds. */
export const decibels = whole(0, 255);

const positive = 'must be a number > 0';
export const aboveZero = z.number(positive).gt(0, positive);

/** Two dB thresholds; equal ones leave the middle bucket empty. */
export const twoThresholds = z
  .tuple([decibels, decibels])
  .refine(([lower, upper]) => lower <= upper, 'the lower threshold must not exceed the upper')
  .readonly();
