/**
 * The exact calibration: all rules at user level, against asking every person about the rules in the same run.
 *   npx tsx bench/calibration.ts [EXPOSURES...]          (default: 100000 1000000)
 * "read" is what the data are read into once: the cells and generators of every person. Medians of seven rounds.
 */
import { bootstrap, classing } from '../calibration/bootstrap.ts';
import { countAll, type RuleCounts } from '../calibration/counts.ts';
import { countGenerators, generatorsOf } from '../calibration/grid.ts';
import { buildLattice, flags } from '../calibration/lattice.ts';
import { fitMinutes, MinutesRules } from '../calibration/minutesSearch.ts';
import { objective, objectiveNames } from '../calibration/objectives.ts';
import { refit } from '../calibration/refit.ts';
import type { Sample } from '../calibration/sample.ts';
import { optimum, paretoFront } from '../calibration/search.ts';
import { unconstrainedOptimum } from '../calibration/unconstrained.ts';
import { defaultReading } from '../src/risk/reading.ts';
import { cellsOf, ENV1_SCALE } from '../src/risk/scale.ts';
import { metricOptions, population, sampleFrom } from '../test/helpers/calibrationData.ts';

const ROUNDS = 7;
/** The naive evaluation asks every so many rules only and is scaled up: all of them would take minutes. */
const STRIDE = 97;
const REPLICATES = 1_000;

const lattice = buildLattice();
const candidates = Int32Array.from(lattice.classes.keys()).filter((rule) => lattice.classes[rule]! <= 5);
const targets = objectiveNames.map((name) => objective(name, metricOptions));
const youden = objective('youden', metricOptions);

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const medianOf = (work: () => void): number => median(Array.from({ length: ROUNDS }, () => milliseconds(work)));
const show = (what: string, ms: number, note = ''): void =>
  console.log(`  ${what.padEnd(46)} ${ms.toFixed(1).padStart(9)} ms  ${note}`);

/** Every person's cells in one array: what a naive evaluation of a rule walks through. */
function flatCells({ subjects }: Sample): { readonly start: Int32Array; readonly cells: Uint8Array } {
  const start = [0];
  const cells: number[] = [];
  for (const { exposures } of subjects) {
    for (const exposure of exposures)
      for (const [row, column] of cellsOf(exposure, ENV1_SCALE, defaultReading)) cells.push(row * 8 + column);
    start.push(cells.length);
  }
  return { start: Int32Array.from(start), cells: Uint8Array.from(cells) };
}

/** Missed positives and silent negatives of one rule, person by person. */
function naive(
  { positive, weight }: Sample,
  { start, cells }: ReturnType<typeof flatCells>,
  rule: number,
): [number, number] {
  const flagged = Uint8Array.from({ length: 64 }, (_, cell) => Number(flags(lattice, rule, cell >> 3, cell & 7)));
  let [fn, tn] = [0, 0];
  for (let person = 0; person < positive.length; person++) {
    let alert = 0;
    for (let k = start[person]!; k < start[person + 1]!; k++) alert |= flagged[cells[k]!]!;
    if (alert) continue;
    if (positive[person]) fn += weight[person]!;
    else tn += weight[person]!;
  }
  return [fn, tn];
}

function compareWithNaive(sample: Sample, exact: number, counts: RuleCounts): void {
  const flat = flatCells(sample);
  const asked = candidates.filter((_, k) => k % STRIDE === 0);
  let different = 0;
  const times = Array.from({ length: 3 }, () =>
    milliseconds(() => {
      for (const rule of asked) {
        const [fn, tn] = naive(sample, flat, rule);
        if (fn !== counts.fn[rule] || tn !== counts.tn[rule]) different++;
      }
    }),
  );
  if (different > 0) throw new Error(`${different} rules are counted differently`);
  const all = (median(times) / asked.length) * candidates.length;
  show(`naive, ${asked.length} rules asked, scaled to 12,021`, all, `${(all / exact).toFixed(0)}x, equal counts`);
}

function lattices(sample: Sample): void {
  const read = medianOf(() => void generatorsOf(lattice, sample.subjects, ENV1_SCALE, defaultReading));
  const generators = generatorsOf(lattice, sample.subjects, ENV1_SCALE, defaultReading);
  let counts = countAll(lattice, countGenerators(lattice, sample, generators));
  const count = medianOf(() => void (counts = countAll(lattice, countGenerators(lattice, sample, generators))));
  const search = medianOf(() => void targets.map((target) => optimum(counts, candidates, target)));
  const front = medianOf(() => void paretoFront(counts, candidates));
  show('read: cells and generators', read);
  show('count: all 12,021 rules', count);
  show(`optimum with ties, ${targets.length} objectives`, search);
  show('Pareto front', front, `${paretoFront(counts, candidates).length} rules`);
  show('all of these', read + count + search + front);
  compareWithNaive(sample, read + count + search + front, counts);
}

function bootstraps(sample: Sample): void {
  const generators = generatorsOf(lattice, sample.subjects, ENV1_SCALE, defaultReading);
  const counts = countAll(lattice, countGenerators(lattice, sample, generators));
  const classes = classing(sample, (subject) => generators[subject]! * 2 + sample.positive[subject]!);
  const options = { replicates: REPLICATES, seed: 1 };
  const drawing = milliseconds(() => bootstrap(sample, classes, options, () => {}));
  const input = { lattice, sample, generators, candidates, target: youden, limits: {}, watch: [] };
  show(
    `${REPLICATES} bootstraps of the fit`,
    milliseconds(() => void refit(input, counts, options)),
    `drawing alone ${drawing.toFixed(0)} ms`,
  );
}

function others(sample: Sample): void {
  const grid = { rows: 8, columns: 8, positives: new Float64Array(64), negatives: new Float64Array(64) };
  for (const { exposures, truth } of sample.subjects)
    for (const exposure of exposures)
      for (const [row, column] of cellsOf(exposure, ENV1_SCALE, defaultReading))
        (truth ? grid.positives : grid.negatives)[row * 8 + column]! += 1;
  for (const target of targets)
    show(
      `without order, exposure level, ${target.name}`,
      medianOf(() => void unconstrainedOptimum(grid, target)),
    );
  const rules = new MinutesRules(sample, defaultReading);
  show(
    'minutes rules: read',
    milliseconds(() => void new MinutesRules(sample, defaultReading)),
  );
  show(
    'minutes rules: best of 111,630',
    medianOf(() => void fitMinutes(rules, youden)),
  );
}

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [100_000, 1_000_000]) {
  const sample = sampleFrom(population(1, size));
  console.log(
    `${size} exposures of ${sample.subjects.length} people, ${sample.positives} positive (Node ${process.version})`,
  );
  lattices(sample);
  if (size > 100_000) continue;
  bootstraps(sample);
  others(sample);
}
