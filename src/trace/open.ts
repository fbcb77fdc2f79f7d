/** From a path to records: which format it is, and the stream of its records with a running account. */
import { join } from 'node:path';
import { EnlabError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { TraceRecord } from '../core/records.ts';
import { distinctScenarios, folderNames, type Probe, TraceFile } from './files.ts';
import { type Importer, type ImportOptions, quantityNames, type RecordBatches, Tally } from './importer.ts';
import { isUtf16, looksLike } from './looksLike.ts';
import { importers } from './registry.ts';

export interface OpenOptions extends ImportOptions {
  /** --from: name of the format, instead of looking at the file. */
  readonly from?: string;
  /** Scenario of records that name none, instead of the base name. */
  readonly scenario?: string;
}

export interface OpenTrace {
  readonly importer: Importer;
  readonly file: TraceFile;
  /** Filled while the batches are read. */
  readonly tally: Tally;
  /** Throws E-FILE-EMPTY or E-FILE-INVALID at the end when the trace gave no record. */
  readonly batches: RecordBatches;
}

/** Opens a trace file, or the folder of a format of several files. Throws E-FILE-*, E-USAGE; reads no record yet. */
export async function openTrace(path: string, options: OpenOptions = {}): Promise<OpenTrace> {
  assertKnownUnits(options.units ?? {});
  const named = options.from === undefined ? undefined : importerNamed(options.from);
  const file = new TraceFile(inFolder(path, named), options.scenario);
  const probe = await file.probe();
  if (probe.text.trim() === '') {
    throw new EnlabError('E-FILE-EMPTY', 'the file holds nothing but blanks', { place: { file: file.path } });
  }
  if (isUtf16(probe.bytes)) {
    const hint = 'save it as UTF-8 (in a spreadsheet: "CSV UTF-8"; or: iconv -f UTF-16 -t UTF-8)';
    throw new EnlabError('E-FILE-FORMAT', 'the text is UTF-16', { place: { file: file.path }, hint });
  }
  const importer = named ?? detected(probe, options, file.path);
  const tally = new Tally();
  if (file.scenario !== new TraceFile(file.path).scenario) {
    tally.notice(`another trace has the same file name: scenario "${file.scenario}"`);
  }
  return { importer, file, tally, batches: notEmpty(importer.read(file, options, tally), file, tally) };
}

/** Scenarios of traces that are read together, one a path; a path that cannot be opened is told later. */
export function scenariosOf(paths: readonly string[], from?: string): readonly string[] {
  const named = from === undefined ? undefined : importerNamed(from);
  return distinctScenarios(
    paths.map((path) => {
      try {
        return inFolder(path, named);
      } catch {
        return path;
      }
    }),
  );
}

/** A misspelt quantity would leave a unit undeclared without a word. */
function assertKnownUnits(units: Readonly<Record<string, string>>): void {
  const known: readonly string[] = quantityNames;
  const unknown = Object.keys(units).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const guess = nearest(unknown, known);
  const hint = `${guess ? `did you mean ${guess}? ` : ''}quantities: ${known.join(', ')}`;
  throw new EnlabError('E-USAGE', `--units ${unknown}=${units[unknown]}: there is no such quantity`, { hint });
}

function importerNamed(name: string): Importer {
  const found = importers.find((importer) => importer.name === name.toLowerCase());
  if (found) return found;
  const names = importers.map((importer) => importer.name);
  const guess = nearest(name, names);
  const hint = `${guess ? `did you mean ${guess}? ` : ''}formats: ${names.join(', ')}`;
  throw new EnlabError('E-USAGE', `--from ${name}: there is no such format`, { hint });
}

/** The path itself, or what a format finds in the folder. */
function inFolder(path: string, named: Importer | undefined): string {
  const names = folderNames(path);
  if (names === null) return path;
  for (const importer of named ? [named] : importers) {
    const found = importer.resolve?.(path, names);
    if (typeof found === 'string') return found;
  }
  throw new EnlabError('E-FILE-FORMAT', 'this is a folder, and no format finds its trace in it', {
    place: { file: path },
    hint: `name a file in it${severalHint(path, names)}`,
  });
}

/** The extension that most of the files have, if several have it: then they may be traces, each of its own. */
function severalHint(path: string, names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const ending = /\.[a-z]\w*(\.gz)?$/i.exec(name)?.[0];
    if (ending) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [ending, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 1]);
  return count > 1 ? `; several traces are given as ${join(path, `*${ending}`)}` : '';
}

function detected(probe: Probe, options: ImportOptions, path: string): Importer {
  const [claim, ...others] = importers.filter((importer) => importer.detect(probe, options));
  const place = { file: path };
  if (!claim) {
    const hint = `formats for --from: ${importers.map(({ name }) => name).join(', ')}`;
    throw new EnlabError('E-FILE-FORMAT', `no format is recognised: it looks like ${looksLike(probe)}`, {
      place,
      hint,
    });
  }
  if (others.length === 0) return claim;
  const names = [claim, ...others].map(({ name }) => name).join(' and ');
  const hint = `name the right one with --from`;
  throw new EnlabError('E-FILE-FORMAT', `${names} both recognise this file`, { place, hint });
}

const needsTable = (record: TraceRecord): boolean =>
  record.type === 'sighting' && typeof record.rssi === 'number' && record.attenuation === undefined;

async function* notEmpty(batches: RecordBatches, { path }: TraceFile, tally: Tally): RecordBatches {
  for await (const records of batches) {
    tally.needsTable ||= records.some(needsTable);
    yield records;
  }
  if (tally.used > 0) return;
  const place = { file: path };
  if (tally.rows === 0) throw new EnlabError('E-FILE-EMPTY', 'the file holds no records', { place });
  const reasons = [...tally.rejected].map(([reason, rows]) => `${reason}: ${rows}`).join('; ');
  const message = `none of the ${tally.rows} rows can be used (${reasons})`;
  throw new EnlabError('E-FILE-INVALID', message, { place, hint: 'check the columns, units and --from' });
}
