import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attenuationOf,
  cryptMetadata,
  decodeMetadata,
  encodeMetadata,
  version10,
} from '../../../src/protocol/gaen/metadata.ts';
import { fromHex, gaenFacts, gaenVectors, toHex } from '../../helpers/gaenVectors.ts';

describe('metadata', () => {
  it('carry the version bytes of the specification', () => {
    const version11 = { majorVersion: 1, minorVersion: 1, calibrationConfidence: 0, transmitPower: 0 };
    expect(encodeMetadata(version10(0))[0]).toBe(Number(gaenFacts.metadata.v1_0));
    expect(encodeMetadata(version11)[0]).toBe(Number(gaenFacts.metadata.v1_1));
  });

  it.each([
    ['40080000', 1, 0, 0, 8],
    ['40ec0000', 1, 0, 0, -20],
    ['5c800000', 1, 1, 3, -128],
    ['507f0000', 1, 1, 0, 127],
    // Unsigned: read as a signed byte, majors 2 and 3 would be negative (microG).
    ['80000000', 2, 0, 0, 0],
    ['ff00abcd', 3, 3, 3, 0],
  ])('%s', (bytes, majorVersion, minorVersion, calibrationConfidence, transmitPower) => {
    const metadata = { majorVersion, minorVersion, calibrationConfidence, transmitPower };
    expect(decodeMetadata(fromHex(bytes))).toEqual(metadata);
    expect(toHex(encodeMetadata(metadata)).slice(2)).toBe(`${bytes.slice(2, 4)}0000`);
  });

  it('are read as they were written', () => {
    const twoBits = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.record({
          majorVersion: twoBits,
          minorVersion: twoBits,
          calibrationConfidence: twoBits,
          transmitPower: fc.integer({ min: -128, max: 127 }),
        }),
        (metadata) => {
          expect(decodeMetadata(encodeMetadata(metadata))).toEqual(metadata);
        },
      ),
    );
  });

  it.each([
    { ...version10(0), transmitPower: 128 },
    { ...version10(0), transmitPower: -129 },
    { ...version10(0), transmitPower: 0.5 },
    { ...version10(0), majorVersion: 4 },
    { ...version10(0), minorVersion: -1 },
    { ...version10(0), calibrationConfidence: Number.NaN },
  ])('%o does not fit', (metadata) => {
    expect(() => encodeMetadata(metadata)).toThrow(RangeError);
  });
});

describe('attenuation', () => {
  it('is never negative', () => {
    expect([attenuationOf(8, -70), attenuationOf(-20, -70), attenuationOf(-70, -20)]).toEqual([78, 50, 0]);
  });

  it('falls by 28 dB when somebody flips one byte in the air (S3: metadata are not authenticated)', () => {
    const { rpi, aem } = gaenVectors.advertised[0]!;
    const flipped = Uint8Array.from(aem);
    flipped[1]! ^= 8 ^ (-20 & 0xff);
    const power = (cipher: Uint8Array): number =>
      decodeMetadata(cryptMetadata(gaenVectors.aemk, rpi, cipher)).transmitPower;
    expect([power(aem), power(flipped)]).toEqual([8, -20]);
    expect([attenuationOf(power(aem), -70), attenuationOf(power(flipped), -70)]).toEqual([78, 50]);
  });
});
