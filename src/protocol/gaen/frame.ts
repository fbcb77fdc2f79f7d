/**
 * The advertisement of exposure notification, byte by byte (Exposure Notification Bluetooth Specification v1.2,
 * "Advertising Payload"; AD types: Bluetooth Assigned Numbers 2.3).
 */
import { IDENTIFIER_BYTES } from './identifiers.ts';
import { METADATA_BYTES } from './metadata.ts';

/** 16-bit UUID of the exposure notification service. */
export const SERVICE_UUID = 0xfd6f;

/** What travels in the service data. */
export interface GaenBeacon {
  /** RPI, 16 bytes. */
  readonly identifier: Uint8Array;
  /** AEM, 4 bytes, still encrypted. */
  readonly encryptedMetadata: Uint8Array;
}

/** iPhones begin with Flags (LE General Discoverable, no BR/EDR); Android phones send none. */
export const frameProfiles = ['ios', 'android'] as const;
export type FrameProfile = (typeof frameProfiles)[number];

const adTypes = { flags: 0x01, completeUuids16: 0x03, serviceData16: 0x16 } as const;
const IOS_FLAGS = 0x1a;
const UUID_BYTES = Uint8Array.of(SERVICE_UUID & 0xff, SERVICE_UUID >> 8);
const SERVICE_DATA_BYTES = IDENTIFIER_BYTES + METADATA_BYTES;

/** An AD structure: length of what follows, type, data. */
const structure = (type: number, ...data: readonly number[]): readonly number[] => [data.length + 1, type, ...data];

/** 31 bytes for `ios`, 28 for `android`. RangeError when a field has another length than it must. */
export function encodeFrame({ identifier, encryptedMetadata }: GaenBeacon, profile: FrameProfile): Uint8Array {
  if (identifier.length !== IDENTIFIER_BYTES || encryptedMetadata.length !== METADATA_BYTES)
    throw new RangeError(`${identifier.length} + ${encryptedMetadata.length} bytes: a beacon has 16 + 4`);
  return Uint8Array.from([
    ...(profile === 'ios' ? structure(adTypes.flags, IOS_FLAGS) : []),
    ...structure(adTypes.completeUuids16, ...UUID_BYTES),
    ...structure(adTypes.serviceData16, ...UUID_BYTES, ...identifier, ...encryptedMetadata),
  ]);
}

/** The beacon of 20 bytes of service data, or why it is none; the bytes are copied, as radio stacks reuse buffers. */
export function parseServiceData(data: Uint8Array): GaenBeacon | string {
  if (data.length !== SERVICE_DATA_BYTES)
    return `service data of ${data.length} bytes instead of ${SERVICE_DATA_BYTES}`;
  return {
    identifier: Uint8Array.from(data.subarray(0, IDENTIFIER_BYTES)),
    encryptedMetadata: Uint8Array.from(data.subarray(IDENTIFIER_BYTES)),
  };
}

/**
 * The beacon of an advertisement, or why it has none. Never throws. Neither Flags nor the list of UUIDs nor an order is
 * demanded, because phones differ; the service data must be there once and have exactly its 20 bytes.
 */
export function parseFrame(frame: Uint8Array): GaenBeacon | string {
  let found: GaenBeacon | undefined;
  for (let at = 0; at < frame.length; ) {
    const length = frame[at]!;
    // A length of 0 ends the significant part (Bluetooth Core 5.2, vol. 3 part C, 11).
    if (length === 0) break;
    if (at + 1 + length > frame.length) return `AD structure at byte ${at} is cut off`;
    const data = frame.subarray(at + 2, at + 1 + length);
    if (frame[at + 1] === adTypes.serviceData16 && isOurs(data)) {
      const beacon = parseServiceData(data.subarray(UUID_BYTES.length));
      if (typeof beacon === 'string') return beacon;
      if (found) return 'service data occurs twice';
      found = beacon;
    }
    at += 1 + length;
  }
  return found ?? 'no service data of exposure notification';
}

const isOurs = (data: Uint8Array): boolean => data[0] === UUID_BYTES[0] && data[1] === UUID_BYTES[1];
