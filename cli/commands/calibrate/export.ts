/** export: the rule of a fit as the document an app loads, lossless or refused (contract.md 4). */
import { Option } from 'commander';
import { exportBytes, exportResult } from '../../../calibration/export.ts';
import { type FitResult, fitSchema } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { binaryTargetNames, targetNames } from '../../../src/risk/config/registry.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText, withDestinations } from '../../files.ts';

const encodings = ['json', 'protobuf'] as const;

interface Flags {
  readonly target: string;
  readonly encoding: (typeof encodings)[number];
  readonly out: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<result.json>', 'what "calibrate fit --out" wrote')
    .addOption(new Option('--target <name>', 'whose configuration').choices(targetNames).makeOptionMandatory())
    .addOption(
      new Option('--encoding <form>', `protobuf: the bytes that the server delivers (${binaryTargetNames.join(', ')})`)
        .choices(encodings)
        .default('json'),
    )
    .option('--out <file>', 'where it goes; "-" = stdout', '-');
  examples(command, [
    ['enlab calibrate export out/fit.json --target immuni --out out/settings.json', 'settings that Immuni loads'],
    [
      'enlab calibrate export out/minutes.json --target cwa-v2-android --encoding protobuf --out out/export.bin',
      'what Corona-Warn-App downloads, before it is signed and zipped',
    ],
    ['enlab calibrate check field.ndjson --preset out/settings.json', 'the round trip: decides every row alike'],
  ]);
  command.action((path: string, flags: Flags) => act(edge, path, flags));
};

async function act(edge: Edge, path: string, { target, encoding, out }: Flags): Promise<void> {
  if (encoding === 'protobuf' && out === '-')
    throw new EnlabError('E-USAGE', 'protobuf is no text for stdout', { hint: 'name a file: --out export.bin' });
  await withDestinations(edge, { inputs: [path], outputs: [out] }, async ([destination]) => {
    const result = readResult(edge, path);
    destination!.write(encoding === 'protobuf' ? exportBytes(result, target) : exportResult(result, target));
  });
}

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
