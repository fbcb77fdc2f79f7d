/** lint: what is wrong with a configuration, by line. An error is exit 3, so that a repository of settings can gate on it. */
import { lintDocument } from '../../../calibration/documents/lint.ts';
import { lintConfiguration } from '../../../calibration/lint.ts';
import type { LintResult } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { counted } from '../../../src/core/words.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readConfiguration, withDestinations } from '../../files.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument(
    '<file>',
    'configuration of an app: Immuni, Apple or Google v1/v2, CWA v1/v2 (JSON or protobuf), SwissCovid',
  );
  addShowOptions(command);
  examples(command, [
    ['enlab calibrate lint out/settings.json', 'exit code 3 on an error, 0 with warnings only'],
    ['enlab calibrate lint out/export.bin', 'the same for protobuf: fields instead of lines'],
  ]);
  command.action((path: string, flags: ShowFlags) => act(edge, path, flags));
};

async function act(edge: Edge, path: string, flags: ShowFlags): Promise<void> {
  const { target, findings } = lintConfiguration(readConfiguration(edge, path), path);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const result: LintResult = {
    schema: 'enlab.calibrate.lint',
    version: 1,
    options: {},
    data: { findings: findings.length, errors, warnings: findings.length - errors },
    file: path,
    target,
    findings: [...findings],
  };
  const paths = { inputs: [path], outputs: [flags.out] };
  await withDestinations(edge, paths, ([out]) => show(edge, flags, out, result, lintDocument(result)));
  if (errors > 0) throw new EnlabError('E-CHECK', counted(errors, 'error'), { place: { file: path } });
}
