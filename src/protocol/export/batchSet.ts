/**
 * Files that belong together, and files that came before. A batch counts only as a whole
 * (exposure-notifications-internals, SignatureVerifier), and a server that goes back in time is one that somebody else
 * answers for: signatures do not expire, so old files would verify for ever.
 */
import { EnlabError } from '../../core/errors.ts';
import { isoTime } from '../../core/time.ts';
import type { Batch } from './format.ts';
import { batchOf } from './parse.ts';
import type { KeyExport } from './reader.ts';

/** What identifies the window of a file: every file of a batch has the same. */
const windowName = ({ region, window }: KeyExport): string =>
  `region ${region ?? '(none)'}, ${window === null ? 'no window' : `${isoTime(window.start)} to ${isoTime(window.end)}`}`;

/** Throws E-CHECK unless every window has the files 1..size of its batch, each once. */
export function assertWholeBatches(exports: readonly KeyExport[]): void {
  const windows = new Map<string, Batch[]>();
  for (const file of exports) {
    const name = windowName(file);
    windows.set(name, [...(windows.get(name) ?? []), batchOf(file.batch)]);
  }
  for (const [name, batches] of windows) {
    const fault = faultOf(batches);
    if (fault !== null)
      throw new EnlabError('E-CHECK', `the batch is not whole (${name}): ${fault}`, {
        hint: 'pass all files of the batch, and no other file of the same window',
      });
  }
}

function faultOf(batches: readonly Batch[]): string | null {
  const sizes = new Set(batches.map(({ size }) => size));
  if (sizes.size > 1) return `files of batches of ${[...sizes].join(' and ')}`;
  const [size] = sizes;
  const numbers = batches.map(({ number }) => number);
  const repeated = numbers.find((number, k) => numbers.indexOf(number) !== k);
  if (repeated !== undefined) return `file ${repeated} of ${size} is there twice`;
  // The size is what somebody claims: it may be huge, so the first number that is missing is enough.
  if (numbers.length === size) return null;
  let missing = 1;
  while (numbers.includes(missing)) missing++;
  return `${numbers.length} of ${size} files are there; file ${missing} is missing`;
}

/** The newest window seen of a region, and the files of it by their number in the batch (SHA-256 of export.bin). */
export interface RegionHistory {
  readonly end: number;
  readonly hashes: Readonly<Record<number, string>>;
}

/** By region; a value that can be written to disk as JSON. */
export type ExportHistory = Readonly<Record<string, RegionHistory>>;

export interface Admission {
  /** `known`: the very file that was seen, nothing to do. `older` and `changed`: not to be used. */
  readonly verdict: 'new' | 'known' | 'older' | 'changed';
  readonly history: ExportHistory;
}

/**
 * Whether a file follows those that were seen. `older`: its window ends before the newest one; `changed`: the same
 * window and number with other bytes. Files without a window have no time, and are always new.
 */
export function admit(history: ExportHistory, file: KeyExport): Admission {
  const region = file.region ?? '';
  const { number } = batchOf(file.batch);
  if (file.window === null) return { verdict: 'new', history };
  const { end } = file.window;
  const known = Object.hasOwn(history, region) ? history[region] : undefined;
  if (known && end < known.end) return { verdict: 'older', history };
  const earlier = known?.end === end ? known.hashes : {};
  const seen = earlier[number];
  if (seen !== undefined) return { verdict: seen === file.hashes.binary ? 'known' : 'changed', history };
  const hashes = { ...earlier, [number]: file.hashes.binary };
  return { verdict: 'new', history: { ...history, [region]: { end, hashes } } };
}
