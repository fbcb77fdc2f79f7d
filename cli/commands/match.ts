/** match: which published keys were heard, as a phone finds out, from key export files and traces of identifiers. */
import { basename } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { identities, openTraces } from '../../calibration/load.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { assertWholeBatches } from '../../src/protocol/export/batchSet.ts';
import { CLOCK_TOLERANCE_INTERVALS, EMBARGO_INTERVALS, INTERVALS_PER_DAY } from '../../src/protocol/gaen/intervals.ts';
import { type ExpanderName, expanderNames } from '../../src/protocol/gaen/matching/expander.ts';
import { match } from '../../src/protocol/gaen/matching/match.ts';
import { traceText } from '../../src/trace/write.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { readStart, withDestinations } from '../files.ts';
import { importOptionsOf, inputsOf, rowCounts, tracePaths } from '../judging.ts';
import { contactsOf, matchedOf } from '../matching/contacts.ts';
import { matchDocument } from '../matching/document.ts';
import { type Heard, readHeard } from '../matching/heard.ts';
import { type PooledKeys, pooledKeys } from '../matching/keys.ts';
import { matchedTrace } from '../matching/matchedTrace.ts';
import {
  addKeyFileOptions,
  type KeyFileFlags,
  keyFileEcho,
  keyFileInputs,
  publicKeyOption,
  readKeyFiles,
} from '../options/keyFiles.ts';
import { addImportOptions, type ImportFlags } from '../options/trace.ts';
import { beside, integer } from '../options/values.ts';
import type { MatchResult } from '../schemas.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

interface Flags extends KeyFileFlags, ImportFlags, ShowFlags {
  /** Intervals. */
  readonly tolerance: number;
  /** Intervals; none: keys count however early they were published. */
  readonly embargo: number | 'none';
  readonly expander: ExpanderName;
  readonly workers?: number;
  /** Path of the trace of matched sightings. */
  readonly trace?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<file...>', 'key export files (zip), of a batch all of them, and traces of scanned identifiers')
    .optionsGroup('Matching:')
    .addOption(
      new Option('--tolerance <n>', 'clocks may differ by so many intervals of ten minutes (microG: 6)')
        .argParser(integer({ min: 0, max: INTERVALS_PER_DAY }))
        .default(CLOCK_TOLERANCE_INTERVALS),
    )
    .addOption(
      new Option('--embargo <n>', 'a key must be published so many intervals after its end, or it is rejected; none')
        .argParser(embargo)
        .default(EMBARGO_INTERVALS),
    )
    .addOption(
      new Option('--expander <name>', 'native: OpenSSL through the optional package koffi')
        .choices(expanderNames)
        .default('wasm'),
    )
    .addOption(
      new Option('--workers <n>', 'threads; 0: none, and then Ctrl-C waits; default: one a processor').argParser(
        integer({ min: 0, max: 256 }),
      ),
    );
  command.optionsGroup('Key files:');
  addKeyFileOptions(command, publicKeyOption());
  addImportOptions(command);
  addShowOptions(command).option(
    '--trace <file.ndjson>',
    'matched sightings as a trace, with their attenuation',
    beside,
  );
  examples(command, [
    ['enlab match export.zip scan.csv', 'which keys were heard on which day'],
    ['enlab match export.zip scan.csv --trace matched.ndjson', 'and a trace for calibrate, check and replay'],
  ]);
  command.action((paths: readonly string[], flags: Flags) => act(edge, paths, flags));
};

function embargo(text: string): number | 'none' {
  if (text === 'none') return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= INTERVALS_PER_DAY) return value;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${INTERVALS_PER_DAY}, or none.`);
}

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const inputs = [...keyFileInputs(paths, flags), ...inputsOf([], flags)];
  await withDestinations(edge, { inputs, outputs: [flags.out, flags.trace] }, async ([out, trace]) => {
    const [zips, traces] = sorted(edge, paths);
    const read = [...readKeyFiles(edge, zips, flags)];
    const files = read.map(({ read: file }) => file);
    assertWholeBatches(files);
    const keys = pooledKeys(files);
    const heard = await readHeard(openTraces(tracePaths(edge, traces), importOptionsOf(edge, flags)), edge.interrupt);
    const found = await matching(edge, keys, heard, flags);
    const matched = matchedOf(keys.table, heard, found.matches);
    const result: MatchResult = {
      schema: 'enlab.match',
      version: 1,
      options: { ...keyFileEcho(flags), ...optionsEcho(flags) },
      data: {
        files: [
          ...read.map(({ file, read: { hashes } }) => ({ name: basename(file), sha256: hashes.zip })),
          ...(await identities(heard.traces)),
        ],
        keyFiles: files.length,
        ...rowCounts(heard.traces),
        sightings: heard.sightings.length,
        withoutIdentifier: heard.others,
        matched: distinct(found.matches.sightingRow, heard.sightings.length),
        undatedKeyFiles: keys.undated,
        rejectedKeys: files.reduce((sum, file) => sum + rejectedIn(file.keys) + rejectedIn(file.revisedKeys), 0),
      },
      keys: keys.table.length,
      verified: files.every(({ isVerified }) => isVerified),
      matches: [...contactsOf(keys.table, matched)],
      rejected: { ...found.rejected },
    };
    if (trace !== undefined) {
      const provenance = { matched: { files: result.data.files, tolerance: flags.tolerance } };
      for await (const text of traceText(provenance, matchedTrace(keys.table, matched, heard.truths)))
        trace.write(text);
    }
    await show(edge, flags, out, result, matchDocument(result));
  });
}

/** How many different rows there are among `rows`, all below `end`. */
function distinct(rows: Uint32Array, end: number): number {
  const seen = new Uint8Array(end);
  for (const row of rows) seen[row] = 1;
  return seen.reduce((sum, one) => sum + one, 0);
}

const rejectedIn = ({ rejected }: { readonly rejected: Readonly<Record<string, number>> }): number =>
  Object.values(rejected).reduce((sum, count) => sum + count, 0);

const optionsEcho = ({ tolerance, embargo: intervals, expander }: Flags) => ({
  tolerance,
  embargo: intervals,
  expander,
});

async function matching(edge: Edge, { table, publishedAt }: PooledKeys, { beacons }: Heard, flags: Flags) {
  const { tolerance, embargo: intervals, expander, workers = edge.processors } = flags;
  const found = await match(table, beacons, {
    tolerance,
    ...(intervals !== 'none' && { embargo: { intervals, publishedAt } }),
    expander,
    // One worker is as fast as none, but this thread still hears Ctrl-C.
    workers,
    signal: edge.interrupt,
  });
  if (found.reason !== undefined) edge.stderr.write(`--expander ${expander} was not used: ${found.reason}\n`);
  return found;
}

/** Key files begin as every zip does ("PK"); all other files are traces. Throws E-USAGE where either is missing. */
function sorted(edge: Edge, paths: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isZip = (path: string): boolean => readStart(edge, path, 2).toString('latin1') === 'PK';
  const [zips, traces] = [paths.filter(isZip), paths.filter((path) => !isZip(path))];
  const lacking = zips.length === 0 ? 'key export file (zip)' : traces.length === 0 ? 'trace of identifiers' : null;
  if (lacking === null) return [zips, traces];
  throw new EnlabError('E-USAGE', `there is no ${lacking} among the files`, {
    hint: 'pass both: enlab match export.zip scan.csv',
  });
}
