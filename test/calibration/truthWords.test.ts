/** What the methods paragraph says was taken for the truth. */
import { describe, expect, it } from 'vitest';
import { truthSentences } from '../../calibration/documents/truthWords.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { exposureAt, sampleFrom } from '../helpers/calibrationData.ts';

describe('the truth', () => {
  const labelled = [exposureAt(20, 60, { user: 'a', label: true }), exposureAt(20, 60, { user: 'b', label: false })];
  const pairs = [1, 4].map((distance) => exposureAt(20, 60, { user: `p${distance}`, distance }));
  const scans = [1, 4].map((distance) => ({
    ...exposureAt(20, 60, { user: `s${distance}` }),
    slices: [{ seconds: 1200, low: 60, high: 60, distance }],
  }));
  const text = (exposures: readonly Exposure[], truth = 'labels, else'): string =>
    truthSentences(sampleFrom(exposures), { level: 'user', truth }).join(' ');

  it('of labels names no rule', () => {
    expect(text(labelled)).toContain('Whether an exposure is a true contact is what the trace says of it.');
    expect(text(labelled)).not.toContain('apart');
    expect(text(pairs)).not.toContain('what the trace says');
  });

  it('of distances names the rule that applies to them', () => {
    expect(text(pairs)).toContain('An exposure is a true contact if the phones were at most 2 m apart.');
    expect(text(scans)).toContain(
      'An exposure is a true contact if the phones were at most 2 m apart for at least 15 minutes in all.',
    );
    const both = text([...labelled, ...pairs, ...scans]);
    expect(both).toContain('without such a label with one recorded distance is a true contact if');
    expect(both).toContain('without such a label with distances over time is a true contact if');
  });

  it('does not name a rule for exposures that none was applied to', () => {
    // A person with a contact that is known and an exposure of which nothing is.
    const silent = [...labelled, exposureAt(20, 60, { user: 'a' })];
    expect(text(silent)).not.toContain('apart');
    expect(text(silent, 'within 3 m')).toContain(
      'without such a label is a true contact if the phones were at most 3 m',
    );
  });

  it('of --truth names that one', () => {
    expect(text(scans, 'minutes > 10 within 1.5 m')).toContain('at most 1.5 m apart for more than 10 minutes in all.');
    expect(text(scans, 'within 3 m')).toContain('at most 3 m apart at any time.');
    expect(text(pairs, 'within 3 m')).toContain('at most 3 m apart.');
  });
});
