/** Keys of nobody: reproducible, marked, and spread as keys of people are. */
import { expect, it } from 'vitest';
import { keyAt, keyDataAt } from '../../../src/protocol/gaen/keyTable.ts';
import { simulatedDiagnosisKeys } from '../../../src/protocol/gaen/simulatedDiagnosisKeys.ts';
import { isSimulatedKey } from '../../../src/protocol/gaen/simulatedKeys.ts';

const people = { seed: 1, firstDay: 18_536, days: 14 };
const table = simulatedDiagnosisKeys(3000, people);
const keys = Array.from({ length: table.length }, (_, row) => keyAt(table, row));

it('are the same for the same seed, and begin alike whatever their number', () => {
  expect(simulatedDiagnosisKeys(3000, people)).toEqual(table);
  const few = simulatedDiagnosisKeys(100, people);
  expect(few.keyData).toEqual(table.keyData.subarray(0, 1600));
  expect(simulatedDiagnosisKeys(100, { ...people, seed: 2 }).keyData).not.toEqual(few.keyData);
});

it('carry the mark and never repeat', () => {
  expect(keys.every(({ keyData }) => isSimulatedKey(keyData))).toBe(true);
  expect(new Set(Array.from({ length: 3000 }, (_, row) => keyDataAt(table, row).join())).size).toBe(3000);
});

it('lie in their days, with every field in its range', () => {
  const days = new Set(keys.map(({ rollingStartIntervalNumber: start }) => start / 144));
  expect([Math.min(...days), Math.max(...days), days.size]).toEqual([18_536, 18_549, 14]);
  for (const key of keys) {
    expect(key.rollingPeriod).toBeGreaterThanOrEqual(1);
    expect(key.rollingPeriod).toBeLessThanOrEqual(144);
    expect(key.transmissionRiskLevel).toBeGreaterThanOrEqual(1);
    expect(key.transmissionRiskLevel).toBeLessThanOrEqual(8);
    expect(Math.abs(key.daysSinceOnsetOfSymptoms!)).toBeLessThanOrEqual(14);
  }
});

it('have short last keys, and both report types', () => {
  expect(keys.filter(({ rollingPeriod }) => rollingPeriod < 144).length).toBeGreaterThan(30);
  expect(new Set(keys.map(({ reportType }) => reportType)).size).toBe(2);
});
