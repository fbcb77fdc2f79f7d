/** inspect: everything that key export files hold, and what a phone's log of exposure checks says about them. */
import { Option } from 'commander';
import { inspectDocument } from '../../../src/protocol/export/document.ts';
import { inspectedFile, total } from '../../../src/protocol/export/inspected.ts';
import { filesInLog, type LoggedFile, parsePhoneLog } from '../../../src/protocol/export/phoneLog.ts';
import { jointHash } from '../../../src/protocol/export/reader.ts';
import type { InspectedFile, InspectResult } from '../../../src/protocol/export/schemas.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText, withDestinations } from '../../files.ts';
import {
  addKeyFileOptions,
  type KeyFileFlags,
  keyFileEcho,
  keyFileInputs,
  named,
  publicKeyOption,
  type ReadKeyFile,
  readKeyFiles,
} from '../../options/keyFiles.ts';
import { integer } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends KeyFileFlags, ShowFlags {
  readonly phoneLog?: string;
  /** Keys of each file in the table. */
  readonly head: number;
}

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<file.zip...>', 'key export files of any server');
  addKeyFileOptions(command, publicKeyOption());
  command
    .option('--phone-log <file>', 'log of exposure checks that iOS or Android exported: which files the phone checked')
    .addOption(
      new Option('--head <n>', 'keys to show; JSON has all').argParser(integer({ min: 0, max: 10_000 })).default(10),
    );
  addShowOptions(command);
  examples(command, [
    ['enlab backend inspect export.zip', 'window, signatures, keys by day and level'],
    ['enlab backend inspect export.zip --public-key public.pem --format json', 'all keys, for scripts; verified first'],
    [
      'enlab backend inspect 1.zip 2.zip --phone-log ExposureChecks.json',
      'did the phone check them, and with what result?',
    ],
  ]);
  command.action((paths: readonly string[], flags: Flags) => act(edge, paths, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const logs = flags.phoneLog === undefined ? [] : [flags.phoneLog];
  const inputs = [...keyFileInputs(paths, flags), ...logs];
  await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const read = [...readKeyFiles(edge, paths, flags)];
    const files = read.map(({ file, read: content }) => inspectedFile(file, content));
    const shared = {
      schema: 'enlab.backend.inspect' as const,
      version: 1 as const,
      options: { ...keyFileEcho(flags), phoneLog: flags.phoneLog ?? null, head: flags.head },
      data: {
        files: files.length,
        keys: sum(files, ({ keys }) => keys.length),
        revisedKeys: sum(files, ({ revisedKeys }) => revisedKeys.length),
        rejected: sum(files, ({ rejected }) => total(rejected)),
        simulatedKeys: sum(files, ({ simulatedKeys }) => simulatedKeys),
      },
      ...(flags.phoneLog !== undefined && { phoneLog: phoneLogOf(edge, flags.phoneLog, read) }),
    };
    const [only] = files;
    const result: InspectResult = files.length === 1 ? { ...shared, ...only! } : { ...shared, files };
    await show(edge, flags, out, result, inspectDocument(result, flags.head));
  });
}

const sum = (files: readonly InspectedFile[], count: (file: InspectedFile) => number): number =>
  files.reduce((done, file) => done + count(file), 0);

function phoneLogOf(edge: Edge, file: string, read: readonly ReadKeyFile[]): NonNullable<InspectResult['phoneLog']> {
  const log = named(file, () => parsePhoneLog(readText(edge, file)));
  const files: LoggedFile[] = read.map(({ file: name, read: { hashes, keys, revisedKeys } }) => ({
    file: name,
    hash: hashes.binary,
    keys: keys.count,
    revisedKeys: revisedKeys.count,
  }));
  if (log.system === 'android' && read.length > 1) files.push(together(read, files));
  const { files: found, others } = filesInLog(log, files);
  return {
    file,
    system: log.system,
    version: log.version,
    checks: log.checks.length,
    unreadable: log.unreadable,
    others,
    files: found.map(({ checks, ...rest }) => ({ ...rest, checks: [...checks] })),
  };
}

/** All files as one request, in the order in which they were given. */
const together = (read: readonly ReadKeyFile[], files: readonly LoggedFile[]): LoggedFile => ({
  file: 'all files together, in this order',
  hash: jointHash(read.map(({ zip }) => zip)),
  keys: files.reduce((done, { keys }) => done + keys, 0),
  revisedKeys: files.reduce((done, { revisedKeys }) => done + revisedKeys, 0),
});
