/** export: the rule of a fit as the document an app loads, lossless or refused (contract.md 4). */
import { Option } from 'commander';
import { exportResult } from '../../../calibration/export.ts';
import { type FitResult, fitSchema } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { targetNames } from '../../../src/risk/config/registry.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText, withDestinations } from '../../files.ts';

interface Flags {
  readonly target: string;
  readonly out: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<result.json>', 'what "calibrate fit --out" wrote')
    .addOption(new Option('--target <name>', 'whose configuration').choices(targetNames).makeOptionMandatory())
    .option('--out <file>', 'where it goes; "-" = stdout', '-');
  examples(command, [
    ['enlab calibrate export out/fit.json --target immuni --out out/settings.json', 'settings that Immuni loads'],
    ['enlab calibrate check field.ndjson --preset out/settings.json', 'the round trip: decides every row alike'],
  ]);
  command.action((path: string, flags: Flags) => act(edge, path, flags));
};

const act = (edge: Edge, path: string, flags: Flags): Promise<void> =>
  withDestinations(edge, { inputs: [path], outputs: [flags.out] }, async ([out]) =>
    out!.write(exportResult(readResult(edge, path), flags.target)),
  );

/** The result, checked against its schema: a number that somebody changed must not reach an app. */
function readResult(edge: Edge, path: string): FitResult {
  const place = { file: path };
  let json: unknown;
  try {
    json = JSON.parse(readText(edge, path));
  } catch (cause) {
    if (cause instanceof EnlabError) throw cause;
    throw new EnlabError('E-FILE-FORMAT', 'this is not JSON', { place, hint: RESULT_HINT, cause });
  }
  const parsed = fitSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the document';
  throw new EnlabError('E-FILE-FORMAT', `this is no result of a fit: ${where}: ${issue?.message}`, {
    place,
    hint: RESULT_HINT,
  });
}

const RESULT_HINT = 'make one with: enlab calibrate fit TRACE --out result.json';
