import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAround, mergeSpots, numberRanges, placeLabels, spreadLabels } from '../../src/report/plots/labels.ts';
import { fontSize, textWidth, wrapped } from '../../src/report/plots/sketch.ts';

const frame = { left: 0, right: 500, top: 0, bottom: 500 };

/** The box of a placed label, by SVG's meaning of text-anchor and a height of one em. */
function boxOf({ x, y, text, anchor }: { x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end' }) {
  const width = textWidth(text);
  const left = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width;
  return { left, right: left + width, top: y - fontSize / 2, bottom: y + fontSize / 2 };
}
const overlap = (a: typeof frame, b: typeof frame) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('placing labels', () => {
  it('puts a lonely label right of its point', () => {
    const [label] = placeLabels([{ x: 100, y: 100, text: 'one' }], [], frame);
    expect(label).toMatchObject({ x: 108, y: 100, anchor: 'start', from: null, clear: true });
  });

  it('goes left where the frame ends', () => {
    const [label] = placeLabels([{ x: 495, y: 250, text: 'preset' }], [], frame);
    expect(label).toMatchObject({ x: 487, anchor: 'end', clear: true });
  });

  it('prefers free ground to a line, and a line to a point', () => {
    const line = { box: boxAround(120, 100, 4), passable: true };
    const [moved] = placeLabels([{ x: 100, y: 100, text: 'one' }], [line], frame);
    expect(overlap(boxOf(moved!), line.box)).toBe(false);
    const wall = { box: frame, passable: true };
    expect(placeLabels([{ x: 100, y: 100, text: 'one' }], [wall], frame)[0]!.clear).toBe(true);
  });

  it('never lets two labels that it calls clear overlap, nor covers a point with one', () => {
    const spot = fc.record({ x: fc.integer({ min: 200, max: 280 }), y: fc.integer({ min: 200, max: 280 }) });
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 25 }), (places) => {
        const spots = mergeSpots(
          places.map((place, k) => ({ ...place, text: String(k + 1) })),
          numberRanges,
        );
        const clear = placeLabels(spots, [], frame)
          .filter((label) => label.clear)
          .map(boxOf);
        for (const [k, box] of clear.entries()) {
          expect(clear.slice(k + 1).some((other) => overlap(box, other))).toBe(false);
          expect(spots.some(({ x, y }) => overlap(box, boxAround(x, y, 5)))).toBe(false);
        }
      }),
    );
  });

  it('leaves a gap between numbers of neighbours, which would read as one', () => {
    const spot = fc.record({ x: fc.integer({ min: 200, max: 320 }), y: fc.integer({ min: 240, max: 260 }) });
    fc.assert(
      fc.property(fc.array(spot, { maxLength: 12 }), (places) => {
        const labels = placeLabels(
          places.map((place, k) => ({ ...place, text: String(k + 20) })),
          [],
          frame,
        );
        const boxes = labels.filter(({ clear }) => clear).map(boxOf);
        for (const [k, box] of boxes.entries())
          for (const other of boxes.slice(k + 1))
            if (box.top < other.bottom && other.top < box.bottom)
              expect(Math.max(other.left - box.right, box.left - other.right)).toBeGreaterThanOrEqual(4);
      }),
    );
  });

  it('leads a line to a label that had to go far', () => {
    const crowd = Array.from({ length: 9 }, (_, k) => ({
      x: 245 + (k % 3) * 12,
      y: 245 + Math.floor(k / 3) * 12,
      text: `${k}`,
    }));
    const labels = placeLabels(crowd, [], frame);
    expect(labels.every(({ clear }) => clear)).toBe(true);
    const led = labels.filter(({ from }) => from !== null);
    expect(led.length).toBeGreaterThan(0);
    for (const { from } of led) expect(crowd.some(({ x, y }) => from![0] === x && from![1] === y)).toBe(true);
  });
});

describe('crowded labels', () => {
  it('merges spots that lie on each other', () => {
    const spots = [
      { x: 10, y: 10, text: '1' },
      { x: 100, y: 10, text: '2' },
      { x: 12, y: 13, text: '3' },
      { x: 10, y: 11, text: '4' },
    ];
    expect(mergeSpots(spots, numberRanges)).toEqual([
      { x: 10, y: 10, text: '1, 3, 4' },
      { x: 100, y: 10, text: '2' },
    ]);
  });

  it.each([
    [['1'], '1'],
    [['2', '1'], '1, 2'],
    [['1', '2', '3', '5'], '1-3, 5'],
    [['9', '10', '11', '3', '4'], '3, 4, 9-11'],
  ])('writes %j as %s', (texts, range) => {
    expect(numberRanges(texts)).toBe(range);
  });

  it.each([
    [
      [10, 50],
      [10, 50],
    ],
    [
      [50, 48, 10],
      [62, 48, 10],
    ],
    [[10, 10, 10], null],
    [[], []],
  ])('spreads %j to %j', (heights, spread) => {
    expect(spreadLabels(heights, 14, 14)).toEqual(spread);
  });

  it('wraps words and leaves long ones whole', () => {
    expect(wrapped('aa bb cccccccccc d', textWidth('aa bb'))).toEqual(['aa bb', 'cccccccccc', 'd']);
    expect(wrapped('', 10)).toEqual(['']);
  });
});
