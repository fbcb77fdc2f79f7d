import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

describe('nearest', () => {
  it.each([
    ['minuts', ['minutes', 'attenuation'], 'minutes'],
    ['MINUTES', ['attenuation', 'minutes'], 'minutes'],
    ['lable', ['table', 'label'], 'table'],
    ['labels', ['tables', 'label'], 'label'],
    ['cvs', ['cells', 'csv'], 'csv'],
    ['immuni-2020-06-50', ['immuni-2020-05-25', 'immuni-2020-06-05'], 'immuni-2020-06-05'],
    ['abcdef', ['abcxyz'], 'abcxyz'],
    ['abcdef', ['abwxyz'], undefined],
    ['xyz', ['minutes'], undefined],
    ['a', ['b'], undefined],
    ['name', [], undefined],
    ['', ['b'], undefined],
  ])('%s of %j is %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  it('finds a name that is among the candidates, whatever else is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (names, k) => {
        const name = names[k % names.length]!;
        expect(nearest(name, names)?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });

  it('survives one typing error in a word of four letters or more', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'replace'), (name, k, how) => {
        const at = k % (name.length - 1);
        const [a, b] = [name[at]!, name[at + 1]!];
        const middle = { drop: b, double: a + a + b, swap: b + a, replace: `#${b}` }[how];
        const typed = name.slice(0, at) + middle + name.slice(at + 2);
        expect(nearest(typed, ['########################', name])).toBe(name);
      }),
    );
  });
});
