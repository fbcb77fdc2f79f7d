/** The scripts of the R and the Python page on real tables, and on tables that somebody tampered with. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { csvText } from '../../src/report/csv.ts';
import { Workplace } from '../helpers/cli.ts';
import { fixtureBytes, leithFolder } from '../helpers/cliTraces.ts';
import { textOf } from '../helpers/sourceFiles.ts';

const languages = [
  { name: 'R', program: 'Rscript', script: 'docs/scripts/recompute.R', page: 'docs/r.md', fence: 'r' },
  { name: 'Python', program: 'python3', script: 'docs/scripts/recompute.py', page: 'docs/python.md', fence: 'python' },
] as const;

/** Name, flags, and how many figures can be recomputed: four more where subjects are cells, one more with replicates. */
const fits = [
  ['users', 'field.ndjson --level user', 13],
  ['exposures', 'field.ndjson --level exposure', 17],
  ['histograms', 'leith --level exposure', 13],
  ['limits', 'field.ndjson --objective f2 --max-fpr 0.2 --forbid "minutes<=15"', 13],
  ['weights', 'field.ndjson --objective mcc --weight-by scenario', 13],
  ['cost', 'field.ndjson --objective cost --prevalence 0.05', 12],
  ['single', 'field.ndjson --bootstrap 0', 12],
] as const;

const work = new Workplace({ 'field.ndjson': fixtureBytes('synthetic-field.ndjson'), ...leithFolder('leith') });

beforeAll(async () => {
  for (const [name, flags] of fits)
    await work.output(
      `calibrate fit ${flags} ${flags.includes('--bootstrap') ? '' : '--bootstrap 50'} --tables out/${name}`,
    );
}, 120_000);

type Rows = Record<string, string>[];
const add = (row: Rows[number], column: string, amount: number): void => {
  row[column] = String(Number(row[column]) + amount);
};
const auc = (rows: Rows): Rows[number] => rows.find(({ figure }) => figure === 'auc')!;
const alerted = (rows: Rows): Rows[number] => rows.findLast(({ positives }) => Number(positives) > 0)!;

/** What is changed in which file of the fit of exposures, and a figure that must differ then. */
const tampered: readonly (readonly [string, string, (rows: Rows) => unknown, string])[] = [
  ['an area 1e-8 too large', 'summary.csv', (rows) => add(auc(rows), 'value', 1e-8), 'AUC from roc.csv'],
  ['no area', 'summary.csv', (rows) => (auc(rows)['value'] = ''), 'AUC from roc.csv'],
  [
    'a rule that is better than the tuned one',
    'rules.csv',
    (rows) => {
      const { tp, fp, fn, tn } = rows[0]!;
      Object.assign(rows[0]!, { tp, fp: '0', fn, tn: String(Number(fp) + Number(tn)) });
    },
    'best youden of all rules',
  ],
  ['a subject that one rule has more', 'rules.csv', (rows) => add(rows.at(-1)!, 'tn', 1), 'negatives, largest'],
  [
    'another tuned rule',
    'rules.csv',
    (rows) => {
      rows.find(({ tuned }) => tuned === '1')!['tuned'] = '0';
      rows[0]!['tuned'] = '1';
    },
    'youden of the tuned rule',
  ],
  ['integers of another rule', 'rules.csv', (rows) => shareTables(rows), 'tp from cells.csv'],
  ['a front with a gap', 'roc.csv', (rows) => rows.splice(3, 1), 'AUC from roc.csv'],
  ['a rule missing from the rules', 'rules.csv', (rows) => dropBest(rows), 'AUC from the front of rules.csv'],
  ['a wrong rate', 'roc.csv', (rows) => add(rows[2]!, 'fpr', 1e-8), 'fpr of roc.csv'],
  ['a cell with one exposure more', 'cells.csv', (rows) => add(rows[0]!, 'negatives', 1), 'exposures in cells'],
  [
    'an exposure in another cell',
    'cells.csv',
    (rows) => {
      add(alerted(rows), 'positives', -1);
      add(rows[0]!, 'positives', 1);
    },
    'tp from cells.csv',
  ],
  ['a replicate less', 'bootstrap.csv', (rows) => rows.pop(), 'corrected youden'],
  ['an empty replicate', 'bootstrap.csv', (rows) => (rows[7]!['onData'] = ''), 'corrected youden'],
];

/** The tuned rule gets the integers of the rule that alerts everything. */
function shareTables(rows: Rows): void {
  const { D, A, threshold } = rows[0]!;
  Object.assign(rows.find(({ tuned }) => tuned === '1')!, { D, A, threshold });
}

/** Every rule with the counts of one corner of the front goes. */
function dropBest(rows: Rows): void {
  const [corner] = rows.filter(({ fp }) => fp === '0').toSorted((a, b) => Number(b['tp']) - Number(a['tp']));
  rows.splice(0, rows.length, ...rows.filter(({ fp, tp }) => fp !== '0' || tp !== corner!['tp']));
}

/** A copy of the tables of the fit of exposures in which one file is changed. */
function copyWith(folder: string, file: string, change: (rows: Rows) => unknown): void {
  cpSync(work.path('out/exposures'), work.path(folder), { recursive: true });
  const rows: Rows = parse(work.text(`${folder}/${file}`), { columns: true });
  const columns = Object.keys(rows[0]!);
  change(rows);
  work.put(`${folder}/${file}`, csvText([columns, ...rows.map((row) => columns.map((column) => row[column]))]));
}

/** Fenced blocks of a page with this information string. */
const blocks = (page: string, info: string): readonly string[] =>
  [...textOf(page).matchAll(/^```([^\n]+)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === info)
    .map(([, , code]) => code!);

for (const { name, program, script, page, fence } of languages) {
  const missing = spawnSync(program, ['--version']).status === 0 ? '' : ` (skipped: no ${program})`;
  const run = (...words: readonly string[]) =>
    spawnSync(program, [fileURLToPath(new URL(`../../${script}`, import.meta.url)), ...words], {
      cwd: work.folder,
      encoding: 'utf8',
    });

  describe.skipIf(missing !== '')(`the ${name} script${missing}`, () => {
    it.each(fits)('agrees with enlab about a fit with %s', (folder, _, count) => {
      const { status, stdout, stderr } = run(`out/${folder}`);
      expect(stdout + stderr).toMatch(new RegExp(`^all ${count} figures agree to 1e-9$`, 'm'));
      expect([status, stderr]).toEqual([0, '']);
    });

    it.each(tampered)('finds %s', (what, file, change, figure) => {
      const folder = `${fence}-${what.replaceAll(' ', '-')}`;
      copyWith(folder, file, change);
      const { status, stdout, stderr } = run(folder);
      expect(stdout.split('\n').filter((line) => line.endsWith('DIFFERS'))).toContainEqual(
        expect.stringContaining(figure),
      );
      expect(stdout + stderr).toMatch(/^\d+ of 17 figures differ by more than 1e-9$/m);
      expect(status).toBe(1);
    });

    it('takes a difference in the eleventh digit for rounding', () => {
      copyWith(`${fence}-rounded`, 'summary.csv', (rows) => add(auc(rows), 'value', 1e-11));
      expect(run(`${fence}-rounded`).status).toBe(0);
    });

    it('refuses a folder without tables, and none', () => {
      expect(run('leith').status).toBe(1);
      expect(run().stderr).toContain('usage:');
    });
  });

  describe(`the ${name} page`, () => {
    it('shows the script as it is, in the order of the file', () => {
      const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
      expect(lines(blocks(page, fence).join('\n'))).toEqual(lines(textOf(script)));
    });

    it('names every file that a fit writes', () => {
      for (const file of work.files().filter((path) => path.startsWith('out/users/')))
        expect(textOf(page)).toContain(`\`${file.slice('out/users/'.length)}\``);
    });
  });
}

describe('the plots of the pages', () => {
  const plots = [
    { page: 'docs/r.md', info: 'r plot', program: 'Rscript', file: 'plot.R', probe: ['--version'], needs: 'Rscript' },
    {
      page: 'docs/python.md',
      info: 'python plot',
      program: 'python3',
      file: 'plot.py',
      probe: ['-c', 'import matplotlib'],
      needs: 'matplotlib',
    },
  ];
  for (const { page, info, program, file, probe, needs } of plots) {
    const missing = spawnSync(program, probe).status === 0 ? '' : ` (skipped: no ${needs})`;
    it.skipIf(missing !== '')(`${page} draws the ROC curve${missing}`, () => {
      const folder = info.replace(' ', '-');
      cpSync(work.path('out/users'), work.path(`${folder}/out/tables`), { recursive: true });
      work.put(`${folder}/${file}`, blocks(page, info).join('\n'));
      const { status, stderr } = spawnSync(program, [file], { cwd: work.path(folder), encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      expect(work.text(`${folder}/roc.pdf`)).toMatch(/^%PDF-/);
    });
  }
});
