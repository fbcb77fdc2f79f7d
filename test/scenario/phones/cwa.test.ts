/** Towns with real phones of the Corona-Warn-App: what they find is what the simulation says, for both versions of it. */
import { describe, expect, it, vi } from 'vitest';
import { runScenario } from '../../../src/scenario/run.ts';
import { runTown } from '../../../src/scenario/town.ts';
import { resolved, withPhones } from '../../helpers/scenario.ts';

// Thousands of requests over HTTP: seconds here, more where much runs beside.
vi.setConfig({ testTimeout: 120_000 });

/** A week in which many are found on the day after their infection. */
const dense = (risk: string): string => `title: Dense
days: 6
population: { agents: 80 }
disease: { firstInfected: 12, incubationDays: { median: 1, sigma: 0.3 }, perMinute: 0.005 }
app: { risk: ${risk}, adoption: 1, youngest: 0, uploads: 1, keysBeforeOnset: 14, levels: cwa, followUp: true }
delivery: { batchHours: 1, embargo: server }
testing: { tested: 1, waitDays: { median: 0.5, sigma: 0.3 }, labHours: { median: 6, sigma: 0.3 } }
arms: { default: {} }
`;
const V1 = 'cwa-v1-2020-06-15';
const V2 = 'cwa-v2-2021-04-15';

const fastOf = (text: string, seed: number) => {
  const { arms, days } = resolved(text);
  return runTown({ arm: arms[0]!, seed, days });
};
async function both(text: string, realPhones: number, seed: number) {
  const { arms, days } = resolved(text);
  const { phones, ...real } = await withPhones().run({ arm: arms[0]!, seed, days, realPhones });
  return { fast: fastOf(text, seed), real, phones: phones! };
}

describe('real phones of the Corona-Warn-App', () => {
  const troubled = ', offline: 0.4, detections: 2, backgroundHours: 3, operatorHours: { median: 12, sigma: 1 } }';
  it.each([
    ['version 1, some of them', dense(V1), 40, 1],
    ['version 2, everybody who has it', dense(V2).replace('agents: 80', 'agents: 50'), 1000, 2],
    ['version 1 of September', dense('cwa-v1-2020-09-14'), 30, 3],
    ['version 2 of November', dense('cwa-v2-2020-11'), 30, 4],
    [
      'with troubled networks and operators, version 1',
      dense(V1).replace('embargo: server }', `embargo: server${troubled}`),
      50,
      5,
    ],
    [
      'with troubled networks and operators, version 2',
      dense(V2).replace('embargo: server }', `embargo: server${troubled}`),
      50,
      6,
    ],
    ['with one TAN a test', dense(V2).replace('followUp: true', 'followUp: false'), 30, 7],
    ['with every advertisement drawn', dense(V2).replace('days: 6', 'days: 4\nradio: { level: advert }'), 30, 8],
  ])('%s, warn as the simulation says', async (_, text, realPhones, seed) => {
    const { fast, real, phones } = await both(text, realPhones, seed);
    expect(real).toEqual(fast);
    const { phonesWarned, phonesExpected, phonesAgreed, realUploads } = phones;
    expect([phonesExpected, phonesAgreed]).toEqual([phonesWarned, phonesWarned]);
    expect(phonesWarned).toBeGreaterThan(5);
    expect(realUploads).toBe(fast.series.reduce((sum, { uploads }) => sum + uploads, 0));
  });

  it('take a rule that changes on the way from their server', async () => {
    const changed = `${dense(V2)}changes: [{ day: 4, set: { app: { risk: cwa-v2-2020-11 } } }]\n`;
    const { fast, real } = await both(changed, 40, 9);
    expect(real).toEqual(fast);
    expect(fastOf(dense(V2), 9).digest).not.toBe(fast.digest);
  });

  it('find who was met on the day of an upload where a second TAN is given', () => {
    const text = dense(V2);
    expect(fastOf(text.replace('followUp: true', 'followUp: false'), 1).digest).not.toBe(fastOf(text, 1).digest);
  });

  it('are the same each time, and hide what they ask of a test among dummies', async () => {
    const text = dense(V1).replace('days: 6', 'days: 3');
    const [one, other] = [await both(text, 15, 1), await both(text, 15, 1)];
    expect(one).toEqual(other);
    // Registering and submitting have one each; so has every question for a result.
    expect(one.phones.dummies).toBeGreaterThan(2 * one.phones.realUploads);
  });
});

describe('a scenario with real phones of the Corona-Warn-App', () => {
  it.each([
    ['batchHours: 1', 'batchHours: 0.5', 'delivery.batchHours must be 1'],
    ['embargo: server', 'embargo: phone', 'delivery.embargo must be server'],
    ['keysBeforeOnset: 14', 'keysBeforeOnset: 2', 'app.keysBeforeOnset must be 14'],
    ['levels: cwa', 'levels: none', 'app.levels must be cwa'],
    ['days: 6', 'days: 6\nradio: { level: contact }', 'radio.level must be scan'],
    ['arms:', `changes: [{ day: 3, set: { app: { risk: ${V1} } } }]\narms:`, `the rule ${V1} is of another app`],
  ])('with %s instead of %s is refused before it runs', async (said, instead, message) => {
    const text = `${dense(V2).replace(said, instead)}realPhones: 5\n`;
    await expect(runScenario(resolved(text), withPhones())).rejects.toMatchObject({
      code: 'E-FILE-INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('is refused with a rule that counts as iPhones do', async () => {
    const text = `${dense(V2)}realPhones: 5\n`;
    const scenario = resolved(text);
    const [arm] = scenario.arms;
    const { app } = arm!.parameters;
    const source = { ...app.risk.source!, parameters: { ...(app.risk.source!.parameters as object), platform: 'ios' } };
    const parameters = { ...arm!.parameters, app: { ...app, risk: { ...app.risk, source } } };
    const run = runScenario({ ...scenario, arms: [{ ...arm!, parameters }] }, withPhones());
    await expect(run).rejects.toThrow('real phones run Android');
  });
});
