/** Every published vector, and an independent library on arbitrary keys. */
import { hkdfSync } from 'node:crypto';
import { ctr, ecb } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollingProximityIdentifier, rollingProximityIdentifiers } from '../../../src/protocol/gaen/identifiers.ts';
import { INTERVALS_PER_DAY, intervalOf } from '../../../src/protocol/gaen/intervals.ts';
import {
  associatedEncryptedMetadataKey,
  KEY_BYTES,
  rollingProximityIdentifierKey,
} from '../../../src/protocol/gaen/keys.ts';
import { cryptMetadata, encodeMetadata, version10 } from '../../../src/protocol/gaen/metadata.ts';
import { fromHex, gaenFacts, gaenVectors, toHex } from '../../helpers/gaenVectors.ts';

const { tek, rpik, aemk, metadata, advertised, rolling_start_interval_number: start } = gaenVectors;

describe('vectors of the Exposure Notification Cryptography Specification v1.2', () => {
  it('are all there: one key and its 144 identifiers', () => {
    expect(advertised.map(({ i }) => i)).toEqual(Array.from({ length: 144 }, (_, k) => k));
    expect([KEY_BYTES, INTERVALS_PER_DAY]).toEqual([gaenFacts.tek_bytes, gaenFacts.rolling_period_default]);
    expect(intervalOf(gaenVectors.generation_unix_s)).toBe(start);
  });

  it('give RPIK and AEMK', () => {
    expect(toHex(rollingProximityIdentifierKey(tek))).toBe(toHex(rpik));
    expect(toHex(associatedEncryptedMetadataKey(tek))).toBe(toHex(aemk));
  });

  it.each(advertised)('give the identifier and the metadata of interval $i', ({ i, rpi, aem }) => {
    expect(toHex(rollingProximityIdentifier(rpik, start + i))).toBe(toHex(rpi));
    expect(toHex(cryptMetadata(aemk, rpi, metadata))).toBe(toHex(aem));
    expect(toHex(cryptMetadata(aemk, rpi, aem))).toBe(toHex(metadata));
  });

  it('give the same identifiers when a whole day is made at once', () => {
    expect(toHex(rollingProximityIdentifiers(rpik, start))).toBe(advertised.map(({ rpi }) => toHex(rpi)).join(''));
  });

  it('hold for the second published key, whose metadata say 12 dBm', () => {
    const key = fromHex('7921b817fdb92074df5345594273756f');
    const [identifierKey, metadataKey] = [rollingProximityIdentifierKey(key), associatedEncryptedMetadataKey(key)];
    expect(toHex(identifierKey)).toBe('eae8956644770f952871daf549c0ce7e');
    expect(toHex(metadataKey)).toBe('a1d0bd6f94b053cf622ca88194e20611');
    const identifier = rollingProximityIdentifier(identifierKey, 0x00286d5b);
    expect(toHex(identifier)).toBe('5811408cf8d88d2b33f73773a7c6d45f');
    expect(toHex(cryptMetadata(metadataKey, identifier, encodeMetadata(version10(12))))).toBe('a3e9517f');
  });
});

describe('an independent library', () => {
  const key = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const interval = fc.integer({ min: 0, max: 0xffff_ffff });

  it('derives the same keys, identifiers and metadata', () => {
    fc.assert(
      fc.property(key, interval, fc.uint8Array({ minLength: 4, maxLength: 4 }), (keyData, at, plain) => {
        const derived = (info: string) => new Uint8Array(hkdfSync('sha256', keyData, '', info, 16));
        const [identifierKey, metadataKey] = [derived('EN-RPIK'), derived('EN-AEMK')];
        const padded = new Uint8Array(16);
        padded.set(Buffer.from('EN-RPI'));
        new DataView(padded.buffer).setUint32(12, at, true);
        const identifier = ecb(identifierKey, { disablePadding: true }).encrypt(padded);
        expect(toHex(rollingProximityIdentifierKey(keyData))).toBe(toHex(identifierKey));
        expect(toHex(associatedEncryptedMetadataKey(keyData))).toBe(toHex(metadataKey));
        expect(toHex(rollingProximityIdentifier(identifierKey, at))).toBe(toHex(identifier));
        expect(toHex(cryptMetadata(metadataKey, identifier, plain))).toBe(
          toHex(ctr(metadataKey, identifier).encrypt(plain)),
        );
      }),
    );
  });

  it.each([
    ['a byte of the interval carries over twice (65,536)', 2_686_976 - 72],
    ['all four bytes carry over', 0x00ff_ffff - 10],
    ['the last interval of 32 bits wraps to 0', 0xffff_ffff - 10],
  ])('makes the same day where %s', (_, first) => {
    const day = rollingProximityIdentifiers(rpik, first);
    for (let k = 0; k < INTERVALS_PER_DAY; k++) {
      const one = rollingProximityIdentifier(rpik, (first + k) % 0x1_0000_0000);
      expect(toHex(day.subarray(16 * k, 16 * k + 16))).toBe(toHex(one));
    }
  });
});
