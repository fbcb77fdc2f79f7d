import type { ReportDocument } from '../../src/core/document.ts';
import type { LintResult } from '../schemas.ts';

/** Findings about a configuration, by line. */
export const lintDocument = ({ file, target, findings }: LintResult): ReportDocument => ({
  title: `${file}: ${target}`,
  summary: [
    findings.length === 0
      ? 'Nothing to complain about.'
      : `${findings.length} finding${findings.length === 1 ? '' : 's'}.`,
  ],
  sections: [
    {
      id: 'findings',
      title: 'Findings',
      blocks: [
        {
          kind: 'table',
          name: 'findings',
          caption: 'By line',
          columns: [
            { key: 'place', label: 'where', meaning: 'file:line:column, counted from 1; the field in a binary file' },
            { key: 'severity', label: 'severity', meaning: 'error (exit code 3) or warning' },
            { key: 'rule', label: 'rule', meaning: 'name of the lint rule in docs/configurations.md' },
            { key: 'message', label: 'what', meaning: 'what is wrong and what it does' },
          ],
          rows: findings.map(({ line, column, field, ...finding }) => ({
            ...finding,
            place: line === null ? `${file}: ${field}` : `${file}:${line}:${column}`,
          })),
        },
      ],
    },
  ],
  provenance: {},
});
