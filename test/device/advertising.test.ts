import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/core/bytes.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { advertised } from '../../src/device/advertising.ts';
import { newMemory } from '../../src/device/memory.ts';
import { rollingProximityIdentifiers } from '../../src/protocol/gaen/identifiers.ts';
import { rollingProximityIdentifierKey } from '../../src/protocol/gaen/keys.ts';
import { NOON } from '../helpers/immuniBackend.ts';

const seenOf = (minutes: number, addressLag: number, seed = 4) =>
  advertised({ memory: newMemory(), time: NOON }, { minutes, addressLag }, keyedEntropy(seed, 'advertising'));
const distinct = (values: readonly string[]) => [...new Set(values)];

describe('what a phone advertises', () => {
  it('has a new address with each identifier where both change at once', () => {
    const { seen } = seenOf(480, 0);
    expect(distinct(seen.map(({ address }) => address))).toHaveLength(seen.length);
    expect(distinct(seen.map(({ identifier }) => identifier))).toHaveLength(seen.length);
  });

  it('has each identifier from two addresses, and each address with two identifiers, where the address is late', () => {
    const { seen } = seenOf(480, 2);
    const identifiers = distinct(seen.map(({ identifier }) => identifier));
    expect(seen).toHaveLength(2 * identifiers.length - 1);
    for (const [k, own] of seen.entries()) {
      const next = seen[k + 1];
      if (next) expect(own.address === next.address).toBe(own.identifier !== next.identifier);
    }
  });

  it('shows nothing of a state that is shorter than the time between two advertisements', () => {
    const mixed = Array.from({ length: 200 }, (_, seed) => seenOf(60, 0.001, seed).seen).filter(
      (seen) => distinct(seen.map(({ identifier }) => identifier)).length < seen.length,
    );
    // Some four changes an hour, each seen in 1 of 250 cases.
    expect(mixed.length).toBeLessThan(20);
    expect(seenOf(60, 0.25).seen.length).toBeGreaterThan(seenOf(60, 0).seen.length);
  });

  it('has the identifiers of its key, of the intervals in which they change', () => {
    const { memory, seen } = seenOf(480, 0);
    expect(memory.keys).toHaveLength(1);
    const [{ keyData, rollingStartIntervalNumber }] = memory.keys as [(typeof memory.keys)[number]];
    const all = rollingProximityIdentifiers(rollingProximityIdentifierKey(keyData), rollingStartIntervalNumber);
    const rows = Array.from({ length: 144 }, (_, k) => toHex(all.subarray(k * 16, k * 16 + 16)));
    const intervals = seen.map(({ identifier }) => rows.indexOf(identifier));
    expect(intervals[0]).toBe(72);
    for (const [k, interval] of intervals.entries()) if (k > 0) expect([1, 2]).toContain(interval - intervals[k - 1]!);
  });

  it('has a key for each day', () => {
    expect(seenOf(1440, 0).memory.keys).toHaveLength(2);
  });

  it('has non-resolvable private addresses', () => {
    for (const { address } of seenOf(1440, 1).seen) {
      expect(address).toMatch(/^[0-9a-f]{12}$/);
      expect(Number.parseInt(address.slice(0, 2), 16)).toBeLessThan(0x40);
    }
  });

  it('changes after ten to twenty minutes, whatever the lag', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1440 }), fc.double({ min: 0, max: 599, noNaN: true }), (minutes, lag) => {
        const { seen } = seenOf(minutes, lag);
        const count = distinct(seen.map(({ identifier }) => identifier)).length;
        expect(count).toBeGreaterThanOrEqual(Math.ceil(minutes / 20));
        expect(count).toBeLessThanOrEqual(Math.ceil(minutes / 10));
      }),
      { numRuns: 50 },
    );
  });
});
