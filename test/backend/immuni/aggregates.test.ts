/** Counts for the ministry: by day and province, and nothing that tells of single phones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregatesCsv } from '../../../src/backend/immuni/aggregates.ts';
import {
  askForToken,
  authorise,
  NOON,
  openBackend,
  sendInfo,
  summaryOf,
  TODAY,
  tek,
  temporaryFolder,
  upload,
} from '../../helpers/immuniBackend.ts';

const HEAD = 'day,province,phones,exposure_permission,bluetooth_active,notification_permission,warned,reports';
const MILAN = { day: TODAY, province: 'MI' };
const linesOf = (csv: string): readonly string[] => csv.trimEnd().split('\n');
const counts = (phones: number, permission: number, bluetooth: number, notifications: number, warned: number) => ({
  ...MILAN,
  phones,
  exposurePermission: permission,
  bluetoothActive: bluetooth,
  notificationPermission: notifications,
  warned,
});

describe('a row', () => {
  it.each([
    ['large counts', counts(100, 90, 80, 70, 10), 6, '2020-06-22,MI,100,90,80,70,10,6'],
    ['a small count', counts(100, 90, 80, 70, 4), 6, '2020-06-22,MI,100,90,80,70,,6'],
    ['a count that is nearly all', counts(100, 96, 80, 70, 10), 6, '2020-06-22,MI,100,,80,70,10,6'],
    ['none and all', counts(100, 100, 80, 70, 0), 6, '2020-06-22,MI,100,,80,70,,6'],
    ['a few phones', counts(4, 2, 2, 2, 2), 6, '2020-06-22,MI,,,,,,6'],
    ['a few reports', counts(100, 90, 80, 70, 10), 4, '2020-06-22,MI,100,90,80,70,10,'],
  ])('of %s', (_, infos, reports, line) => {
    expect(linesOf(aggregatesCsv([infos], [{ ...MILAN, reports }], 5))).toEqual([HEAD, line]);
  });

  it('of which nothing is left is not there', () => {
    expect(linesOf(aggregatesCsv([counts(4, 2, 2, 2, 2)], [{ ...MILAN, reports: 1 }], 5))).toEqual([HEAD]);
  });

  it('says nothing of fewer than the limit, nor of all but fewer', () => {
    const flag = fc.nat();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        flag,
        fc.nat(40),
        fc.integer({ min: 2, max: 20 }),
        (n, k, r, below) => {
          const one = k % (n + 1);
          const [, line] = linesOf(aggregatesCsv([counts(n, one, one, one, one)], [{ ...MILAN, reports: r }], below));
          if (line === undefined) return;
          const [, , phones, ...shares] = line.split(',');
          const reports = shares.pop()!;
          for (const cell of [phones!, reports]) if (cell !== '') expect(Number(cell)).toBeGreaterThanOrEqual(below);
          for (const cell of shares.filter((text) => text !== '')) {
            expect(Number(cell)).toBeGreaterThanOrEqual(below);
            expect(n - Number(cell)).toBeGreaterThanOrEqual(below);
          }
        },
      ),
    );
  });
});

it('counts what came on days that are over', async () => {
  const place = temporaryFolder();
  const backend = await openBackend(place.folder);
  await askForToken(backend);
  await sendInfo(backend, { exposed: 1 });
  await sendInfo(backend);
  await authorise(backend);
  await upload(backend, [tek(1)], { summaries: [summaryOf(1)] });
  expect(linesOf(await backend.service.aggregates(1))).toEqual([HEAD]);
  backend.clock.moveTo(NOON + 43_200);
  expect(linesOf(await backend.service.aggregates(1))).toEqual([HEAD, '2020-06-22,MI,2,,,,1,1']);
  await backend.close();
  place.remove();
});
