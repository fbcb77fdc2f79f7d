/** Limits of simulation.md 3: what must come out where parameters are extreme, or changed in a way whose effect is known. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../src/scenario/figures.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { here, resolved } from '../helpers/scenario.ts';

/** Everybody has a phone that works, all of the ill are found and tell, and whoever is told stays at home. */
const PERFECT = {
  app: {
    adoption: 1,
    youngest: 0,
    supported: 1,
    permitted: 1,
    uploads: 1,
    risk: 'minutes>=0',
    models: [{ share: 1, rx: 0, tx: 0, advertises: true }],
  },
  testing: { tested: 1, sensitivity: 1, waitDays: { median: 1, sigma: 0 }, labHours: { median: 0, sigma: 0 } },
  delivery: { operatorHours: { median: 0, sigma: 0 }, batchHours: 0, backgroundHours: 0 },
  disease: { symptomatic: 1, peakDays: 3, perMinute: 0.006 },
  behaviour: { complies: 1, quarantineDays: 30, isolationDays: 30 },
  radio: { schedule: { window: 10, interval: 20, jitter: 0 } },
};
const base = {
  title: 'limits',
  days: 40,
  replicates: 3,
  population: { agents: 3000, households: [1] },
  disease: { firstInfected: 30 },
};

/** Mean of a figure over replicates, by arm. */
async function meansOf(arms: Readonly<Record<string, unknown>>, figure: string, own: object = {}) {
  const run = await runScenario(resolved(JSON.stringify({ ...base, ...own, arms })), here);
  const mean = (figures: readonly Figures[]) => figures.reduce((sum, one) => sum + one[figure]!, 0) / figures.length;
  return run.arms.map(({ figures }) => mean(figures));
}

describe('limits', () => {
  it('perfect tracing before anybody infects ends it, within a generation', async () => {
    const [perfect, none] = await meansOf(
      { perfect: PERFECT, none: { ...PERFECT, app: { adoption: 0 } } },
      'infections',
    );
    // Infected at the begin, before the app knows of anything, and short contacts between scans.
    expect(perfect).toBeLessThan(0.2 * none!);
  });

  it('of perfect tracing each part is needed', async () => {
    const without = (part: 'app' | 'behaviour' | 'delivery', change: object) => ({
      ...PERFECT,
      [part]: { ...PERFECT[part], ...change },
    });
    const [perfect, ...worse] = await meansOf(
      {
        perfect: PERFECT,
        silent: without('app', { uploads: 0.2 }),
        few: without('app', { adoption: 0.5 }),
        rebels: without('behaviour', { complies: 0.3 }),
        late: without('delivery', { operatorHours: { median: 120, sigma: 0 } }),
        deaf: { ...PERFECT, radio: { schedule: { window: 4, interval: 3000, jitter: 0 } } },
      },
      'infections',
    );
    for (const infections of worse) expect(infections).toBeGreaterThan(1.1 * perfect!);
  });

  it('more transmission infects more, and twice as much while few are immune', async () => {
    const of = (perMinute: number) => ({ disease: { perMinute } });
    const [half, once] = await meansOf({ half: of(0.0002), once: of(0.0004) }, 'reproduction', {
      population: { agents: 20_000, households: [1] },
      disease: { firstInfected: 200 },
      testing: { tested: 0 },
    });
    // Doses are so small that the chance to infect is proportional to them.
    expect(once! / half!).toBeGreaterThan(1.75);
    expect(once! / half!).toBeLessThan(2.15);
  });

  it('adoption moves all figures of warning in its direction', async () => {
    const arms = Object.fromEntries([0, 0.3, 0.6, 0.9].map((adoption, k) => [`a${k}`, { app: { adoption } }]));
    const [warned, uploads, infections] = await Promise.all(
      ['warned', 'uploads', 'infections'].map((figure) => meansOf(arms, figure)),
    );
    expect(warned![0]).toBe(0);
    expect(warned).toEqual(warned!.toSorted((a, b) => a - b));
    expect(uploads).toEqual(uploads!.toSorted((a, b) => a - b));
    expect(infections![3]).toBeLessThan(infections![0]!);
  });

  it('every level of the radio warns as many', async () => {
    const arms = Object.fromEntries(['contact', 'scan', 'advert'].map((level) => [level, { radio: { level } }]));
    const [contact, scan, advert] = await meansOf(arms, 'warned', { app: { adoption: 1, risk: 'immuni-2020-06-05' } });
    expect(advert).toBeGreaterThan(200);
    for (const one of [contact, scan]) expect(Math.abs(one! - advert!)).toBeLessThan(0.1 * advert!);
  });

  it('phones that cannot be heard warn nobody, and are warned', async () => {
    const models = [{ share: 1, rx: 0, tx: 0, advertises: false }];
    expect(await meansOf({ deaf: { app: { models, adoption: 1 } } }, 'warned')).toEqual([0]);
  });

  it('those below the least age neither warn nor are warned', async () => {
    const ages = [
      { from: 0, share: 1, uses: 1 },
      { from: 20, share: 1, uses: 1 },
    ];
    const arms = { all: { app: { youngest: 0 } }, adults: { app: { youngest: 20 } } };
    const [all, adults] = await meansOf(arms, 'uploads', { population: { agents: 3000, ages } });
    // Adults are half of the people.
    expect(adults! / all!).toBeGreaterThan(0.4);
    expect(adults! / all!).toBeLessThan(0.6);
  });
});
