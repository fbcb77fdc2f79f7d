import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, frameProfiles, parseFrame, parseServiceData } from '../../../src/protocol/gaen/frame.ts';
import { fromHex, toHex } from '../../helpers/gaenVectors.ts';

const beacon = { identifier: fromHex('2cfb0de02b33d20c5c27611238e2d107'), encryptedMetadata: fromHex('42b56ee5') };
const ANDROID = '03036ffd17166ffd2cfb0de02b33d20c5c27611238e2d10742b56ee5';
const SERVICE_DATA = ANDROID.slice(8);

describe('encodeFrame', () => {
  it('makes the bytes that were captured from phones', () => {
    expect(toHex(encodeFrame(beacon, 'android'))).toBe(ANDROID);
    expect(toHex(encodeFrame(beacon, 'ios'))).toBe(`02011a${ANDROID}`);
  });

  it('refuses fields of another length', () => {
    const short = { ...beacon, identifier: beacon.identifier.subarray(1) };
    const long = { ...beacon, encryptedMetadata: new Uint8Array(5) };
    for (const wrong of [short, long]) expect(() => encodeFrame(wrong, 'ios')).toThrow(RangeError);
  });

  it('is undone by parseFrame, for every beacon and profile', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(4), fc.constantFrom(...frameProfiles), (identifier, encryptedMetadata, profile) => {
        const frame = encodeFrame({ identifier, encryptedMetadata }, profile);
        expect(frame.length).toBe(profile === 'ios' ? 31 : 28);
        expect(parseFrame(frame)).toEqual({ identifier, encryptedMetadata });
      }),
    );
  });
});

describe('parseFrame', () => {
  it.each([
    ['an Android phone', ANDROID],
    ['an iPhone', `02011a${ANDROID}`],
    ['service data before the list of UUIDs', `${SERVICE_DATA}03036ffd`],
    ['no list of UUIDs', SERVICE_DATA],
    ['a transmit power and another service beside it', `020a0803164efe${ANDROID}`],
    ['zeros behind the last structure', `${ANDROID}000000`],
  ])('reads %s', (_, frame) => {
    expect(parseFrame(fromHex(frame))).toEqual(beacon);
  });

  it.each([
    ['nothing', '', 'no service data'],
    ['zeros', '0000000000', 'no service data'],
    ['an iBeacon', '02011a1aff4c000215f7826da64fa24e988024bc5b71e0893e00010002c5', 'no service data'],
    ['another service', '0303d2fe1716d2fe2cfb0de02b33d20c5c27611238e2d10742b56ee5', 'no service data'],
    ['the list of UUIDs alone', '03036ffd', 'no service data'],
    ['one byte too few', `02011a03036ffd16166ffd${SERVICE_DATA.slice(8, -2)}`, 'service data of 19 bytes'],
    ['one byte too many', `03036ffd18166ffd${SERVICE_DATA.slice(8)}00`, 'service data of 21 bytes'],
    ['no data at all', '03166ffd', 'service data of 0 bytes'],
    ['a structure that is cut off', ANDROID.slice(0, -2), 'AD structure at byte 4 is cut off'],
    ['a length without a type', `${ANDROID}05`, 'AD structure at byte 28 is cut off'],
    ['two beacons', ANDROID + SERVICE_DATA, 'service data occurs twice'],
    ['service data that are too short for a UUID', '0216fd', 'no service data'],
  ])('says why %s is no beacon', (_, frame, reason) => {
    expect(parseFrame(fromHex(frame))).toContain(reason);
  });

  it('says why for every wrong length of service data', () => {
    for (let length = 0; length < 64; length++) {
      const read = parseServiceData(new Uint8Array(length));
      expect(typeof read).toBe(length === 20 ? 'object' : 'string');
    }
  });

  it('never throws, and finds no beacon in junk that has none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (junk) => {
        const read = parseFrame(junk);
        // Whatever is taken for a beacon stands in the bytes behind the UUID.
        if (typeof read !== 'string')
          expect(toHex(junk)).toContain(`6ffd${toHex(read.identifier)}${toHex(read.encryptedMetadata)}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('survives every change of one byte of a real frame', () => {
    const frame = fromHex(`02011a${ANDROID}`);
    for (let at = 0; at < frame.length; at++)
      for (let value = 0; value < 256; value++) {
        const changed = Uint8Array.from(frame);
        changed[at] = value;
        const read = parseFrame(changed);
        if (typeof read !== 'string') expect(read.identifier.length + read.encryptedMetadata.length).toBe(20);
      }
  });

  it('copies what it returns, because radios reuse their buffers', () => {
    const frame = fromHex(ANDROID);
    const read = parseFrame(frame);
    frame.fill(0);
    expect(read).toEqual(beacon);
  });
});
