/** The protobuf of an app as a source of numbers; of which app, is told by its fields. */
import { EnlabError } from '../../core/errors.ts';
import { type DecodedMessage, decodeMessage } from './protobuf.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';

type BinaryTarget = Pick<Target<unknown, unknown>, 'name' | 'protobuf'>;

/** APPNOTE.TXT 4.3.7: local file header signature. */
const isZip = (bytes: Uint8Array): boolean => [0x50, 0x4b, 0x03, 0x04].every((byte, k) => bytes[k] === byte);

/**
 * The protobuf of one of the targets: that which decodes, has all of its required fields and the fewest unknown ones;
 * the last of the list where two are equal, as later ones are read from less. Throws E-FILE-FORMAT for anything else.
 */
export function binarySource(bytes: Uint8Array, file: string, targets: readonly BinaryTarget[]): Source {
  const found = targets
    .flatMap(({ name, protobuf }) => {
      const decoded = protobuf && decodeMessage(protobuf, bytes);
      return decoded && protobuf.required.every((key) => Object.hasOwn(decoded.value, key))
        ? [{ name, ...decoded }]
        : [];
    })
    .reduce<(DecodedMessage & { name: string }) | undefined>(
      (best, own) => (best && best.unknownFields.length < own.unknownFields.length ? best : own),
      undefined,
    );
  if (!found) throw new EnlabError('E-FILE-FORMAT', ...unknownBinary(bytes, file, targets));
  const { name, value, unknownFields } = found;
  return { file, value, target: name, unknownFields, duplicates: [], spot: fieldSpot, keySpot: fieldSpot };
}

/** Bytes have no lines: a place is the way to the value. */
const fieldSpot: Source['spot'] = (path) => ({ line: null, column: null, field: path.join('.') });

function unknownBinary(
  bytes: Uint8Array,
  file: string,
  targets: readonly BinaryTarget[],
): [message: string, details: object] {
  const place = { file };
  if (isZip(bytes))
    return ['this is a zip', { place, hint: 'unpack it and name export.bin, which holds the configuration' }];
  const known = targets.flatMap(({ name, protobuf }) => (protobuf ? [name] : []));
  const hint = `binary files are read of ${known.join(', ')}; configurations of others are JSON`;
  return ['this is neither JSON (in UTF-8) nor a protobuf that enlab knows, or it is damaged', { place, hint }];
}
