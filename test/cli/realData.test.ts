/**
 * The whole job on public field data, as a new user would do it: import, inspect, check every preset, fit, export, check
 * the exported configuration, lint. Figures: contract.md 1, datasets.md 1 and 2.
 */
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkSchema, curveSchema, fitSchema, lintSchema } from '../../calibration/schemas.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { Workplace } from '../helpers/cli.ts';
import { hasRealData, realData } from '../helpers/imports.ts';

const tram = realData('leith-tram');
const bus = realData('leith-bus');
const lunch = realData('dp3t-exp34/scenario01-lunch.sqlite');
const office = realData('dp3t-exp34/scenario03-office.sqlite');
const skipped = hasRealData ? '' : ' (skipped: no shared/data beside the checkout)';

/** Alerts among contacts and others, by rule. */
async function alerts(place: Workplace, line: string): Promise<Readonly<Record<string, readonly [number, number]>>> {
  const { rules } = await place.json(`calibrate check ${line} --bootstrap 0`, checkSchema);
  return Object.fromEntries(rules.map(({ name, tp, fp }) => [name, [tp, fp]]));
}

describe.skipIf(!hasRealData)(`Dublin tram and bus${skipped}`, () => {
  const place = new Workplace();

  it.each([
    ['proportional', 'ge', 16, 18],
    ['lower', 'ge', 19, 20],
    ['upper', 'ge', 16, 16],
    ['proportional', 'gt', 9, 7],
    ['proportional', 'bucket', 9, 7],
  ])('tram, Immuni, bins split %s, duration edge %s: %i of 34 and %i of 38', async (split, edge, tp, fp) => {
    const options = `--bin-split ${split} --duration-edge ${edge} --bootstrap 0`;
    const { data, rules } = await place.json(
      `calibrate check ${tram} --preset immuni-2020-06-05 ${options}`,
      checkSchema,
    );
    expect(data).toMatchObject({ n: 72, positives: 34, negatives: 38, unknown: 0 });
    expect(rules[0]).toMatchObject({ tp, fp });
    const sign = edge === 'ge' ? '>=' : '>';
    const words = `--rule "attenuation<=73 minutes${sign}15" --bin-split ${split}`;
    expect(Object.values(await alerts(place, `${tram} ${words}`))).toEqual([[tp, fp]]);
  });

  it.each([
    ['lower', 1],
    ['proportional', 0],
    ['upper', 0],
  ])('tram, CWA 55/63, cut bins counted %s: %i of 72', async (split, count) => {
    const { 'cwa-v1-2020-06-15': own } = await alerts(place, `${tram} --preset cwa-v1-2020-06-15 --bin-split ${split}`);
    expect(own![0] + own![1]).toBe(count);
  });

  it.each([
    [1, 0],
    [5, 0],
    [6, 2],
    [7, 4],
    [8, 7],
  ])('tram, CWA v1 at transmission level %i: %i of 72', async (level, count) => {
    const { rules } = await place.json(
      `calibrate check ${tram} --preset cwa-v1-2020-06-15 --transmission-level ${level} --bootstrap 0`,
      checkSchema,
    );
    expect(rules[0]).toMatchObject({ dependsOn: ['transmission-level'] });
    expect(rules[0]!.tp + rules[0]!.fp).toBe(count);
  });

  it('tram: Swiss and German rules trigger nothing, and nor does any CWA v1 set up to level 5', async () => {
    const all = await alerts(place, `${tram} --all-presets`);
    expect(Object.keys(all)).toEqual(allPresets().map(({ name }) => name));
    for (const [name, counts] of Object.entries(all))
      if (/^(swisscovid|cwa-v1)/.test(name)) expect([name, ...counts]).toEqual([name, 0, 0]);
  });

  it('bus: a threshold of 70 dB', async () => {
    const rules = ['minutes>15', 'minutes>10', 'minutes>=10'].map((minutes) => `--rule "attenuation<=70 ${minutes}"`);
    expect(Object.values(await alerts(place, `${bus} ${rules.join(' ')}`))).toEqual([
      [3, 0],
      [5, 0],
      [7, 0],
    ]);
  });

  it('bus: nobody is without contact, and every figure that needs them says so', async () => {
    const { data, rules } = await place.json(`calibrate check ${bus} --preset swisscovid-2020-09-10`, checkSchema);
    expect(data).toMatchObject({ n: 60, positives: 60, negatives: 0 });
    expect(rules[0]).toMatchObject({ tp: 0, specificity: { value: null, reason: '0 negatives' } });
  });
});

describe.skipIf(!hasRealData)(`DP-3T lunch and office${skipped}`, () => {
  const place = new Workplace();

  it('packet level: the published precision and recall', async () => {
    const { data, points } = await place.json(
      `calibrate curve ${lunch} ${office} --distance 1.5 --thresholds 50,55,60,63,70 --device-table 200813`,
      curveSchema,
    );
    expect(data).toMatchObject({ n: 5141, unknown: 2823 + 4522 });
    const figures = points.map(({ threshold, relevant, detected, precision, recall }) => [
      threshold,
      relevant,
      detected,
      precision!.toFixed(4),
      recall!.toFixed(4),
    ]);
    expect(figures).toEqual([
      [50, 1662, 1014, '0.6016', '0.3670'],
      [55, 1662, 2019, '0.4869', '0.5915'],
      [60, 1662, 3386, '0.4067', '0.8285'],
      [63, 1662, 4308, '0.3556', '0.9218'],
      [70, 1662, 5110, '0.3245', '0.9976'],
    ]);
  });

  it.each([
    ['lunch', lunch, '0.5314', '0.5987'],
    ['office', office, '0.3997', '0.5735'],
  ])('%s alone at 55 dB', async (_, trace, precision, recall) => {
    const { points } = await place.json(
      `calibrate curve ${trace} --distance 1.5 --thresholds 55 --device-table 200813`,
      curveSchema,
    );
    expect([points[0]!.precision!.toFixed(4), points[0]!.recall!.toFixed(4)]).toEqual([precision, recall]);
  });

  it('the defects of the files are counted', async () => {
    const { traces } = JSON.parse(await place.output(`trace inspect ${lunch} ${office} --format json`));
    const counts = traces.map(({ rows, notices, table }: { rows: number; notices: object; table: string }) => ({
      rows,
      table,
      ...notices,
    }));
    expect(counts).toMatchObject([
      {
        rows: 6177,
        table: '201214',
        'rows without true distance': 2823,
        'transmitter model contradicts the id map': 4009,
      },
      {
        rows: 6309,
        table: '201214',
        'rows without true distance': 4522,
        'transmitter model contradicts the id map': 4010,
      },
    ]);
  });
});

/** One level at which both sets have contacts and others. */
const jobs = [
  ['tram and bus', `${tram} ${bus}`, '--level exposure'],
  ['lunch and office', `${lunch} ${office}`, '--level exposure'],
  [
    'lunch and office by phone, 20 minutes within 1.5 m',
    `${lunch} ${office}`,
    '--level user --truth "minutes >= 20 within 1.5 m"',
  ],
] as const;

describe.skipIf(!hasRealData).each(jobs)(`from end to end: %s${skipped}`, (_, traces, options) => {
  const place = new Workplace();
  const fitted = () => fitSchema.parse(JSON.parse(place.text('out/fit.json')));

  beforeAll(async () => {
    await place.output(
      `calibrate fit ${traces} ${options} --bootstrap 50 --out out/fit.json --report out/fit.html --tables out/tables`,
    );
    await place.output('calibrate export out/fit.json --target immuni --out out/settings.json');
  });

  it('imported into one file, every preset decides as on the originals', async () => {
    await place.output(`trace import ${traces} --out all.ndjson.gz`);
    const direct = await alerts(place, `${traces} ${options} --all-presets`);
    expect(await alerts(place, `all.ndjson.gz ${options} --all-presets`)).toEqual(direct);
  });

  it('the fit is certain, no worse than any preset, and echoes its options', async () => {
    const { best, certificate, options: echoed, data } = fitted();
    expect(certificate).toMatchObject({ rules: 12_021, optimal: true });
    const { rules } = await place.json(`calibrate check ${traces} ${options} --all-presets --bootstrap 0`, checkSchema);
    const cellModels = rules.filter(({ name }) => name.startsWith('immuni'));
    for (const { name, youden } of cellModels)
      expect([name, youden.value! <= best.objective.value! + 1e-12]).toEqual([name, true]);
    expect(echoed).toMatchObject({ family: 'd-x-a', objective: 'youden', bootstrap: 50, deviceTable: '201214' });
    expect(data.n).toBe(data.positives + data.negatives);
    expect(place.text('out/fit.html')).toContain('<svg');
    expect(place.has('out/tables/rules.csv')).toBe(true);
  });

  it('the exported configuration decides every row as the fitted tables do', async () => {
    const { best } = fitted();
    if (!('D' in best)) throw new Error('a D x A fit has tables');
    const level = /--level \S+/.exec(options)![0];
    const csv = await place.output(`replay ${traces} ${level} --preset out/settings.json`);
    const rows = parse(csv, { columns: true }) as { cell: string; alert: string }[];
    expect(rows.length).toBeGreaterThan(30);
    const scoreOf = (cell: string): number => {
      const [, row, column] = /^D(\d)\/A(\d)$/.exec(cell)!;
      return best.D[Number(row) - 1]! * best.A[Number(column) - 1]!;
    };
    const byTables = rows.map(
      ({ cell }) =>
        `${cell
          .split(' ')
          .filter(Boolean)
          .some((own) => scoreOf(own) >= best.threshold)}`,
    );
    expect(rows.map(({ alert }) => alert)).toEqual(byTables);
    for (const target of ['env1-apple', 'env1-google']) {
      await place.output(`calibrate export out/fit.json --target ${target} --out out/${target}.json`);
      const other = parse(await place.output(`replay ${traces} ${level} --preset out/${target}.json`), {
        columns: true,
      });
      expect((other as { alert: string }[]).map(({ alert }) => alert)).toEqual(rows.map(({ alert }) => alert));
    }
    const { tp, fp } = best;
    expect(await alerts(place, `${traces} ${options} --preset out/settings.json`)).toEqual({
      'out/settings.json': [tp, fp],
    });
  });

  it('lint finds no error in it', async () => {
    const { target, findings } = await place.json('calibrate lint out/settings.json', lintSchema);
    expect(target).toBe('immuni');
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('a table as an authority sends it: semicolons, decimal commas, its own column names', () => {
  const rows = Array.from({ length: 90 }, (_, k) => {
    const minutes = 2.5 * (k % 13);
    const attenuation = 45.5 + ((k * 7) % 40);
    const comma = (value: number) => `${value}`.replace('.', ',');
    const label = (minutes >= 12 && attenuation < 65) !== (k % 17 === 0);
    return `P${k % 45};${String(1 + (k % 28)).padStart(2, '0')}/06/2020;${comma(minutes)};${comma(attenuation)};${label ? 'sì' : 'no'}`;
  });
  const place = new Workplace({
    'asl.csv': ['\uFEFFpersona;data;durata;attenuazione;esito', ...rows, ''].join('\r\n'),
  });
  const columns = '--columns user=persona,day=data,minutes=durata,attenuation=attenuazione,label=esito';
  const line = `calibrate fit asl.csv ${columns} --forbid "minutes<=15" --bootstrap 50`;

  it('is fitted under the 15-minute policy, exactly', async () => {
    const { best, certificate, data, options } = await place.json(line, fitSchema);
    expect(data).toMatchObject({ n: 45, exposures: 90, unknown: 0 });
    expect(certificate).toMatchObject({ rules: 495, optimal: true });
    if (!('D' in best)) throw new Error('a D x A fit has tables');
    expect(best.D.slice(0, 4).map((score) => best.A.some((a) => score * a >= best.threshold))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(options).toMatchObject({ forbid: ['minutes<=15'], columns: columns.slice('--columns '.length) });
  });

  it('the policy costs what the certificate says: without it the optimum is no worse', async () => {
    const free = await place.json(line.replace('--forbid "minutes<=15" ', ''), fitSchema);
    const bound = await place.json(line, fitSchema);
    expect(free.certificate).toMatchObject({ rules: 12_021 });
    expect(free.best.objective.value!).toBeGreaterThanOrEqual(bound.best.objective.value!);
  });

  it('its configuration never alerts at 15 minutes, whatever the attenuation', async () => {
    await place.output(`${line} --out fit.json`);
    await place.output('calibrate export fit.json --target immuni --out settings.json');
    for (const attenuation of [5, 30, 50, 60]) {
      const { alert } = JSON.parse(
        await place.output(
          `calibrate explain --preset settings.json --exposure "minutes=15 attenuation=${attenuation}" --format json`,
        ),
      );
      expect(alert).toBe(false);
    }
  });
});
