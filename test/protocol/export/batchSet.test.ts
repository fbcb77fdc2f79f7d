/** Files that belong together, and files that come back. */
import { describe, expect, it } from 'vitest';
import { admit, assertWholeBatches, type ExportHistory } from '../../../src/protocol/export/batchSet.ts';
import { type KeyExport, readExport } from '../../../src/protocol/export/reader.ts';
import { DAY_BEFORE, exportMessage, type ForeignExport, WINDOW } from '../../helpers/foreignKeyFiles.ts';
import { keysOf, zipOf } from '../../helpers/keyExports.ts';

const read = (content: ForeignExport): KeyExport => readExport(zipOf(exportMessage(content), new Uint8Array()));
const part = (number: number, size: number, more: ForeignExport = {}): KeyExport =>
  read({ batch: [number, size], ...more });
const later = [WINDOW[1], WINDOW[1] + 3600] as const;

describe('a batch', () => {
  it.each([
    ['of one file', [part(1, 1)]],
    ['of three, in any order', [part(3, 3), part(1, 3), part(2, 3)]],
    ['without numbers', [read({ batch: null })]],
    ['beside one of another window', [part(1, 2), part(2, 2), part(1, 1, { window: later })]],
    ['beside one of another region', [part(1, 1), part(1, 1, { region: 'DE' })]],
  ])('%s is whole', (_, files) => {
    expect(() => assertWholeBatches(files)).not.toThrow();
  });

  it.each([
    ['without its second file', [part(1, 3), part(3, 3)], /2 of 3 files are there; file 2 is missing/],
    ['alone', [part(1, 2)], /file 2 is missing/],
    ['with a file twice', [part(1, 2), part(1, 2)], /file 1 of 2 is there twice/],
    ['of two sizes', [part(1, 2), part(2, 3)], /batches of 2 and 3/],
    ['with parts of different windows', [part(1, 2), part(2, 2, { window: later })], /file 2 is missing/],
    ['with parts of different regions', [part(1, 2), part(2, 2, { region: 'DE' })], /region 222, .* file 2 is missing/],
    ['that claims to be huge', [part(1, 2_000_000_000)], /1 of 2000000000 files are there; file 2 is missing/],
    ['numbered from 0', [part(0, 1)], /file 0 of 1, which no set/],
    ['beyond its size', [part(3, 2)], /file 3 of 2/],
  ])('%s is not', (_, files, message) => {
    expect(() => assertWholeBatches(files)).toThrow(message);
  });
});

describe('the history of a phone', () => {
  const keys = keysOf(1).map(({ keyData }) => ({ data: keyData, start: DAY_BEFORE }));
  const verdicts = (files: readonly KeyExport[]): readonly string[] => {
    let history: ExportHistory = {};
    return files.map((file) => {
      const admission = admit(history, file);
      // What is kept must survive a disk.
      history = JSON.parse(JSON.stringify(admission.history)) as ExportHistory;
      return admission.verdict;
    });
  };
  const [one, two] = [part(1, 1), part(1, 1, { window: later })];

  it('takes files in the order of their windows, and knows those it has', () => {
    expect(verdicts([one, one, two, two])).toEqual(['new', 'known', 'new', 'known']);
  });

  it('refuses what is older than the newest', () => {
    expect(verdicts([two, one, two])).toEqual(['new', 'older', 'known']);
  });

  it('refuses other bytes for a window that it has', () => {
    expect(verdicts([one, part(1, 1, { keys }), one])).toEqual(['new', 'changed', 'known']);
  });

  it('takes the parts of a batch one by one', () => {
    expect(verdicts([part(1, 2), part(2, 2), part(2, 2), part(2, 2, { keys })])).toEqual([
      'new',
      'new',
      'known',
      'changed',
    ]);
  });

  it('keeps regions apart, whatever they are called', () => {
    const foreign = ['DE', '__proto__', 'constructor', ''].map((region) => part(1, 1, { region }));
    expect(verdicts([two, ...foreign, ...foreign])).toEqual([
      'new',
      ...foreign.map(() => 'new'),
      ...foreign.map(() => 'known'),
    ]);
  });

  it('cannot order files without a window', () => {
    const file = read({ window: null });
    expect(verdicts([file, file])).toEqual(['new', 'new']);
  });
});
