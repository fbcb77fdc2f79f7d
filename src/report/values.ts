/** Text forms of the values of a document, the same in HTML, terminal and figures. */
import type { Column, Estimate, Value } from '../core/document.ts';

export const isEstimate = (value: Value | undefined): value is Estimate => typeof value === 'object' && value !== null;

/** "12,021", "0.4712", "3.20": grouped; four significant digits, and all before the point, unless decimals are asked for. */
export function numberText(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = digits === undefined ? shortened(value) : value;
  const decimals = digits ?? Math.min(decimalsOf(rounded), 12);
  const text = rounded.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

/** Whole numbers stay as they are; 17193.4 is 17193, as it is elsewhere in a report, not 17190. */
function shortened(value: number): number {
  if (Number.isInteger(value)) return Number(value.toPrecision(15));
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}

/** Digits behind the point that the number needs: 1e-7 -> 7. */
function decimalsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
}

type Format = Pick<Column, 'format' | 'digits'>;

const inFormat = (value: number, { format, digits }: Format): string =>
  numberText(value, digits ?? (format === 'proportion' ? 3 : undefined));

/** Point value, or "undefined", and what belongs in brackets behind it: the interval or the reason. */
export function estimateParts(estimate: Estimate, format: Format): { value: string; note: string } {
  const { value, low, high, reason } = estimate;
  if (value === null) return { value: 'undefined', note: reason ?? 'no reason given' };
  const text = inFormat(value, format);
  if (low === null || high === null) return { value: text, note: reason ? `no interval: ${reason}` : 'no interval' };
  // A hyphen between negative numbers cannot be told from a sign.
  const separator = low < 0 || high < 0 ? ' to ' : '-';
  return { value: text, note: inFormat(low, format) + separator + inFormat(high, format) };
}

/** "0.471 (0.314-0.633)", "undefined (0 negatives)" */
export function estimateText(estimate: Estimate, format: Format): string {
  const { value, note } = estimateParts(estimate, format);
  return `${value} (${note})`;
}

/** One cell of a table; null and absent values are "-". */
export function valueText(value: Value | undefined, column: Format): string {
  if (value === null || value === undefined) return '-';
  if (isEstimate(value)) return estimateText(value, column);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? inFormat(value, column) : value;
}

export const isNumeric = (column: Column): boolean => column.format === 'number' || column.format === 'proportion';

/** Minus signs, and the dash of an interval, as a typesetter would set them. */
export const typographic = (text: string): string =>
  text.replace(/(^|[\s(])-(?=\d)/g, '$1\u2212').replace(/((?:^|\()[\d.,]+)-(?=[\d.,]+(?:\)|$))/, '$1\u2013');
