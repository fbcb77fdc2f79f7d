import type { ReportDocument } from '../../src/core/document.ts';
import type { CheckResult } from '../schemas.ts';
import { dataSentence, optionText, RECEPTION, readingSentence, rulesTable } from './tables.ts';

/** Presets, rules and files on one trace. */
export function checkDocument(result: CheckResult): ReportDocument {
  const { rules, data, options } = result;
  const undecided = rules.filter(({ dependsOn }) => dependsOn.length > 0).map(({ name }) => name);
  const level = optionText(options, 'level');
  return {
    title: 'Rules on a trace',
    summary: [
      dataSentence(data, level),
      readingSentence(options),
      RECEPTION,
      ...(undecided.length > 0 ? [filled(undecided, options)] : []),
    ],
    sections: [
      {
        id: 'rules',
        title: 'Rules',
        blocks: [rulesTable('rules', `Alerts by rule at ${level} level, 95 % intervals`, rules)],
      },
    ],
    provenance: {},
  };
}

const filled = (names: readonly string[], options: CheckResult['options']): string =>
  `The trace lacks factors that these rules use, filled with --days ${optionText(options, 'days')} and --transmission-level ` +
  `${options['transmissionLevel'] === null ? '(neutral)' : optionText(options, 'transmissionLevel')}: ${names.join(', ')}.`;
