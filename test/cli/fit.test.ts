/** calibrate fit: every option that changes which rule is best, families of rules, and what can be exported from them. */
import { describe, expect, it } from 'vitest';
import { checkSchema, type FitResult, fitSchema } from '../../calibration/schemas.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows } from '../helpers/cliTraces.ts';

const place = new Workplace({ 'field.csv': fieldCsv() });
const fit = (options = ''): Promise<FitResult> =>
  place.json(`calibrate fit field.csv --bootstrap 0 --level exposure ${options}`, fitSchema);

/** Tables of a D x A fit. */
function tablesOf({ best }: FitResult): { D: readonly number[]; A: readonly number[]; threshold: number } {
  if (!('D' in best)) throw new Error('this fit has no tables');
  return best;
}

/** Alerts of the fitted tables, each row scored for itself: whole minutes closed on the right, as ENv1. */
function scored(result: FitResult): { tp: number; fp: number } {
  const { D, A, threshold } = tablesOf(result);
  const bucketOf = (value: number, edges: readonly number[]) => edges.filter((edge) => value > edge).length;
  const alerts = fieldRows.filter(({ minutes, attenuation }) => {
    const row = bucketOf(minutes, [0, 5, 10, 15, 20, 25, 30]);
    const column = 7 - bucketOf(attenuation, [10, 15, 27, 33, 51, 63, 73]);
    return D[row]! * A[column]! >= threshold;
  });
  const tp = alerts.filter(({ label }) => label).length;
  return { tp, fp: alerts.length - tp };
}

describe('the tables of the best rule', () => {
  it.each(['youden', 'f1', 'f2', 'mcc', 'cost --prevalence 0.1', 'net-benefit --prevalence 0.1'])(
    '--objective %s: decide about the rows as the result says, and no preset does better',
    async (objective) => {
      const result = await fit(`--objective ${objective}`);
      expect(result.best).toMatchObject(scored(result));
      const sign = objective.startsWith('cost') ? -1 : 1;
      expect(sign * result.best.objective.value!).toBeGreaterThanOrEqual(sign * result.default.objective.value!);
    },
  );

  it('are compared with the preset that --preset names', async () => {
    const result = await fit('--preset stopp-corona');
    expect(result.default.preset).toBe('stopp-corona');
    const { rules } = await place.json(
      'calibrate check field.csv --preset stopp-corona --bootstrap 0 --level exposure',
      checkSchema,
    );
    const { tp, fp, fn, tn } = rules[0]!;
    expect(result.default).toMatchObject({ tp, fp, fn, tn });
  });

  it('stand on the Pareto front, which is strictly better in one figure from point to point', async () => {
    const { pareto } = await fit();
    expect(pareto.length).toBeGreaterThan(3);
    for (const [k, point] of pareto.entries()) {
      const next = pareto[k + 1];
      if (next) expect([next.fpr! > point.fpr!, next.sensitivity! > point.sensitivity!]).toEqual([true, true]);
    }
  });
});

describe('limits', () => {
  it('--max-fpr bounds the share of others who are alerted', async () => {
    const free = await fit();
    const bound = await fit('--max-fpr 0.02');
    expect(1 - bound.best.specificity.value!).toBeLessThanOrEqual(0.02 + 1e-12);
    expect(1 - free.best.specificity.value!).toBeGreaterThan(0.02);
    expect(bound.options).toMatchObject({ maxFpr: 0.02 });
  });

  it('--min-sensitivity bounds the share of contacts who are', async () => {
    const result = await fit('--min-sensitivity 0.95');
    expect(result.best.sensitivity.value!).toBeGreaterThanOrEqual(0.95);
  });

  it('--max-alerts-per-1000 bounds alerts at the prevalence', async () => {
    const result = await fit('--max-alerts-per-1000 60 --prevalence 0.05');
    expect(result.best.alertsPer1000.value!).toBeLessThanOrEqual(60 + 1e-9);
    const cohort = await fit('--max-alerts-per-1000 200 --cohort');
    expect(cohort.best.alertsPer1000.value!).toBeLessThanOrEqual(200 + 1e-9);
  });

  it('that no rule meets are an error that says so', async () => {
    const ran = await place.enlab(
      'calibrate fit field.csv --bootstrap 0 --max-fpr 0 --min-sensitivity 1 --out fit.json',
    );
    expectError(
      ran,
      2,
      'E-CONSTRAINTS',
      /none of 12021 rules keeps .*\n {2}hint: relax a limit; .* sensitivity 0\.\d+ at /,
    );
    expect(place.has('fit.json')).toBe(false);
  });
});

describe('weights', () => {
  it('--weight COLUMN counts a row as often as it says', async () => {
    const rows = fieldRows.map((row, k) => ({ ...row, weight: 1 + (k % 3) }));
    const lines = rows.map(
      ({ minutes, attenuation, label, weight }) => `${minutes},${attenuation},${label ? 'yes' : 'no'},${weight}`,
    );
    place.put('weighted.csv', ['minutes,attenuation,label,times', ...lines, ''].join('\n'));
    const repeated = rows.flatMap((row) => Array.from({ length: row.weight }, () => row));
    place.put('repeated.csv', fieldCsv(['minutes', 'attenuation', 'label'], repeated));
    const weighted = await place.json('calibrate fit weighted.csv --weight times --bootstrap 0', fitSchema);
    const spelled = await place.json('calibrate fit repeated.csv --bootstrap 0', fitSchema);
    expect(tablesOf(weighted)).toMatchObject({ D: tablesOf(spelled).D, A: tablesOf(spelled).A });
    expect(weighted.best.objective.value).toBeCloseTo(spelled.best.objective.value!, 12);
    expect(weighted.options).toMatchObject({ weight: 'times' });
  });

  it('--weight-by scenario gives every scenario the same total', async () => {
    const result = await fit('--weight-by scenario');
    const { tp, fp, fn, tn } = result.best;
    expect(tp + fp + fn + tn).toBeCloseTo(120, 9);
    expect(result.options).toMatchObject({ weightBy: 'scenario' });
  });
});

describe('families of rules', () => {
  it('--unconstrained: a rule of any order is no worse, and the gap says by how much', async () => {
    const { best, unconstrained } = await fit('--unconstrained');
    expect(unconstrained!.gap).toBeCloseTo(unconstrained!.objective - best.objective.value!, 12);
    expect(unconstrained!.gap).toBeGreaterThanOrEqual(0);
    expect((await fit()).unconstrained).toBeUndefined();
  });

  it.each([
    ['--forbid "minutes<=15"', 'cannot be combined with a policy or with limits'],
    ['--max-fpr 0.02', 'cannot be combined with a policy or with limits'],
  ])('--unconstrained %s is refused before a trace is read: the gap would mix both', async (options, message) => {
    const ran = await place.enlab(`calibrate fit missing.csv --unconstrained ${options}`);
    expectError(ran, 2, 'E-USAGE', message);
  });

  it('--unconstrained at user level is refused before the search', async () => {
    const ran = await place.enlab('calibrate fit field.csv --unconstrained --bootstrap 100000');
    expectError(ran, 2, 'E-USAGE', '--unconstrained needs one cell per row', '--level exposure');
  });

  it('--suppress-below needs counts of people, not sums of weights', async () => {
    for (const options of ['--weight times', '--weight-by scenario'])
      expectError(
        await place.enlab(`calibrate fit missing.csv --suppress-below 5 ${options}`),
        2,
        'E-USAGE',
        '--suppress-below cannot be combined',
      );
  });

  it.each([
    ['minutes', ['dp3t']],
    ['env2', ['env2-apple', 'env2-google']],
  ])(
    '--family %s: its rule can be exported to %j and decides alike, or is refused with the reason',
    async (family, targets) => {
      await place.output(`calibrate fit field.csv --family ${family} --bootstrap 0 --out ${family}.json`);
      const { best, certificate, options } = fitSchema.parse(JSON.parse(place.text(`${family}.json`)));
      expect(options).toMatchObject({ family });
      expect(certificate.optimal).toBe(family === 'minutes');
      for (const target of targets) {
        const ran = await place.enlab(`calibrate export ${family}.json --target ${target} --out ${target}.json`);
        if (ran.exitCode !== 0) {
          expectError(ran, 2, 'E-LOSSY', target);
          continue;
        }
        const { rules } = await place.json(
          `calibrate check field.csv --preset ${target}.json --bootstrap 0`,
          checkSchema,
        );
        expect(rules[0]).toMatchObject({ tp: best.tp, fp: best.fp, fn: best.fn, tn: best.tn });
      }
      expectError(await place.enlab(`calibrate export ${family}.json --target immuni`), 2, 'E-LOSSY', 'immuni');
    },
  );

  it.each(['--forbid "minutes<=15"', '--fix A1=0', '--duration-cap 30', '--unconstrained'])(
    '%s belongs to D x A rules: refused for others before the trace is opened',
    async (option) => {
      const ran = await place.enlab(`calibrate fit missing.csv --family minutes ${option}`);
      expectError(ran, 2, 'E-USAGE', /do not apply to --family minutes/);
    },
  );

  it('env2 says its seed even without a bootstrap, since it starts at random', async () => {
    const { stderr } = await place.enlab('calibrate fit field.csv --family env2 --restarts 2 --bootstrap 0');
    expect(stderr).toMatch(/^seed 1; repeat with: enlab calibrate fit field\.csv --family env2 .* --seed 1\n$/);
  });
});

describe('what a reader is told', () => {
  it('quotes the corrected figure with its interval, not the apparent one alone', async () => {
    const stdout = await place.output('calibrate fit field.csv --bootstrap 40');
    expect(stdout).toMatch(/Corrected\s+for\s+the\s+search,\s+expect\s+[\d.-]+\s+\(95\s+%\s+interval/);
  });

  it('names what the data cannot tell', async () => {
    const result = await fit();
    // No row is closer than 38 dB or longer than 35 minutes, so A5 to A8 are never seen.
    expect(result.unidentified.A).toEqual(['A5', 'A6', 'A7', 'A8']);
    expect(await place.output('calibrate fit field.csv --bootstrap 0')).toMatch(/A5/);
  });
});
