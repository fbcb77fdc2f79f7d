import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leithBins } from '../../../src/trace/importers/leithBins.ts';
import { fixture, folderWith, hasRealData, importAll, importError, realData } from '../../helpers/imports.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe.skipIf(!hasRealData)('the published sets', () => {
  it('tram: 72 pairs, 34 within 2 m, two rows of zeros, seven phones', async () => {
    const { records, tally } = await importAll(
      leithBins,
      'histogram',
      realData('leith-tram/dublintram_dataset_attenuations.txt'),
    );
    expect(records).toHaveLength(72);
    expect(records.filter(({ distance }) => distance! <= 2)).toHaveLength(34);
    expect(records.filter(({ minutes }) => sum(minutes) === 0)).toHaveLength(2);
    expect(tally.notices.get('row of zeros: nothing was received')).toBe(2);
    expect([...tally.notices.keys()].filter((notice) => notice.includes('50-54'))).toHaveLength(1);
    expect(records[0]).toMatchObject({ distance: 1.6763055, receiver: '5', transmitter: '1' });
    expect([...tally.devices.keys()].toSorted()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('bus: 60 pairs, all within 2 m, no phones named', async () => {
    const { records, tally } = await importAll(
      leithBins,
      'histogram',
      realData('leith-bus/dublinbus_dataset_attenuations.txt'),
    );
    expect(records).toHaveLength(60);
    expect(records.every(({ distance }) => distance! <= 2)).toBe(true);
    expect(records[0]?.receiver).toBeUndefined();
    expect(tally.devices.size).toBe(0);
    expect(tally.timeUnit).toBe('none');
  });

  it('both have the 19 bins of datasets.md', async () => {
    const path = realData('leith-bus/dublinbus_dataset_attenuations.txt');
    const { records } = await importAll(leithBins, 'histogram', path);
    const edges = [48, 50, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 85, 90, 100];
    expect(records.every((record) => record.edges.join() === edges.join())).toBe(true);
  });

  it('a folder with one trace resolves to it', () => {
    const names = ['dublintram_dataset_attenuations.txt', 'dublintram_dataset_distances.txt', 'cwa_config.txt'];
    expect(leithBins.resolve?.('tram', names)).toBe(join('tram', names[0]!));
  });
});

const trace = '1 2\n3 4\n0 0\n';
const header = '# levels are 50-60, 60-80. Column two is 60-70dB\n';

const folder = (files: Record<string, string>): string =>
  join(
    folderWith({ 'x_attenuations.txt': header + trace, 'x_distances.txt': '1\n2\n3\n', ...files }),
    'x_attenuations.txt',
  );

describe('a trace', () => {
  it('takes its bins from the list in the header, and says what contradicts it', async () => {
    const { records, tally } = await importAll(leithBins, 'histogram', folder({}));
    expect(records.map(({ minutes, distance }) => [minutes, distance])).toEqual([
      [[1, 2], 1],
      [[3, 4], 2],
      [[0, 0], 3],
    ]);
    expect(records[0]?.edges).toEqual([50, 60, 80]);
    const notice = 'the header also speaks of a bin 60-70 dB, which its list lacks: the list is used';
    expect(tally.notices.get(notice)).toBe(1);
    expect(tally.notices.get('row of zeros: nothing was received')).toBe(1);
  });

  it('without a header has the published bins', async () => {
    const row = Array.from({ length: 19 }, (_, k) => k).join(' ');
    const files = { 'x_attenuations.txt': `${row}\n`, 'x_distances.txt': '1\n' };
    const { records, tally } = await importAll(leithBins, 'histogram', folder(files));
    expect(records[0]?.edges.at(-1)).toBe(100);
    expect(tally.notices.size).toBe(0);
  });

  it('may have its distances elsewhere, in another declared unit', async () => {
    const path = folder({ 'x_distances.txt': '9\n', 'y.txt': '150\n200\n50\n' });
    const { records } = await importAll(leithBins, 'histogram', path, {
      distances: path.replace('x_attenuations', 'y'),
      units: { distance: 'cm' },
    });
    expect(records.map(({ distance }) => distance)).toEqual([1.5, 2, 0.5]);
  });

  it('may be compressed, with Windows line ends, comments and blank lines anywhere', async () => {
    const text = `${header}\r\n1 2\r\n\r\n# half\r\n3 4\r\n  5e+00   6.5e-1  \r\n`;
    const path = folderWith({ 'x_attenuations.txt.gz': gzipSync(text), 'x_distances.txt.gz': gzipSync('1\n2\n3') });
    const { records } = await importAll(leithBins, 'histogram', join(path, 'x_attenuations.txt.gz'));
    expect(records.map(({ minutes }) => minutes)).toEqual([
      [1, 2],
      [3, 4],
      [5, 0.65],
    ]);
  });

  it('takes the phones of the pairs file', async () => {
    const { records, tally } = await importAll(leithBins, 'histogram', fixture('leith/small_attenuations.txt'));
    expect(records).toHaveLength(12);
    expect(records[1]).toMatchObject({ receiver: '2', transmitter: '3' });
    expect(tally.notices.get('first phone of the pairs file taken as the receiver (the source does not say)')).toBe(12);
    expect(sum(records[11]!.minutes)).toBe(0);
  });
});

describe('bad input', () => {
  it('names both counts of files that do not belong together', async () => {
    const error = await importError(leithBins, fixture('leith-unequal/unequal_attenuations.txt'));
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(/^11 rows, but 12 rows in .*unequal_attenuations\.txt$/);
    expect(error.place?.file).toMatch(/unequal_distances\.txt$/);
  });

  it.each([
    ['more distances than rows', { 'x_distances.txt': '1\n2\n3\n4\n' }, /^4 rows, but 3 rows/, undefined],
    ['fewer pairs than rows', { 'x_pairs.txt': '1 2\n' }, /^1 rows, but 3 rows/, undefined],
    ['a short row', { 'x_attenuations.txt': `${header}1 2\n3\n` }, /^1 columns where 2/, 'x_attenuations.txt:3'],
    ['a long row', { 'x_attenuations.txt': `${header}1 2 3\n` }, /^3 columns where 2/, 'x_attenuations.txt:2'],
    ['NaN', { 'x_attenuations.txt': `${header}1 2\n  3 NaN\n` }, /^"NaN" is not/, 'x_attenuations.txt:3:5'],
    ['a negative time', { 'x_attenuations.txt': `${header}1 -2\n` }, /^"-2" is not/, 'x_attenuations.txt:2:3'],
    ['more than a day', { 'x_attenuations.txt': `${header}1441 0\n` }, /^"1441" is not/, 'x_attenuations.txt:2:1'],
    ['a decimal comma', { 'x_attenuations.txt': `${header}1,5 2\n` }, /^"1,5" is not/, 'x_attenuations.txt:2:1'],
    ['a negative distance', { 'x_distances.txt': '# m\n1\n-2\n3\n' }, /^"-2" is not/, 'x_distances.txt:3:1'],
    ['bins with a gap', { 'x_attenuations.txt': '# 50-60, 62-70\n1 2\n' }, /do not join/, 'x_attenuations.txt'],
  ])('%s', async (_what, files, message, place) => {
    const error = await importError(leithBins, folder(files));
    expect(error.code).toBe('E-FILE-INVALID');
    expect(error.message).toMatch(message);
    const { file = '', line, column } = error.place ?? {};
    if (place) expect([file.replace(/.*\//, ''), line, column].filter(Boolean).join(':')).toBe(place);
  });

  it('100 m are metres, more is no distance inside a vehicle', async () => {
    const distances = (last: string) => folder({ 'x_distances.txt': `1\n2\n${last}\n` });
    expect((await importAll(leithBins, 'histogram', distances('100'))).records).toHaveLength(3);
    expect((await importError(leithBins, distances('100.5'))).code).toBe('E-UNITS');
  });

  it('centimetres instead of metres are refused, not guessed', async () => {
    const error = await importError(leithBins, folder({ 'x_distances.txt': '150\n200\n50\n' }));
    expect(error.code).toBe('E-UNITS');
    expect(error.hint).toContain('--units distance=cm');
  });

  it('says where distances should be', async () => {
    const lonely = join(folderWith({ 'x_attenuations.txt': header + trace }), 'x_attenuations.txt');
    const error = await importError(leithBins, lonely);
    expect(error.code).toBe('E-FILE-MISSING');
    expect(error.place?.file).toMatch(/x_distances\.txt$/);
    expect(error.hint).toContain('--distances FILE');
    const renamed = join(folderWith({ 'table.txt': header + trace }), 'table.txt');
    expect((await importError(leithBins, renamed)).hint).toContain('--distances FILE');
  });

  it('a folder with two traces is refused, one without is none', () => {
    expect(() => leithBins.resolve?.('f', ['a_attenuations.txt', 'b_attenuations.txt'])).toThrow(/more than one/);
    expect(leithBins.resolve?.('f', ['a_distances.txt'])).toBeNull();
  });
});
