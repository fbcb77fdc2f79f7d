/** The pictures of a D x A fit beside the ROC: heat maps, dB shifts. */
import type { Figure, HeatFigure } from '../../src/core/document.ts';
import { isCumulative } from '../../src/risk/reading.ts';
import { attenuationText, durationText } from '../../src/risk/scale.ts';
import { flags, type RuleId } from '../lattice.ts';
import { signOf } from '../metrics.ts';
import { stabilityOf } from '../result.ts';
import { isGrouped } from '../sample.ts';
import { valueOf } from '../search.ts';
import type { FitStudy } from '../study.ts';
import { LOOK } from './roc.ts';
import { countText, isSmall, type Suppression } from './suppress.ts';

const CLASSES = [0, 1, 2, 3, 4, 5, 6, 7];

/** "D4 >10-15", with closed-left edges "D4 10-<15", so that nobody has to ask where 15 minutes are. */
const rowNames = ({ scale, reading }: FitInput): readonly string[] =>
  CLASSES.map((row) => `D${row + 1} ${briefly(durationText(row, scale, reading.durationEdge))}`);

/** "A2 >63-73" */
const columnNames = ({ scale }: FitInput): readonly string[] =>
  CLASSES.map((column) => `A${column + 1} ${briefly(attenuationText(column, scale))}`);

/** "(10, 15] min" -> ">10-15"; the unit stands at the axis. */
const briefly = (text: string): string =>
  text
    .replace(/ (min|dB)$/, '')
    .replace(/^\((.*), /, '>$1-')
    .replace(/^\[(.*), /, '$1-')
    .replace(/-(\d+)\)$/, '-<$1')
    .replace(/\]$/, '')
    .replace(' ', '');

/** Share of true contacts per cell with counts; hatched where the data are silent. */
export function dataFigure({ input, fit }: FitStudy, suppression: Suppression): Figure {
  const { lattice } = input.space;
  const { positives, negatives } = fit.cells;
  const whose = isGrouped(input.sample)
    ? ', every exposure with the truth of the person or day that it belongs to'
    : '';
  return {
    kind: 'figure',
    name: 'cells',
    title: 'The data: share of true contacts in every cell',
    description:
      'Rows are duration classes, columns attenuation classes from far to near. Numbers are true contacts / exposures ' +
      `of the cell${whose}; hatched cells hold no data. The outline is what the tuned rule alerts.` +
      (isSummed(input)
        ? ' A histogram counts once in every column, by its time at or below the upper edge, so the numbers of different ' +
          'columns are the same exposures and do not add up.'
        : ''),
    plot: {
      ...heat(
        input,
        (row, column) => {
          const [positive, negative] = [positives[row * 8 + column]!, negatives[row * 8 + column]!];
          const n = positive + negative;
          if (n === 0) return { value: null, text: '', hatched: true };
          const hidden = isSmall(positive, suppression) || isSmall(negative, suppression) || isSmall(n, suppression);
          return { value: hidden ? null : positive / n, text: hidden ? countText(n, suppression) : `${positive}/${n}` };
        },
        outlineOf(fit.best.rule),
      ),
      legend: 'share of true contacts',
    },
  };

  function outlineOf(rule: RuleId): (row: number, column: number) => boolean {
    return (row, column) => flags(lattice, rule, row, column);
  }
}

/** Whether some exposures are in several cells (src/risk/scale.ts). */
const isSummed = ({ sample, reading }: FitInput): boolean =>
  sample.subjects.some(({ exposures }) =>
    exposures.some((exposure) => exposure.cell === undefined && isCumulative(exposure, reading)),
  );

/** How often the winners of the bootstrap alert each cell: where the rule is certain and where it is a guess. */
export function stabilityFigure({ input, fit }: FitStudy): Figure | null {
  const { lattice } = input.space;
  const shares = stabilityOf(lattice, fit.refits);
  if (!shares) return null;
  return {
    kind: 'figure',
    name: 'stability',
    title: 'How certain the rule is',
    description:
      'Share of bootstrap replicates whose best rule alerts the cell. Values near 0 or 1 are stable decisions, values ' +
      'around 0.5 are decided by chance. The outline is the tuned rule.',
    plot: {
      ...heat(
        input,
        (row, column) => ({ value: shares[row]![column]!, text: shares[row]![column]!.toFixed(2) }),
        (row, column) => flags(lattice, fit.best.rule, row, column),
      ),
      legend: 'share of replicates',
    },
  };
}

type FitInput = FitStudy['input'];
type Cell = Pick<HeatFigure['cells'][number][number], 'value' | 'text' | 'hatched'>;

function heat(
  input: FitInput,
  cell: (row: number, column: number) => Cell,
  outlined: (row: number, column: number) => boolean,
): Omit<HeatFigure, 'legend'> {
  return {
    kind: 'heat',
    xLabel: 'attenuation, dB (far to near)',
    yLabel: 'duration, min',
    xNames: columnNames(input),
    yNames: rowNames(input),
    cells: CLASSES.map((row) => CLASSES.map((column) => ({ ...cell(row, column), outlined: outlined(row, column) }))),
  };
}

/** Value of the tuned rule, the compared preset and the best possible rule when every attenuation is off. */
export function shiftFigure({ input, fit }: FitStudy, { below }: Suppression): Figure | null {
  // Its curves tell the counts behind them.
  if (fit.shiftReason !== null || below > 0) return null;
  const sign = signOf(input.objective);
  const line = (rule: RuleId) =>
    fit.shifted.map(({ shift, counts }) => ({ x: shift, y: sign * valueOf(counts, rule, fit.target) }));
  return {
    kind: 'figure',
    name: 'shifts',
    title: 'If every attenuation were off by some dB',
    description:
      'Other phones and pockets shift attenuation. Lines show the objective of the tuned rule, of the compared preset ' +
      'and of the rule that would be best at that shift' +
      (Object.keys(input.limits).length === 0 ? '.' : ' within the limits, which the tuned rule may break there.'),
    plot: {
      kind: 'lines',
      x: { label: 'shift, dB (negative = stronger signal)' },
      y: { label: fit.target.title },
      series: [
        {
          name: 'best possible',
          points: fit.shifted.flatMap(({ shift, best }) => (best === null ? [] : [{ x: shift, y: sign * best }])),
          look: LOOK.possible,
        },
        ...(fit.comparedRule === null
          ? []
          : [{ name: input.compared.name, points: line(fit.comparedRule), look: LOOK.presets }]),
        { name: 'tuned rule', points: line(fit.best.rule), look: LOOK.tuned },
      ],
    },
  };
}
