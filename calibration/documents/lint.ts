import type { ReportDocument } from '../../src/core/document.ts';
import type { LintResult } from '../schemas.ts';

/** Findings about a configuration, by line. */
export const lintDocument = ({ file, target, findings }: LintResult): ReportDocument => ({
  title: `${file}: ${target}`,
  summary: [findings.length === 0 ? 'Nothing to complain about.' : `${findings.length} findings.`],
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
            { key: 'place', label: 'where' },
            { key: 'severity', label: 'severity' },
            { key: 'rule', label: 'rule' },
            { key: 'message', label: 'what' },
          ],
          rows: findings.map(({ line, column, ...finding }) => ({ ...finding, place: `${file}:${line}:${column}` })),
        },
      ],
    },
  ],
  provenance: {},
});
