import type { Table } from '../../src/core/document.ts';
import type { Loaded } from '../load.ts';
import type { Data } from '../schemas.ts';
import { countValue, type Suppression } from './suppress.ts';

/** Participant flow: rows read, rejected by reason, used, exposures, unknown truth, subjects. */
export function flowTable({ traces, exposures }: Loaded, data: Data, level: string, suppression: Suppression): Table {
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
