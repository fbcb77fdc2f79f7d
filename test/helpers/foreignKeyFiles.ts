/** Key export files as servers in other languages write them, and as nobody should: bytes put together by hand. */
import { type KeyObject, sign } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export const bytes = (...parts: readonly (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part as Uint8Array))));

/** Base 128, negative numbers in ten bytes as int32 has them. */
export function varint(value: number | bigint): Buffer {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
  return Buffer.from([...digits, Number(rest)]);
}

export const integerField = (number: number, value: number | bigint): Buffer =>
  bytes(varint(number << 3), varint(value));
export const dataField = (number: number, data: Uint8Array | string): Buffer => {
  const content = Buffer.from(data as Uint8Array);
  return bytes(varint((number << 3) | 2), varint(content.length), content);
};
export function fixed64Field(number: number, value: number | bigint): Buffer {
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(BigInt(value));
  return bytes(varint((number << 3) | 1), content);
}

export const OID_256 = '1.2.840.10045.4.3.2';
export const OID_512 = '1.2.840.10045.4.3.4';
export const HEADER = 'EK Export v1    ';

export interface ForeignInfo {
  readonly id?: string;
  readonly version?: string;
  readonly oid?: string;
  readonly bundle?: string;
}

export const infoMessage = ({ id = '222', version = 'v1', oid = OID_256, bundle }: ForeignInfo): Buffer =>
  bytes(bundle === undefined ? '' : dataField(1, bundle), dataField(3, version), dataField(4, id), dataField(5, oid));

/** One key message; absent fields stay away. `extra` is appended as it is. */
export interface ForeignKey {
  readonly data?: Uint8Array;
  readonly level?: number;
  readonly start?: number;
  readonly period?: number;
  readonly reportType?: number;
  readonly days?: number;
  readonly extra?: Uint8Array;
}

export const keyMessage = ({ data, level, start, period, reportType, days, extra }: ForeignKey): Buffer =>
  bytes(
    data ? dataField(1, data) : '',
    level === undefined ? '' : integerField(2, level),
    start === undefined ? '' : integerField(3, start),
    period === undefined ? '' : integerField(4, period),
    reportType === undefined ? '' : integerField(5, reportType),
    days === undefined ? '' : integerField(6, days < 0 ? -2 * days - 1 : 2 * days),
    extra ?? '',
  );

export interface ForeignExport {
  readonly header?: string;
  readonly window?: readonly [number, number] | null;
  readonly region?: string;
  readonly batch?: readonly [number, number] | null;
  readonly infos?: readonly ForeignInfo[];
  readonly keys?: readonly ForeignKey[];
  readonly revised?: readonly ForeignKey[];
  /** Bytes behind everything else. */
  readonly extra?: Uint8Array;
}

/** 1 October 2020, four in the afternoon, an hour. */
export const WINDOW = [1_601_568_000, 1_601_571_600] as const;
/** ENIntervalNumber of 30 September 2020. */
export const DAY_BEFORE = 2_669_040;

export const exportMessage = ({
  header = HEADER,
  window = WINDOW,
  region = '222',
  batch = [1, 1],
  infos = [{}],
  keys = [],
  revised = [],
  extra = new Uint8Array(),
}: ForeignExport): Buffer =>
  bytes(
    header,
    window ? bytes(fixed64Field(1, window[0]), fixed64Field(2, window[1])) : '',
    dataField(3, region),
    batch ? bytes(integerField(4, batch[0]), integerField(5, batch[1])) : '',
    ...infos.map((info) => dataField(6, infoMessage(info))),
    ...keys.map((key) => dataField(7, keyMessage(key))),
    ...revised.map((key) => dataField(8, keyMessage(key))),
    extra,
  );

export interface ForeignSignature extends ForeignInfo {
  readonly privateKey: KeyObject;
  readonly digest?: string;
  readonly encoding?: 'der' | 'ieee-p1363';
  readonly signed?: Uint8Array;
}

export const signatureMessage = (binary: Uint8Array, signatures: readonly ForeignSignature[]): Buffer =>
  bytes(
    ...signatures.map(({ privateKey, digest = 'sha256', encoding = 'der', signed = binary, ...info }) =>
      dataField(
        1,
        bytes(
          dataField(1, infoMessage(info)),
          integerField(2, 1),
          integerField(3, 1),
          dataField(4, sign(digest, signed, { key: privateKey, dsaEncoding: encoding })),
        ),
      ),
    ),
  );

export interface ForeignMember {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Written in place of the right values. */
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly packed?: Uint8Array;
  /** Of the directory only. */
  readonly offset?: number;
  readonly localName?: string;
}

export interface ZipStyle {
  /** Sizes and CRC behind the data, zeros in the local header (Go, Java). */
  readonly descriptors?: boolean;
  readonly date?: number;
  /** Extra fields, as Go and Java write times. */
  readonly extra?: Uint8Array;
  readonly comment?: string;
  /** Number of members that the end record claims. */
  readonly claims?: number;
}

const u16 = (...values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

/** A zip archive in which everything can be wrong. */
export function foreignZip(members: readonly ForeignMember[], style: ZipStyle = {}): Buffer {
  const { descriptors = false, date = 0x5141, extra = new Uint8Array(), comment = '', claims = members.length } = style;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const { name, data, method = 8, localName = name } = member;
    const packed = member.packed ?? (method === 8 ? deflateRawSync(data) : data);
    const flags = (member.flags ?? 0) | (descriptors ? 8 : 0);
    const sizes = [member.crc ?? crc32(data), member.packedSize ?? packed.length, member.size ?? data.length] as const;
    const head = u16(20, flags, method, 0, date);
    const local = bytes(
      u32(0x04034b50),
      head,
      descriptors ? u32(0, 0, 0) : u32(...sizes),
      u16(localName.length, extra.length),
      localName,
      extra,
      packed,
      descriptors ? u32(0x08074b50, ...sizes) : '',
    );
    directory.push(
      bytes(
        u32(0x02014b50),
        u16(20),
        head,
        u32(...sizes),
        u16(name.length, extra.length, 0, 0, 0),
        u32(0, member.offset ?? at),
        name,
        extra,
      ),
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = bytes(u32(0x06054b50), u16(0, 0, claims, claims), u32(central.length, at), u16(comment.length), comment);
  return Buffer.concat([...parts, central, end]);
}

/** A whole file: the two members, signed. */
export function foreignFile(content: ForeignExport, signatures: readonly ForeignSignature[], style?: ZipStyle): Buffer {
  const infos = signatures.map(({ id, version, oid, bundle }) => ({ id, version, oid, bundle }) as ForeignInfo);
  const binary = exportMessage({ infos, ...content });
  return foreignZip(
    [
      { name: 'export.bin', data: binary },
      { name: 'export.sig', data: signatureMessage(binary, signatures) },
    ],
    style,
  );
}
