import type { Column, ReportDocument } from '../../src/core/document.ts';
import type { CompareResult } from '../schemas.ts';
import { dataSentence, optionText, RECEPTION, readingSentence, rulesTable, SUBJECTS } from './tables.ts';

/** Two rules side by side, their differences and what flips. */
export function compareDocument(result: CompareResult): ReportDocument {
  const { a, b, difference, mcnemar, flippedSubjects, flippedCells, data, options, failIf } = result;
  const cells = flippedCells?.map(({ D, A, b: alerted }) => `${D}/${A} ${alerted ? 'alerts now' : 'silent now'}`);
  return {
    title: `${b.name} instead of ${a.name}`,
    summary: [
      dataSentence(data, optionText(options, 'level')),
      readingSentence(options),
      RECEPTION,
      `${flippedSubjects.positives} true contacts and ${flippedSubjects.negatives} others would be decided differently.`,
      cells === undefined
        ? 'At least one of the rules is not decided by cells of the grid, so no cells are listed.'
        : cells.length === 0
          ? 'No cell of the grid is decided differently.'
          : `Cells decided differently: ${cells.join(', ')}.`,
      ...failIf.map(
        ({ condition, holds }) => `Condition "${condition}" ${holds ? 'holds: exit code 3' : 'does not hold'}.`,
      ),
    ],
    sections: [
      {
        id: 'rules',
        title: 'Both rules',
        blocks: [
          rulesTable('rules', 'Confusion and rates, 95 % intervals', [a, b]),
          {
            kind: 'table',
            name: 'differences',
            caption: 'Differences, second minus first; paired bootstrap 95 % intervals',
            columns: [
              { key: 'figure', label: 'figure', meaning: 'what differs: sensitivity, specificity or youden' },
              {
                key: 'difference',
                label: 'difference',
                format: 'proportion',
                meaning: `${b.name} minus ${a.name}`,
                unit: '',
              },
            ],
            rows: Object.entries(difference).map(([figure, own]) => ({ figure, difference: own })),
          },
          {
            kind: 'table',
            name: 'mcnemar',
            caption: 'Subjects alerted by one rule only; exact McNemar test',
            columns: [
              { key: 'who', label: 'subjects', meaning: 'subjects with a true contact, or the others' },
              onlyBy('onlyA', a.name, b.name),
              onlyBy('onlyB', b.name, a.name),
              { key: 'p', label: 'p', format: 'number', meaning: 'two-sided p of the exact McNemar test' },
            ],
            rows: [
              { who: 'true contacts', ...mcnemar.positives },
              { who: 'others', ...mcnemar.negatives },
            ],
          },
        ],
      },
    ],
    provenance: {},
  };
}

const onlyBy = (key: string, rule: string, other: string): Column => ({
  key,
  label: `only ${rule}`,
  format: 'number',
  meaning: `alerted by ${rule} and not by ${other}`,
  unit: SUBJECTS,
});
