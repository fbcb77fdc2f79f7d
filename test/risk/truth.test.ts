/** Truth rules and truth records: contract.md 2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import type { Exposure, Slice } from '../../src/core/exposure.ts';
import type { GroundTruth } from '../../src/core/records.ts';
import { DISTANCE_RULE, parseTruth, TIMED_RULE, type TruthRule, truthOf, truthText } from '../../src/risk/truth.ts';
import { TruthBook } from '../../src/risk/truthBook.ts';
import { exposure } from '../helpers/riskFixtures.ts';

describe('a truth rule in words', () => {
  it.each([
    ['within 2 m', { within: 2, operator: '>=' }],
    ['within 1.5m', { within: 1.5, operator: '>=' }],
    ['  WITHIN  2  M ', { within: 2, operator: '>=' }],
    ['minutes >= 15 within 2 m', { within: 2, minutes: 15, operator: '>=' }],
    ['minutes>15 within 2 m', { within: 2, minutes: 15, operator: '>' }],
    ['minute > 0 within 0.5 m', { within: 0.5, minutes: 0, operator: '>' }],
    ['Minutes >= 2.5 within 10 m', { within: 10, minutes: 2.5, operator: '>=' }],
  ])('"%s"', (text, rule) => {
    expect(parseTruth(text)).toEqual(rule);
  });

  it.each([
    '',
    'within 2',
    'within 2 ft',
    'within -2 m',
    'within m',
    'minutes >= 15',
    'minutes <= 15 within 2 m',
    'minutes = 15 within 2 m',
    'minutes >= 15within 2 m',
    'minutes >= x within 2 m',
    'minutes >= 1,5 within 2 m',
    '15 minutes within 2 m',
    'within 2 m for 15 minutes',
    'within 2 m within 3 m',
  ])('"%s" is refused with an example', (text) => {
    const refused = () => parseTruth(text);
    expect(refused).toThrow(EnlabError);
    expect(refused).toThrow(`cannot read the truth rule "${text}"`);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'E-TRUTH-UNKNOWN', hint: expect.stringContaining('minutes >= 15 within 2 m') }),
    );
  });

  it('is printed as it is read', () => {
    const rule = fc.record(
      {
        within: fc.integer({ min: 0, max: 400 }).map((value) => value / 4),
        minutes: fc.integer({ min: 0, max: 400 }).map((value) => value / 4),
        operator: fc.constantFrom('>', '>='),
      },
      { requiredKeys: ['within', 'minutes', 'operator'] },
    );
    fc.assert(
      fc.property(rule, (own) => {
        expect(parseTruth(truthText(own))).toEqual(own);
      }),
    );
    expect([truthText(DISTANCE_RULE), truthText(TIMED_RULE)]).toEqual(['within 2 m', 'minutes >= 15 within 2 m']);
  });
});

/** Minutes of one scan that the rule counts, at a distance. */
const at = (minutes: number, distance?: number): Slice => ({
  // What the scan itself covers is not what truth counts.
  seconds: 6000,
  low: 60,
  high: 60,
  pairSeconds: minutes * 60,
  ...(distance !== undefined && { distance }),
});

describe('contact over time', () => {
  const rule = parseTruth('minutes >= 15 within 2 m');
  const strict = parseTruth('minutes > 15 within 2 m');

  it.each([
    ['reached exactly', [at(15, 2)], true, false],
    ['reached in parts, whatever is unknown', [at(10, 1), at(9, 9), at(6, 2), at(99)], true, true],
    ['missed by a little', [at(14.99, 2), at(60, 2.01)], false, false],
    ['missed even if all unknown time counted', [at(10, 1), at(4.99)], false, false],
    ['reached only if unknown time counts', [at(10, 1), at(5)], null, false],
    ['perhaps more than reached', [at(10, 1), at(6)], null, null],
    ['nothing known', [at(20)], null, null],
    ['nothing known, too short', [at(14)], false, false],
    ['no scans at all', [], null, null],
  ] as const)('%s', (_, slices, expected, strictly) => {
    expect([truthOf(exposure(slices), rule), truthOf(exposure(slices), strict)]).toEqual([expected, strictly]);
  });

  it('is the least and the most that the unknown distances allow', () => {
    const slice = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }))
      .map(([minutes, distance]) => at(minutes, distance));
    const anyRule = fc.record(
      { within: fc.integer({ min: 0, max: 4 }), minutes: fc.integer({ min: 1, max: 30 }), operator: fc.constant('>=') },
      { requiredKeys: ['within', 'operator'] },
    ) as fc.Arbitrary<TruthRule>;
    fc.assert(
      fc.property(fc.array(slice, { minLength: 1, maxLength: 8 }), anyRule, (slices, own) => {
        const judged = (unknown: number): boolean => {
          const near = slices.filter(({ distance = unknown }) => distance <= own.within);
          if (own.minutes === undefined) return near.length > 0;
          return near.reduce((sum, { pairSeconds = 0 }) => sum + pairSeconds, 0) / 60 >= own.minutes;
        };
        const [least, most] = [judged(1e9), judged(0)];
        expect(truthOf(exposure(slices), own)).toBe(least === most ? least : null);
      }),
    );
  });

  it('counts seconds of the scan where the pair has none', () => {
    const { pairSeconds: _, ...bare } = at(0, 1);
    expect(truthOf(exposure([{ ...bare, seconds: 899 }]), rule)).toBe(false);
    expect(truthOf(exposure([{ ...bare, seconds: 900 }]), rule)).toBe(true);
  });
});

describe('contact of a pair with one distance', () => {
  const pair = (minutes: number, distance: number): Exposure =>
    exposure([{ seconds: minutes * 60, low: 50, high: 60 }], { distance });

  it.each([
    ['within 2 m', pair(1, 2), true],
    ['within 2 m', pair(60, 2.001), false],
    ['within 2 m', pair(0, 0), true],
    ['minutes >= 15 within 2 m', pair(15, 2), true],
    ['minutes > 15 within 2 m', pair(15, 2), false],
    ['minutes >= 15 within 2 m', pair(20, 3), false],
  ] as const)('%s', (text, own, expected) => {
    expect(truthOf(own, parseTruth(text))).toBe(expected);
  });
});

describe('without a rule', () => {
  it('pairs are judged by distance, scans by time', () => {
    const pair = exposure([{ seconds: 60, low: 50, high: 52 }], { distance: 1.9 });
    expect(truthOf(pair)).toBe(true);
    expect(truthOf({ ...pair, distance: 2.1 })).toBe(false);
    expect([truthOf(exposure([at(15, 2)])), truthOf(exposure([at(14, 2)])), truthOf(exposure([at(15)]))]).toEqual([
      true,
      false,
      null,
    ]);
  });
});

describe('an exposure without any distance', () => {
  const short = [
    exposure([{ seconds: 300, low: 50, high: 50 }]),
    exposure([at(5), at(5)]),
    exposure([at(5)], { silent: [{ seconds: 60, pairSeconds: 60 }] }),
  ];

  it('is unknown, however short, unless a rule was chosen', () => {
    expect(short.map((own) => truthOf(own))).toEqual([null, null, null]);
    expect(short.map((own) => truthOf(own, TIMED_RULE))).toEqual([false, false, false]);
    expect(short.map((own) => truthOf(own, DISTANCE_RULE))).toEqual([null, null, null]);
  });

  it('has one as soon as one scan has, heard or silent', () => {
    expect(truthOf(exposure([at(5), at(5, 9)]))).toBe(false);
    expect(truthOf(exposure([at(5)], { silent: [{ seconds: 60, distance: 1, pairSeconds: 60 }] }))).toBe(false);
    expect(truthOf(exposure([at(5)], { silent: [{ seconds: 60, distance: 1, pairSeconds: 900 }] }))).toBe(true);
  });
});

describe('a label', () => {
  it.each([true, false, null])('%s overrides every rule', (label) => {
    for (const slices of [[], [at(60, 0)], [at(60, 9)]])
      for (const rule of [undefined, DISTANCE_RULE, TIMED_RULE]) {
        expect(truthOf(exposure(slices, { label }), rule)).toBe(label);
        expect(truthOf(exposure(slices, { label, distance: 1 }), rule)).toBe(label);
      }
  });
});

describe('truth records', () => {
  const book = (...truths: readonly Omit<GroundTruth, 'type'>[]): TruthBook => {
    const own = new TruthBook();
    for (const truth of truths) own.add({ type: 'truth', ...truth });
    return own;
  };
  const person = exposure([], { user: 'u', receiver: 'r', transmitter: 't', day: 5 });
  const labelIn = (own: TruthBook, of: Exposure = person) => own.label(of).label;

  const forms = [
    { user: 'u', receiver: 'r', transmitter: 't', day: 5 },
    { user: 'u', receiver: 'r', transmitter: 't' },
    { receiver: 'r', transmitter: 't', day: 5 },
    { receiver: 'r', transmitter: 't' },
    { user: 'u', transmitter: 't', day: 5 },
    { user: 'u', transmitter: 't' },
    { user: 'u', receiver: 'r', day: 5 },
    { user: 'u', receiver: 'r' },
    { user: 'u', day: 5 },
    { user: 'u' },
    { receiver: 'r', day: 5 },
    { receiver: 'r' },
  ] as const;

  it.each(forms.map((form, k) => [JSON.stringify(form), k] as const))('%s beats all that follow', (_, k) => {
    const truths = forms.slice(k).map((form, position) => ({ ...form, label: position === 0 }));
    expect(labelIn(book(...truths))).toBe(true);
    expect(labelIn(book(...truths.toReversed()))).toBe(true);
  });

  it.each([
    ['another user', { user: 'v', label: true }],
    ['another day', { user: 'u', day: 6, label: true }],
    ['the pair the other way round', { receiver: 't', transmitter: 'r', label: true }],
    ['a pair with the same letters', { receiver: 'rt', transmitter: '', label: true }],
    ['another phone of the same user', { user: 'u', receiver: 'q', label: true }],
  ])('%s is not meant, and counted', (_, truth) => {
    const own = book(truth);
    expect([labelIn(own), own.unmatched]).toEqual([undefined, 1]);
  });

  it.each([{}, { day: 5 }, { transmitter: 't' }, { transmitter: 't', day: 5 }])('about %j are refused', (truth) => {
    expect(() => book({ ...truth, label: true })).toThrow(
      expect.objectContaining({
        code: 'E-FILE-INVALID',
        message: 'a truth record names neither user nor receiver',
      }),
    );
  });

  it('are counted as matched wherever they fit, whoever decides', () => {
    const own = book({ user: 'u', label: true }, { receiver: 'r', label: false }, { user: 'v', label: true });
    own.label({ ...person, label: null });
    expect(own.unmatched).toBe(1);
  });

  it.each(forms.map((form) => [JSON.stringify(form), form] as const))('%s comes too late after it', (_, form) => {
    for (const truths of [[], [{ ...form, user: 'x', receiver: 'x', label: true }]]) {
      const own = book(...truths);
      own.label(person);
      own.label(exposure([]));
      const code = 'E-TRACE-ORDER';
      expect(() => own.add({ type: 'truth', ...form, label: true })).toThrow(expect.objectContaining({ code }));
      expect(() => own.add({ type: 'truth', ...form, user: 'w', receiver: 'w', label: true })).not.toThrow();
      own.label({ ...person, user: 'w', receiver: 'w' });
      expect(() => own.add({ type: 'truth', ...form, user: 'w', receiver: 'w', label: true })).toThrow(
        expect.objectContaining({ code }),
      );
    }
  });

  it('leave what says nothing of itself alone', () => {
    expect(labelIn(book({ user: 'u', label: true }), exposure([]))).toBeUndefined();
  });

  it('do not overrule a label of the exposure, not even an unknown one', () => {
    const own = book({ user: 'u', label: true });
    expect([labelIn(own, { ...person, label: false }), labelIn(own, { ...person, label: null })]).toEqual([
      false,
      null,
    ]);
  });

  it('may say unknown, and say it twice, but not contradict each other', () => {
    const unknown = { user: 'u', label: null };
    expect(labelIn(book(unknown, unknown))).toBeNull();
    for (const label of [true, false])
      expect(() => book(unknown, { user: 'u', label })).toThrow(
        expect.objectContaining({
          code: 'E-FILE-INVALID',
          message: 'two truth records about user u contradict each other',
        }),
      );
    expect(labelIn(book({ user: 'u', label: true }, { user: 'u', day: 5, label: false }))).toBe(false);
  });

  it('keep everything else', () => {
    expect(book({ user: 'u', label: true }).label(person)).toEqual({ ...person, label: true });
    expect(book({ user: 'x', label: true }).label(person)).toBe(person);
  });
});
