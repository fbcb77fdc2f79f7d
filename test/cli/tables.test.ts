/** What --tables writes: every column described, every plot drawn, every figure that of the JSON result. */
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { checkDocument } from '../../calibration/documents/check.ts';
import { compareDocument } from '../../calibration/documents/compare.ts';
import { curveDocument } from '../../calibration/documents/curve.ts';
import { explainDocument } from '../../calibration/documents/explain.ts';
import { lintDocument } from '../../calibration/documents/lint.ts';
import { whatifDocument } from '../../calibration/documents/whatif.ts';
import {
  checkSchema,
  compareSchema,
  curveSchema,
  explainSchema,
  type FitResult,
  fitSchema,
  lintSchema,
  whatifSchema,
} from '../../calibration/schemas.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import { parsed, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';
import { textOf } from '../helpers/sourceFiles.ts';
import { descendants, parseXml } from '../helpers/xml.ts';

type Row = Readonly<Record<string, string>>;

const heading = textOf('fixtures/traces/synthetic-field.ndjson').split('\n')[0]!;
const sightings = [0.8, 2.4].map((distance, k) =>
  JSON.stringify({ type: 'sighting', time: k, receiver: 'a', transmitter: 'b', attenuation: 50 + 9 * k, distance }),
);
const work = new Workplace({
  'field.csv': fieldCsv(),
  'packets.ndjson': `${[heading, ...sightings].join('\n')}\n`,
});
const rowsOf = (file: string): readonly Row[] => parse<Row>(work.text(file), { columns: true });
const fit = async (folder: string, flags: string): Promise<FitResult> =>
  parsed(
    await work.output(`calibrate fit field.csv --bootstrap 30 --format json --tables ${folder} ${flags}`),
    fitSchema,
  );
/** Empty fields are undefined values. */
const number = (text: string | undefined): number | null => (text === '' || text === undefined ? null : Number(text));
const numbers = (row: Row | undefined, ...columns: readonly string[]) => columns.map((column) => number(row?.[column]));

/** The dictionary of a folder by file, and the columns that its files have. */
function described(folder: string): { dictionary: readonly Row[]; columns: readonly string[] } {
  const files = work.files().filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.csv'));
  const columns = files
    .filter((file) => !file.endsWith('data-dictionary.csv'))
    .flatMap((file) => {
      const [header] = parse(work.text(file), { to: 1 });
      return header!.map((column) => `${file.slice(folder.length + 1)} ${column}`);
    });
  return { dictionary: rowsOf(`${folder}/data-dictionary.csv`), columns };
}

describe.each([
  ['D x A', '', 'cells'],
  ['minutes', '--family minutes', 'presets'],
  ['suppressed', '--suppress-below 5', 'presets'],
])('the data dictionary of a fit: %s', (name, flags, someFile) => {
  const folder = `dictionary-${name.replaceAll(' ', '')}`;
  beforeAll(() => fit(folder, flags));

  it('has every column of every file, once, and no other', () => {
    const { dictionary, columns } = described(folder);
    expect(columns).toContain(`${someFile}.csv ${someFile === 'cells' ? 'positives' : 'sensitivity_low'}`);
    expect(dictionary.map(({ file, column }) => `${file} ${column}`).toSorted()).toEqual(columns.toSorted());
  });

  it('says what each of them means in more than a word', () => {
    for (const { file, column, meaning } of described(folder).dictionary)
      expect(meaning, `${file} ${column}`).toMatch(/\S{3,}.* \S+/);
  });

  it('calls nothing a proportion that lies outside 0..1, and nothing subjects that is no count', () => {
    for (const { file, column, unit } of described(folder).dictionary) {
      const values = rowsOf(`${folder}/${file}`).map((row) => row[column!]!);
      const numeric = values
        .filter((value) => value !== '' && value !== 'hidden' && !value.startsWith('<'))
        .map(Number);
      const what = `${file} ${column}`;
      if (unit === 'proportion')
        expect([what, numeric.every((value) => value >= 0 && value <= 1)]).toEqual([what, true]);
      if (unit === 'subjects') expect([what, numeric.every(Number.isInteger)]).toEqual([what, true]);
    }
  });
});

describe('other documents', () => {
  const documentOf = async <Result>(line: string, schema: z.ZodType<Result>, show: (r: Result) => ReportDocument) =>
    show(parsed((await work.enlab(`${line} --format json`)).stdout, schema));

  beforeAll(async () => {
    await work.output('calibrate fit field.csv --bootstrap 5 --out fit.json');
    await work.output('calibrate export fit.json --target immuni --out settings.json');
  });

  it.each([
    [
      'check',
      () => documentOf('calibrate check field.csv --rule "minutes>15" --bootstrap 5', checkSchema, checkDocument),
    ],
    [
      'compare',
      () =>
        documentOf(
          'calibrate compare immuni-2020-06-05 immuni-dpia field.csv --bootstrap 5',
          compareSchema,
          compareDocument,
        ),
    ],
    [
      'curve',
      () => documentOf('calibrate curve packets.ndjson --distance 2 --thresholds 60', curveSchema, curveDocument),
    ],
    [
      'explain',
      () =>
        documentOf(
          'calibrate explain --preset immuni-2020-06-05 --exposure "minutes=16 attenuation=60"',
          explainSchema,
          explainDocument,
        ),
    ],
    [
      'whatif',
      () =>
        documentOf(
          'calibrate whatif field.csv --preset immuni-2020-06-05 --vary A4=4..5 --bootstrap 5',
          whatifSchema,
          whatifDocument,
        ),
    ],
    ['lint', () => documentOf('calibrate lint settings.json', lintSchema, lintDocument)],
  ])('calibrate %s says what every column of its tables means', async (_, make) => {
    const { sections } = await make();
    const tables = sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'table'));
    expect(tables.length).toBeGreaterThan(0);
    for (const { name, columns } of tables)
      for (const { key, meaning } of columns) expect(meaning, `${name} ${key}`).toMatch(/\S{3,}.* \S+/);
  });
});

describe('the plots', () => {
  const names = ['cells', 'participant-flow', 'roc', 'shifts', 'stability'];
  beforeAll(() => fit('plots', '--report plots/report.html'));

  it('are those of the report, each a file of its own', () => {
    const svgs = work.files().filter((file) => file.startsWith('plots/') && file.endsWith('.svg'));
    expect(svgs).toEqual(names.map((name) => `plots/${name}.svg`));
    expect(work.text('plots/report.html').match(/<svg\b/g)).toHaveLength(svgs.length);
  });

  it.each(names)('%s.svg is XML with marks in it', (name) => {
    const svg = parseXml(work.text(`plots/${name}.svg`));
    expect(svg).toMatchObject({ name: 'svg', attributes: { xmlns: 'http://www.w3.org/2000/svg' } });
    const marks = descendants(svg).filter((element) => ['path', 'rect', 'circle', 'line'].includes(element.name));
    expect(marks.length).toBeGreaterThan(3);
  });
});

describe.each(['user', 'exposure'])('the tables of a fit at %s level', (level) => {
  let result: FitResult;
  const folder = `agree-${level}`;
  const table = (name: string): readonly Row[] => rowsOf(`${folder}/${name}.csv`);
  const summary = (of: string, figure: string, kind: string): Row | undefined =>
    table('summary').find((row) => row['of'] === of && row['figure'] === figure && row['kind'] === kind);
  beforeAll(async () => {
    result = await fit(folder, `--level ${level}`);
  });

  it('hold the tuned rule of the JSON result, with its counts', () => {
    const { best } = result;
    if (!('D' in best)) throw new Error('no D x A rule');
    const tuned = table('rules').filter((row) => row['tuned'] === '1');
    expect(tuned).toHaveLength(1);
    expect(tuned[0]).toMatchObject({ D: best.D.join(' '), A: best.A.join(' '), feasible: '1' });
    expect(numbers(tuned[0], 'threshold', 'tp', 'fp', 'fn', 'tn')).toEqual([
      best.threshold,
      best.tp,
      best.fp,
      best.fn,
      best.tn,
    ]);
  });

  it('hold as many rules and ties as the certificate says', () => {
    const { certificate, best, data } = result;
    if (!certificate.optimal) throw new Error('no certificate');
    const values = table('rules').map((row) => Number(row['tp']) / data.positives - Number(row['fp']) / data.negatives);
    expect(values).toHaveLength(certificate.rules);
    expect(Math.max(...values)).toBeCloseTo(best.objective.value!, 9);
    expect(values.filter((value) => value > Math.max(...values) - 1e-9)).toHaveLength(certificate.ties);
  });

  it('sum up in the figures of the JSON result', () => {
    const { best, auc, data } = result;
    const interval = ({ value, low, high }: { value: number | null; low: number | null; high: number | null }) => [
      value,
      low,
      high,
    ];
    const row = (...key: [string, string, string]) => numbers(summary(...key), 'value', 'low', 'high');
    for (const figure of ['sensitivity', 'specificity', 'youden', 'f1', 'f2', 'mcc', 'ppv', 'cost'] as const) {
      expect(row('tuned', figure, 'apparent'), figure).toEqual(interval(best[figure]));
      expect(row('compared', figure, 'apparent'), figure).toEqual(interval(result.default[figure]));
    }
    expect(summary('tuned', 'ppv', 'apparent')).toMatchObject({
      value: '',
      reason: expect.stringMatching(/^unknown prevalence/),
    });
    expect(row('front', 'auc', 'apparent')).toEqual(interval(auc));
    const { optimismCorrected, optimismCorrectedInterval } = best.objective;
    expect(row('tuned', 'youden', 'corrected')).toEqual([optimismCorrected, ...optimismCorrectedInterval!]);
    const counted = ['subjects', 'positives', 'negatives'].map((figure) => row('data', figure, 'count')[0]);
    expect(counted).toEqual([data.n, data.positives, data.negatives]);
  });

  it('list the Pareto front of the JSON result, twice', () => {
    const rules = result.pareto.map(({ D, A, threshold, sensitivity, fpr, sensitivityInterval, fprInterval }) => [
      [D.join(' '), A.join(' ')],
      [threshold, sensitivity, ...sensitivityInterval!, fpr, ...fprInterval!],
    ]);
    const columns = ['sensitivity', 'sensitivity_low', 'sensitivity_high', 'fpr', 'fpr_low', 'fpr_high'];
    for (const name of ['roc', 'pareto'])
      expect(table(name).map((row) => [[row['D'], row['A']], numbers(row, 'threshold', ...columns)])).toEqual(rules);
  });

  it('count the exposures of every cell', () => {
    const cells = table('cells');
    expect(cells).toHaveLength(64);
    const total = cells.reduce((sum, row) => sum + Number(row['positives']) + Number(row['negatives']), 0);
    expect(total).toBe(result.data.exposures);
    expect(numbers(summary('data', 'cells', 'count'), 'value')).toEqual([total]);
    const isSilent = (axis: 'D' | 'A', k: number) =>
      cells
        .filter((row) => Number(row[axis]) === k)
        .every((row) => row['positives'] === '0' && row['negatives'] === '0');
    for (const axis of ['D', 'A'] as const)
      expect([1, 2, 3, 4, 5, 6, 7, 8].filter((k) => isSilent(axis, k)).map((k) => `${axis}${k}`)).toEqual(
        result.unidentified[axis],
      );
  });

  it('hold every replicate, and every group that was left out', () => {
    const draws = table('bootstrap');
    const rules = new Map(table('rules').map((row) => [row['rule'], row]));
    expect(draws).toHaveLength(result.stability!.replicates);
    for (const draw of draws) {
      const winner = rules.get(draw['winner']);
      expect([draw['D'], draw['A']]).toEqual([winner?.['D'], winner?.['A']]);
    }
    const columns = ['n', 'positives', 'tuned', 'tuned_low', 'tuned_high', 'default', 'default_low', 'default_high'];
    expect(table('leave-one-scenario-out').map((row) => [row['group'], ...numbers(row, ...columns)])).toEqual(
      result.leaveOneScenarioOut.map(({ scenario, n, positives, tuned, default: today }) => [
        scenario,
        n,
        positives,
        ...[tuned, today].flatMap(({ value, low, high }) => [value, low, high]),
      ]),
    );
  });

  it('judge the compared preset as the JSON result does', () => {
    const { preset, tp, fp, fn, tn } = result.default;
    const row = table('presets').find(({ name }) => name === preset);
    expect(numbers(row, 'tp', 'fp', 'fn', 'tn')).toEqual([tp, fp, fn, tn]);
  });
});
