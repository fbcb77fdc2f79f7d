import { lintText } from '../../../calibration/lint.ts';
import type { LintResult } from '../../../calibration/schemas.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { exitCodes } from '../../../src/core/errors.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText, withDestinations } from '../../files.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

export const define: CommandModule['define'] = (command, edge, finish) => {
  command.argument('<file>', 'configuration of an app: Immuni, Apple or Google v1/v2, CWA v1, SwissCovid');
  addShowOptions(command);
  examples(command, [['enlab calibrate lint out/settings.json', 'exit code 3 on an error, 0 with warnings only']]);
  command.action(async (path: string, flags: ShowFlags) => finish(await act(edge, path, flags)));
};

async function act(edge: Edge, path: string, flags: ShowFlags): Promise<number> {
  const { target, findings } = lintText(readText(edge, path), path);
  const result: LintResult = {
    schema: 'enlab.calibrate.lint',
    version: 1,
    options: {},
    file: path,
    target,
    findings: [...findings],
  };
  await withDestinations(edge, [flags.out], ([out]) => show(edge, flags, out, result, documentOf(result)));
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.checkFailed : 0;
}

const documentOf = ({ file, target, findings }: LintResult): ReportDocument => ({
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
