import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coordinate, element, escapeXml, printable } from '../../src/core/xml.ts';
import { parseXml } from '../helpers/xml.ts';

describe('markup', () => {
  it('gives back every text, in content and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, value) => {
        const parsed = parseXml(element('p', { title: value }, escapeXml(text)));
        expect(parsed.text).toBe(printable(text));
        expect(parsed.attributes.title).toBe(printable(value));
      }),
    );
  });

  it.each([
    ['escape sequence', 'a\u001b[31mb', 'a\ufffd[31mb'],
    ['NUL', '\u0000', '\ufffd'],
    ['C1 control', '\u009b2J', '\ufffd2J'],
    ['carriage return', 'a\rb', 'a\ufffdb'],
    ['half a surrogate pair', '\ud800x', '\ufffdx'],
    ['non-character', '\ufffe', '\ufffd'],
    ['line feed and tab', 'a\n\tb', 'a\n\tb'],
    ['emoji', '\u{1f600}', '\u{1f600}'],
  ])('makes %s printable', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves out undefined attributes and rounds numbers', () => {
    expect(element('rect', { x: 1 / 3, y: undefined, fill: '"<&' })).toBe('<rect x="0.33" fill="&quot;&lt;&amp;"/>');
    expect(element('td', {}, '')).toBe('<td></td>');
    expect([1.005, -0.001, 1e-9, 12].map(coordinate)).toEqual(['1', '0', '0', '12']);
  });
});
