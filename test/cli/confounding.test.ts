import { describe, expect, it } from 'vitest';
import { Workplace } from '../helpers/cli.ts';

const rows = (scenario: string, labels: readonly number[]): readonly string[] =>
  labels.map((label, k) => `u${scenario}${k},${scenario},${10 + k},55,${label}`);
const table = (...lines: readonly (readonly string[])[]): string =>
  ['user,scenario,minutes,attenuation,label', ...lines.flat()].join('\n');

describe('a scenario with one class only', () => {
  it.each([
    ['beside others is cautioned about', table(rows('bus', [1, 1, 1]), rows('tram', [0, 1, 0])), true],
    ['is not mentioned where every scenario has both', table(rows('bus', [1, 0, 1]), rows('tram', [0, 1, 0])), false],
    ['is not mentioned where it is the only one', table(rows('bus', [1, 0, 1])), false],
  ])('%s', async (_, csv, isWarned) => {
    const place = new Workplace({ 'field.csv': csv });
    const { stdout, exitCode } = await place.enlab('calibrate fit field.csv --bootstrap 5');
    expect(exitCode).toBe(0);
    expect(stdout.includes('Caution: bus has only contacts or only others')).toBe(isWarned);
  });
});
