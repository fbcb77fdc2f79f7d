/** Logs of exposure checks of both systems, and what they say about files. */
import { describe, expect, it } from 'vitest';
import { filesInLog, parsePhoneLog } from '../../../src/protocol/export/phoneLog.ts';
import { vectors } from '../../helpers/keyExports.ts';

const { files } = vectors.phoneLogs;
const [first] = files;

const ios1 = {
  Build: '17F80',
  ExportVersion: 1,
  ExposureChecks: files.map(({ ios, keyCount }) => ({
    Hash: ios,
    RandomIDCount: keyCount,
    MatchCount: 0,
    DataSource: 'de.rki.coronawarnapp',
    Timestamp: '2020-08-02 16:53:44 +0200',
  })),
};
const ios2 = {
  ExportVersion: 2,
  ExposureChecks: [
    {
      Timestamp: '2020-10-03 22:14:48 +0200',
      AppBundleIdentifier: 'de.rki.coronawarnapp',
      Files: files.map(({ ios, keyCount }) => ({
        Hash: ios,
        KeyCount: keyCount,
        MatchCount: 1,
        AppBundleIdentifier: 'de.rki.coronawarnapp',
        Timestamp: '2020-10-03 22:14:49 +0200',
      })),
    },
    { Timestamp: '2020-10-04 01:00:00 +0200', Files: [] },
  ],
};
const android = files.map(({ android: hash, keyCount }) => ({
  timestamp: '13. Oktober 2020, 04:13',
  keyCount,
  matchesCount: 0,
  appName: 'Corona-Warn',
  hash,
}));

describe('a log', () => {
  it.each([
    ['of iOS, version 1', ios1, 'ios', 1, '2020-08-02T14:53:44.000Z'],
    ['of iOS, version 2', ios2, 'ios', 2, '2020-10-03T20:14:49.000Z'],
    ['of Android', android, 'android', null, '13. Oktober 2020, 04:13'],
  ])('%s names the same files by the same hashes', (_, log, system, version, time) => {
    const read = parsePhoneLog(JSON.stringify(log));
    expect(read).toMatchObject({ system, version, unreadable: 0 });
    expect(read.checks.map(({ hash, keyCount }) => ({ hash, keyCount }))).toEqual(
      files.map(({ ios, keyCount }) => ({ hash: ios.toLowerCase(), keyCount })),
    );
    expect(read.checks[0]!.time).toBe(time);
  });

  it('counts entries that have no hash', () => {
    const odd = [null, 7, 'x', {}, { hash: 'short' }, { hash: 5 }, { hash: first!.ios }];
    expect(parsePhoneLog(JSON.stringify(odd))).toMatchObject({
      unreadable: 6,
      checks: [{ time: null, keyCount: null, app: null }],
    });
  });

  it.each([
    ['no JSON', 'hello', /not JSON/],
    ['a number', '7', /no log of exposure checks/],
    ['another document', '{"a": 1}', /no log of exposure checks/],
    ['null', 'null', /no log of exposure checks/],
  ])('that is %s is refused', (_, text, message) => {
    expect(() => parsePhoneLog(text)).toThrow(message);
  });
});

describe('a file in a log', () => {
  const log = parsePhoneLog(
    JSON.stringify([...android, { ...android[0]!, keyCount: 5, matchesCount: 2 }, { hash: first!.android }]),
  );
  const asked = { file: 'a.zip', hash: first!.ios.toLowerCase(), keys: 12_000, revisedKeys: 850 };

  it('has its checks, and whether the phone counted as many keys', () => {
    const { files: found, others } = filesInLog(log, [asked, { ...asked, file: 'b.zip', hash: '0'.repeat(64) }]);
    expect(found[0]!.checks.map(({ matchCount, countAgrees }) => [matchCount, countAgrees])).toEqual([
      [0, true],
      [2, false],
      [null, null],
    ]);
    expect(found[1]!.checks).toEqual([]);
    expect(others).toBe(2);
  });
});
