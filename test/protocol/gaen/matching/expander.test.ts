/** Every expander gives the identifiers of the reference, whatever key and interval. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import { rollingProximityIdentifiers } from '../../../../src/protocol/gaen/identifiers.ts';
import { rollingProximityIdentifierKey } from '../../../../src/protocol/gaen/keys.ts';
import { emptyKeyTable, keyTableOf } from '../../../../src/protocol/gaen/keyTable.ts';
import { type Encrypt, nodeEncrypt } from '../../../../src/protocol/gaen/matching/cipher.ts';
import {
  type Expander,
  expanderNames,
  type KeyColumns,
  openExpander,
} from '../../../../src/protocol/gaen/matching/expander.ts';
import { openNativeCipher, selfTest } from '../../../../src/protocol/gaen/matching/nativeCipher.ts';
import { gaenVectors, toHex } from '../../../helpers/gaenVectors.ts';
import { CROSSING } from './world.ts';

const expanders = await Promise.all(expanderNames.map(openExpander));

/** Identifiers of the rows, in hexadecimal, in the order of the visits. */
function expanded(expander: Expander, keys: KeyColumns, rows: readonly number[]): readonly string[] {
  const seen: string[] = [];
  expander.expand(keys, Uint32Array.from(rows), (row) => seen.push(`${row} ${toHex(expander.identifiers)}`));
  return seen;
}

function reference({ keyData, rollingStart }: KeyColumns, rows: readonly number[]): readonly string[] {
  return rows.map((row) => {
    const identifierKey = rollingProximityIdentifierKey(keyData.slice(row * 16, row * 16 + 16));
    return `${row} ${toHex(rollingProximityIdentifiers(identifierKey, rollingStart[row]!))}`;
  });
}

describe('opening an expander', () => {
  it.each(expanderNames)('gives %s on this machine, or says why not', async (name) => {
    const expander = await openExpander(name);
    if (expander.name === name) expect(expander.reason).toBeUndefined();
    else expect([name, expander.reason]).toEqual(['native', expect.stringContaining('koffi')]);
  });
});

describe.each(expanders.map((expander) => [expander.name, expander] as const))('expander %s', (_, expander) => {
  it('gives all 144 published vectors', () => {
    const { tek, rolling_start_interval_number: rollingStartIntervalNumber, advertised } = gaenVectors;
    const keys = keyTableOf([{ keyData: tek, rollingStartIntervalNumber, rollingPeriod: 144 }]);
    expect(advertised).toHaveLength(144);
    expect(expanded(expander, keys, [0])).toEqual([`0 ${advertised.map(({ rpi }) => toHex(rpi)).join('')}`]);
  });

  it.each([
    ['of 2021-02-01, across 65,536', CROSSING - 80],
    ['that begins at a multiple of 65,536', CROSSING],
    ['that ends before one', CROSSING - 144],
    ['across a multiple of 256', 2_643_200 - 70],
    ['across 2^24', (1 << 24) - 77],
    ['of 1970', 0],
    ['across 2^31', 2_147_483_648 - 5],
    ['across 2^32, where the numbers begin anew', 4_294_967_296 - 9],
  ])('is right on a day %s', (_name, start) => {
    const keys = keyTableOf([
      { keyData: keyedEntropy(1, 'day')(16), rollingStartIntervalNumber: start, rollingPeriod: 144 },
    ]);
    expect(expanded(expander, keys, [0])).toEqual(reference(keys, [0]));
  });

  it('is right for any keys, starts and choices of rows', () => {
    const key = fc.record({
      keyData: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      rollingStartIntervalNumber: fc.oneof(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.nat(3).map((n) => n * 144),
      ),
      rollingPeriod: fc.integer({ min: 1, max: 144 }),
    });
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 9 }),
        fc.array(fc.nat(8), { maxLength: 12 }),
        (list, drawn) => {
          const keys = keyTableOf(list);
          const rows = drawn.filter((row) => row < list.length);
          expect(expanded(expander, keys, rows)).toEqual(reference(keys, rows));
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([1, 3, 4, 127, 128, 129, 300])('is right for %i keys at once, whatever portions it works in', (count) => {
    const keys = emptyKeyTable(count, { shared: true });
    keys.keyData.set(keyedEntropy(2, 'portions')(count * 16));
    // More starts than plain texts are kept.
    keys.rollingStart.set(Array.from({ length: count }, (_key, row) => 2_642_976 + (row % 70) * 144));
    const rows = Array.from({ length: count }, (_key, row) => row);
    expect(expanded(expander, keys, rows)).toEqual(reference(keys, rows));
  });
});

describe('the native cipher', () => {
  it('is found nowhere when no library has it, and the reason names what was tried', async () => {
    const reason = await openNativeCipher(['no-such-library.so']);
    expect(reason).toMatch(/^no AES through koffi \(no-such-library\.so: |^koffi does not load: /);
  });

  it('refuses buffers of another length before it calls anything', async ({ skip }) => {
    const encrypt = await openNativeCipher();
    if (typeof encrypt === 'string') return skip(encrypt);
    const [key, day] = [new Uint8Array(16), new Uint8Array(2304)];
    expect(() => encrypt(key.subarray(1), day, day)).toThrow(RangeError);
    expect(() => encrypt(key, day.subarray(16), day)).toThrow(RangeError);
    expect(() => encrypt(key, day, day.subarray(16))).toThrow('16, 2304 and 2288 bytes');
  });

  const wrongs: readonly (readonly [string, Encrypt, string])[] = [
    ['nothing', () => {}, 'wrong answer'],
    ['zeros', (_key, _plain, target) => void target.fill(0), 'wrong answer'],
    [
      'the identifiers of its first key',
      ((first: Uint8Array[]) => (key, plain, target) => {
        first.push(key);
        nodeEncrypt(first[0]!, plain, target);
      })([]),
      'wrong answer',
    ],
    [
      'all but the last byte',
      (key, plain, target) => {
        nodeEncrypt(key, plain, target);
        target[2303]! ^= 1;
      },
      'wrong answer',
    ],
    [
      'a byte too many',
      (key, plain, target) => {
        nodeEncrypt(key, plain, target);
        new Uint8Array(target.buffer)[target.byteOffset + target.length] = 0;
      },
      'outside the buffer',
    ],
    [
      'a byte before the buffer',
      (key, plain, target) => {
        nodeEncrypt(key, plain, target);
        new Uint8Array(target.buffer)[target.byteOffset - 1] = 0;
      },
      'outside the buffer',
    ],
  ];

  it.each(wrongs)('does not pass its self-test when it writes %s', (_, encrypt, reason) => {
    expect(selfTest(encrypt)).toContain(reason);
  });

  it('passes it when it is right', () => {
    expect(selfTest(nodeEncrypt)).toBeUndefined();
  });
});
