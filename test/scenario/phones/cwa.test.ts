/** Towns with real phones of the Corona-Warn-App: what they find is what the simulation says, for both versions of it. */
import { describe, expect, it } from 'vitest';
import { runTown } from '../../../src/scenario/town.ts';
import { resolved, withPhones } from '../../helpers/scenario.ts';

/** A week in which many are found on the day after their infection. */
const dense = (risk: string): string => `title: Dense
days: 7
population: { agents: 120 }
disease: { firstInfected: 15, incubationDays: { median: 1, sigma: 0.3 }, perMinute: 0.005 }
app: { risk: ${risk}, adoption: 1, youngest: 0, uploads: 1, keysBeforeOnset: 14, levels: cwa, followUp: true }
delivery: { batchHours: 1, embargo: server }
testing: { tested: 1, waitDays: { median: 0.5, sigma: 0.3 }, labHours: { median: 6, sigma: 0.3 } }
arms: { default: {} }
`;

async function both(text: string, realPhones: number, seed = 1) {
  const { arms, days } = resolved(text);
  const task = { arm: arms[0]!, seed, days };
  return { fast: runTown(task), real: await withPhones().run({ ...task, realPhones }) };
}
const without = ({ phones: _phones, ...outcome }: Awaited<ReturnType<typeof both>>['real']) => outcome;

describe('real phones of the Corona-Warn-App', () => {
  it.each([
    ['cwa-v1-2020-06-15', 1],
    ['cwa-v2-2021-04-15', 2],
  ])('%s', async (risk, seed) => {
    const { fast, real } = await both(dense(risk), 60, seed);
    console.log(
      real.phones,
      fast.series.reduce((s, { warned }) => s + warned, 0),
      fast.series.map((d) => d.uploads),
    );
    expect(without(real)).toEqual(fast);
  });
});
