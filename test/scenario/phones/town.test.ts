/** Towns with real phones: what they find is what the simulation says, over HTTP, for any town and through a change of the rule. */
import { describe, expect, it, vi } from 'vitest';
import { resultOf } from '../../../src/scenario/result.ts';
import { runScenario } from '../../../src/scenario/run.ts';
import { runTown } from '../../../src/scenario/town.ts';
import { here, resolved, withPhones } from '../../helpers/scenario.ts';

// Thousands of requests over HTTP: seconds here, more where much runs beside.
vi.setConfig({ testTimeout: 120_000 });

/** A week in which many are found on the day after their infection. */
const dense = `title: Dense
days: 7
population: { agents: 200 }
disease: { firstInfected: 25, incubationDays: { median: 1, sigma: 0.3 }, perMinute: 0.005 }
app: { adoption: 1, youngest: 0, uploads: 1 }
testing: { tested: 1, waitDays: { median: 0.5, sigma: 0.3 }, labHours: { median: 6, sigma: 0.3 } }
arms: { default: {} }
`;

async function both(text: string, realPhones: number, seed = 1) {
  const { arms, days } = resolved(text);
  const task = { arm: arms[0]!, seed, days };
  return { fast: runTown(task), real: await withPhones().run({ ...task, realPhones }) };
}
const without = ({ phones: _phones, ...outcome }: Awaited<ReturnType<typeof both>>['real']) => outcome;

describe('real phones', () => {
  it.each([
    ['everybody who has the app', dense.replace('agents: 200', 'agents: 90'), 1000, 1],
    ['some of them', dense, 40, 2],
    [
      'looks without a network, few detections, slow operators, another rule',
      dense
        .replace('uploads: 1 }', 'uploads: 0.7, risk: immuni-2020-10-30 }')
        .concat(
          'delivery: { offline: 0.4, detections: 2, backgroundHours: 3, operatorHours: { median: 12, sigma: 1 } }\n',
        ),
      50,
      3,
    ],
  ])('of %s warn as the simulation says', async (_, text, realPhones, seed) => {
    const { fast, real } = await both(text, realPhones, seed);
    expect(without(real)).toEqual(fast);
    const { phones, phonesWarned, phonesExpected, phonesAgreed, realUploads } = real.phones!;
    expect(phones).toBeLessThanOrEqual(realPhones);
    expect([phonesExpected, phonesAgreed]).toEqual([phonesWarned, phonesWarned]);
    expect(phonesWarned).toBeGreaterThan(5);
    expect(realUploads).toBe(fast.series.reduce((sum, { uploads }) => sum + uploads, 0));
  });

  it('take a rule that changes on the way from their server', async () => {
    const text = `${dense}changes: [{ day: 5, set: { app: { risk: immuni-2020-10-30 } } }]\n`;
    const { fast, real } = await both(text, 60, 4);
    expect(without(real)).toEqual(fast);
    const unchanged = runTown({ arm: resolved(dense).arms[0]!, seed: 4, days: 7 });
    expect(unchanged.digest).not.toBe(fast.digest);
  });

  it('ask, hide and fail as phones do', async () => {
    const { real } = await both(`${dense}delivery: { offline: 0.25 }\n`, 40);
    const { phones, looks, looksFailed, keyFiles, requests, dummies } = real.phones!;
    expect([phones, looks]).toEqual([40, 40 * 7 * 6]);
    expect(looksFailed / looks).toBeCloseTo(0.25, 1);
    // Settings and the index each time, and the files that are new.
    expect(requests).toBeGreaterThan(2 * (looks - looksFailed) + keyFiles);
    expect([keyFiles > 100, dummies > 5]).toEqual([true, true]);
  });

  it('are the same each time', async () => {
    const [one, other] = [await both(dense, 30), await both(dense, 30)];
    expect(one.real).toEqual(other.real);
  });
});

describe('a scenario with real phones', () => {
  const text = `${dense}realPhones: 30\nchecks: [default.phonesAgreed == default.phonesWarned]\n`;

  it('has figures of them, which others have not', async () => {
    const result = resultOf(await runScenario(resolved(text), withPhones()), {});
    expect(result.checks.map(({ holds }) => holds)).toEqual([true]);
    const { phones, requests } = result.arms[0]!.figures;
    expect([phones!.value, requests!.value! > 1000]).toEqual([30, true]);
    const fast = resultOf(await runScenario(resolved(dense), here), {});
    expect(fast.arms[0]!.figures).not.toHaveProperty('phones');
  });

  it('has none in an arm without the app', async () => {
    const arms = text.replace(
      'arms: { default: {} }',
      'arms: { no-app: { app: { adoption: 0, risk: "minutes>=15" } } }',
    );
    const checks = arms.replace(/checks: .*/, 'checks: [no-app.phones == 0]');
    const run = await runScenario(resolved(checks), withPhones());
    expect(run.checks.map(({ holds }) => holds)).toEqual([true]);
    expect(run.arms[0]!.outcomes[0]).not.toHaveProperty('phones');
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const listener = { day: (day: number) => day === 2 && controller.abort(new Error('enough')) };
    const listenerOf = () => ({ day: (day: number): void => void listener.day(day) });
    const run = runScenario(resolved(text), withPhones(), { signal: controller.signal, listenerOf });
    await expect(run).rejects.toThrow('enough');
  });

  it.each([
    ['risk: "minutes>=15"', 'no app that real phones run has settings for the rule minutes>=15'],
    ['risk: swisscovid-2020-09-10', 'no app that real phones run has settings'],
    ['risk: cwa-v2-2020-11', 'arm default: delivery.batchHours must be 1'],
    ['followUp: true', 'arm default: app.followUp must be false'],
    ['uploads: 1 }\ndelivery: { embargo: server', 'arm default: delivery.embargo must be phone'],
    ['keysBeforeOnset: 3', 'arm default: app.keysBeforeOnset must be 2'],
    ['uploads: 1 }\ndelivery: { batchHours: 1', 'arm default: delivery.batchHours must be 0.5'],
    ['uploads: 1 }\ndelivery: { backgroundHours: 0', 'arm default: delivery.backgroundHours must be above 0'],
  ])('with %s is refused before it runs', async (change, message) => {
    const changed = text.replace('uploads: 1 }', `${change} }`);
    await expect(runScenario(resolved(changed), withPhones())).rejects.toMatchObject({
      code: 'E-FILE-INVALID',
      message: expect.stringContaining(message),
    });
    const fast = changed.replace(/realPhones.*\n.*\n/, '');
    await expect(runScenario(resolved(fast), here)).resolves.toMatchObject({ checks: [] });
  });

  it('checks a rule of a later day as well', async () => {
    const changed = `${text}changes: [{ day: 5, set: { app: { risk: "minutes>=15" } } }]\n`;
    await expect(runScenario(resolved(changed), withPhones())).rejects.toThrow('has settings for the rule minutes>=15');
  });

  it('knows figures of phones only where there are some', async () => {
    const changed = text.replace('realPhones: 30', 'realPhones: 0');
    await expect(runScenario(resolved(changed), here)).rejects.toThrow('phonesAgreed');
  });
});
