/** Beacons in columns hold what a list of them would. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beaconAt, beaconColumns, heardSince, nothingHeard, sinceScanAt, withBeacons } from '../../src/device/heard.ts';

const beacon = fc.record(
  {
    time: fc.integer({ min: 1_500_000_000, max: 1_600_000_000 }),
    identifier: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    encryptedMetadata: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    rssi: fc.option(fc.integer({ min: -127, max: 20 })),
    sinceScan: fc.integer({ min: 1, max: 65_535 }),
  },
  { requiredKeys: ['time', 'identifier', 'encryptedMetadata', 'rssi'] },
);
const batches = fc.array(fc.array(beacon, { maxLength: 10 }), { maxLength: 5 });

const listOf = (heard: typeof nothingHeard) => Array.from({ length: heard.length }, (_, row) => beaconAt(heard, row));
const heardOf = (lists: Parameters<typeof withBeacons>[1][]) => lists.reduce(withBeacons, nothingHeard);

it('added in pieces', () => {
  fc.assert(
    fc.property(batches, (lists) => {
      expect(listOf(heardOf(lists))).toEqual(lists.flat());
    }),
  );
});

it('with the time since the last scan, two bytes of it', () => {
  const plain = {
    time: 1_600_000_000,
    identifier: new Uint8Array(16),
    encryptedMetadata: new Uint8Array(4),
    rssi: -60,
  };
  const heard = heardOf([[plain, { ...plain, sinceScan: 240 }], [{ ...plain, sinceScan: 100_000 }]]);
  expect([0, 1, 2].map((row) => sinceScanAt(heard, row))).toEqual([undefined, 240, 65_535]);
  expect(beaconAt(heard, 0)).not.toHaveProperty('sinceScan');
});

it('forgotten by time', () => {
  fc.assert(
    fc.property(batches, fc.integer({ min: 1_500_000_000, max: 1_600_000_000 }), (lists, first) => {
      const heard = heardOf(lists);
      expect(listOf(heardSince(heard, first))).toEqual(lists.flat().filter(({ time }) => time >= first));
      expect(listOf(heard)).toEqual(lists.flat());
    }),
  );
});

it('for matching', () => {
  fc.assert(
    fc.property(batches, (lists) => {
      const columns = beaconColumns(heardOf(lists));
      const rows = lists.flat();
      expect(columns.length).toBe(rows.length);
      expect([...columns.intervals]).toEqual(rows.map(({ time }) => Math.floor(time / 600)));
      expect([...columns.rssi]).toEqual(rows.map(({ rssi }) => rssi ?? Number.NaN));
      expect([...columns.identifiers]).toEqual(rows.flatMap(({ identifier }) => [...identifier]));
      expect([...columns.metadata]).toEqual(rows.flatMap(({ encryptedMetadata }) => [...encryptedMetadata]));
      expect([...columns.hasMetadata]).toEqual(rows.map(() => 1));
    }),
  );
});
