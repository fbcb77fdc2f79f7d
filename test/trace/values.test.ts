import { describe, expect, it } from 'vitest';
import { splitUnit } from '../../src/trace/quantities.ts';
import { isUnknown, parseLabel, parseNumber, readNumber } from '../../src/trace/values.ts';

describe('cells', () => {
  it.each([
    [true, '1 1.0 1,0 TRUE true yes Y si SI Sì sí Ja oui vrai wahr positive Positivo POSITIF positiv pos contact'],
    [false, '0 0.0 0,0 FALSE false no N non Nein negative negativo négatif negativ falsch faux neg'],
    [null, 'NA n/a NULL NaN none unknown -'],
    [undefined, '2 maybe x boh 11 yesno tru'],
  ])('labels that are %s', (expected, words) => {
    for (const word of words.split(' ')) expect(parseLabel(word), word).toBe(expected);
  });

  it.each(['', 'NA', 'na', 'N/A', '#N/A', 'NULL', 'null', 'NaN', 'nan', 'None', '-'])('%j is unknown', (cell) => {
    expect(isUnknown(cell)).toBe(true);
    expect(readNumber(cell, { name: 'x', min: 0, max: 1 }, (value) => value)).toBeUndefined();
  });

  it.each([
    ['5', 5],
    ['-5,25', -5.25],
    ['4.0000000e+00', 4],
    ['.5', 0.5],
    ['5.', 5],
    ['1.234,5', Number.NaN],
    ['1,234,567', Number.NaN],
    ['1 234', Number.NaN],
    ['0x10', Number.NaN],
    ['5 min', Number.NaN],
    ['', Number.NaN],
  ])('%j is the number %s', (cell, expected) => {
    expect(parseNumber(cell)).toBe(expected);
  });

  it.each([
    ['distance_cm', ['distance', 'cm']],
    ['Distance (CM)', ['distance', 'cm']],
    ['durata [sec]', ['durata', 's']],
    ['time-minutes', ['time', 'min']],
    ['attenuation dB', ['attenuation', 'dB']],
    ['minutes', ['minutes', undefined]],
    ['s', ['s', undefined]],
    ['days', ['days', undefined]],
    ['receiver_id', ['receiver_id', undefined]],
  ])('the header %j is %j', (header, expected) => {
    expect(splitUnit(header)).toEqual(expected);
  });
});
