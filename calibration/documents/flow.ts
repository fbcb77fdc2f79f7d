import type { Block, Figure, Table } from '../../src/core/document.ts';
import type { Loaded } from '../load.ts';
import type { Data } from '../schemas.ts';
import { countValue, type Suppression } from './suppress.ts';

/** What happened to every row, as a picture and as a table; the picture would tell small counts, so not with suppression. */
export function flowBlocks(loaded: Loaded, data: Data, level: string, suppression: Suppression): readonly Block[] {
  const table = flowTable(loaded, data, level, suppression);
  return suppression.below > 0 ? [table] : [flowFigure(loaded, data, level), table];
}

function flowFigure({ traces, exposures }: Loaded, data: Data, level: string): Figure {
  const tallies = traces.map(({ tally }) => tally);
  const reasons = new Map<string, number>();
  for (const [reason, count] of tallies.flatMap(({ rejected }) => [...rejected]))
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  const total = (key: 'rows' | 'used'): number => tallies.reduce((sum, tally) => sum + tally[key], 0);
  const plural = `${level}s`;
  return {
    kind: 'figure',
    name: 'participant-flow',
    title: 'From rows to the analysis',
    description: 'Boxes hold what was kept at each step, arrows to the side what was left out and why.',
    plot: {
      kind: 'flow',
      steps: [
        { label: 'rows read', count: total('rows'), removed: [...reasons].map(([label, count]) => ({ label, count })) },
        { label: 'rows used', count: total('used') },
        // At the level of exposures the next step would say the same again.
        ...(level === 'exposure' ? [] : [{ label: 'exposures formed', count: exposures.length }]),
        {
          label: `${plural} formed`,
          count: data.n + data.unknown,
          removed: data.unknown === 0 ? [] : [{ label: 'truth unknown', count: data.unknown }],
        },
        { label: `${plural} in the analysis`, count: data.n },
      ],
    },
  };
}

/** Rows read, rejected by reason, used, exposures, unknown truth, subjects. */
function flowTable({ traces, exposures }: Loaded, data: Data, level: string, suppression: Suppression): Table {
  const rows: { trace: string; step: string; count: number }[] = [];
  for (const { file, tally } of traces) {
    rows.push({ trace: file.name, step: 'rows read', count: tally.rows });
    for (const [reason, count] of tally.rejected) rows.push({ trace: file.name, step: `rejected: ${reason}`, count });
    rows.push({ trace: file.name, step: 'rows used', count: tally.used });
    for (const [what, count] of tally.notices) rows.push({ trace: file.name, step: `noticed: ${what}`, count });
  }
  rows.push(
    { trace: 'all', step: 'exposures', count: exposures.length },
    { trace: 'all', step: `${level}s of unknown truth, left out`, count: data.unknown },
    { trace: 'all', step: `${level}s in the analysis`, count: data.n },
  );
  return {
    kind: 'table',
    name: 'flow',
    caption: 'What happened to every row',
    columns: [
      { key: 'trace', label: 'trace', meaning: 'name of the file; all = every file together' },
      { key: 'step', label: 'step', meaning: 'what is counted, in the order in which a record meets it' },
      {
        key: 'count',
        label: 'count',
        format: 'number',
        meaning: 'how many of them',
        unit: 'rows, exposures or subjects, as the step says',
      },
    ],
    rows: rows.map((row) => ({ ...row, count: countValue(row.count, suppression) })),
  };
}
