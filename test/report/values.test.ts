import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateText, isNumeric, numberText, typographic, valueText } from '../../src/report/values.ts';

const proportion = { format: 'proportion' } as const;

describe('numbers', () => {
  it.each([
    [0, undefined, '0'],
    [-0, undefined, '0'],
    [9999, undefined, '9,999'],
    [12_021, undefined, '12,021'],
    [-1_234_567, undefined, '-1,234,567'],
    [0.47123, undefined, '0.4712'],
    [0.1 + 0.2, undefined, '0.3'],
    [12_345.678, undefined, '12,346'],
    [-1999.6, undefined, '-2,000'],
    [999.96, undefined, '1,000'],
    [999.44, undefined, '999.4'],
    [0.000_012_346, undefined, '0.00001235'],
    [3.2, 2, '3.20'],
    [2.5, 0, '3'],
    [-0.0004, 3, '0.000'],
    [Number.NaN, undefined, 'NaN'],
    [Number.POSITIVE_INFINITY, 3, 'Infinity'],
  ])('%d with %s decimals is %s', (value, digits, text) => {
    expect(numberText(value, digits)).toBe(text);
  });

  it('keeps integers exact and other numbers to four digits', () => {
    fc.assert(fc.property(fc.integer(), (value) => Number(numberText(value).replaceAll(',', '')) === value));
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const shown = Number(numberText(value).replaceAll(',', ''));
        // Twelve decimals at most, so very small values lose digits.
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.abs(value) * 5e-4 + 1e-12);
      }),
    );
  });
});

describe('estimates', () => {
  it.each([
    [{ value: 0.4706, low: 0.3144, high: 0.6329 }, '0.471 (0.314-0.633)'],
    [{ value: -0.003, low: -0.226, high: 0.22 }, '-0.003 (-0.226 to 0.220)'],
    [{ value: -0.5, low: -0.7, high: -0.2 }, '-0.500 (-0.700 to -0.200)'],
    [{ value: null, low: null, high: null, reason: '0 negatives' }, 'undefined (0 negatives)'],
    [{ value: null, low: null, high: null }, 'undefined (no reason given)'],
    [{ value: 0.5, low: null, high: null }, '0.500 (no interval)'],
    [{ value: 0.5, low: 0.1, high: null, reason: '1 user' }, '0.500 (no interval: 1 user)'],
  ])('%j is %s', (estimate, text) => {
    expect(estimateText(estimate, proportion)).toBe(text);
  });

  it('uses the digits of the column', () => {
    expect(estimateText({ value: 12, low: 3.149, high: 20 }, { format: 'number', digits: 1 })).toBe('12.0 (3.1-20.0)');
  });
});

describe('cells', () => {
  it.each([
    [null, '-'],
    [undefined, '-'],
    [true, 'yes'],
    [false, 'no'],
    ['<5', '<5'],
    [0.5, '0.500'],
    [{ value: 0.5, low: 0.4, high: 0.6 }, '0.500 (0.400-0.600)'],
  ])('%j is %s', (value, text) => {
    expect(valueText(value, proportion)).toBe(text);
  });

  it('aligns numbers and proportions, not text', () => {
    const formats = [undefined, 'text', 'number', 'proportion'] as const;
    expect(formats.map((format) => isNumeric({ key: 'k', label: 'l', ...(format && { format }) }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['-0.5', '\u22120.5'],
    ['(0.314-0.633)', '(0.314\u20130.633)'],
    ['0.471 (0.314-0.633)', '0.471 (0.314\u20130.633)'],
    ['-1 (-2 to -0.5)', '\u22121 (\u22122 to \u22120.5)'],
    ['undefined (2020-06-05)', 'undefined (2020-06-05)'],
    ['well-known', 'well-known'],
  ])('sets %s as %s', (text, set) => {
    expect(typographic(text)).toBe(set);
  });
});
