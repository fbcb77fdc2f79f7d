/** verify: whether a phone with this public key would accept key export files. A refusal is exit 3, for CI. */
import { assertWholeBatches } from '../../../src/protocol/export/batchSet.ts';
import { verifyDocument } from '../../../src/protocol/export/document.ts';
import { inspectedFile, total } from '../../../src/protocol/export/inspected.ts';
import type { VerifyResult } from '../../../src/protocol/export/schemas.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import {
  addKeyFileOptions,
  type KeyFileFlags,
  keyFileEcho,
  keyFileInputs,
  publicKeyOption,
  type ReadKeyFile,
  readKeyFiles,
} from '../../options/keyFiles.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

type Flags = KeyFileFlags & ShowFlags;

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<file.zip...>', 'key export files; of a batch, all of them');
  addKeyFileOptions(command, publicKeyOption().makeOptionMandatory());
  addShowOptions(command);
  examples(command, [
    ['enlab backend verify export.zip --public-key public.pem', 'exit code 3 and the reason when it does not verify'],
    [
      'enlab backend verify export.zip --public-key public.pem --key-id 228 --key-version v1',
      'signed by this key only',
    ],
  ]);
  command.action((paths: readonly string[], flags: Flags) => act(edge, paths, flags));
};

const act = (edge: Edge, paths: readonly string[], flags: Flags): Promise<void> =>
  withDestinations(edge, { inputs: keyFileInputs(paths, flags), outputs: [flags.out] }, async ([out]) => {
    const read = [...readKeyFiles(edge, paths, flags)];
    assertWholeBatches(read.map((file) => file.read));
    const files = read.map(verified);
    const result: VerifyResult = {
      schema: 'enlab.backend.verify',
      version: 1,
      options: keyFileEcho(flags),
      data: {
        files: files.length,
        keys: files.reduce((sum, { keys }) => sum + keys, 0),
        rejected: files.reduce((sum, { rejected }) => sum + total(rejected), 0),
      },
      files,
    };
    await show(edge, flags, out, result, verifyDocument(result));
  });

function verified({ file, read }: ReadKeyFile): VerifyResult['files'][number] {
  const { region, window, batch, signatures, keys, revisedKeys, rejected } = inspectedFile(file, read);
  const signature = signatures.find(({ verdict }) => verdict === 'valid')!;
  return {
    file,
    region,
    window,
    batch,
    verificationKeyId: signature.verificationKeyId,
    verificationKeyVersion: signature.verificationKeyVersion,
    keys: keys.length + revisedKeys.length,
    rejected,
  };
}
