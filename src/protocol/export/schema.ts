/**
 * The messages of key export files, by reflection on the .proto file beside this one: field numbers stand there and
 * nowhere else. Small messages go through the library's own encoder; keys, of which there are hundreds of thousands, are
 * written and read with the tags below (writer.ts, parse.ts), which is forty times as fast.
 */
import protobuf from 'protobufjs';
import { packageText } from '../../core/files.ts';

const { root } = protobuf.parse(packageText('src/protocol/export/temporaryExposureKeyExport.proto'));

export const messages = {
  export: root.lookupType('TemporaryExposureKeyExport'),
  key: root.lookupType('TemporaryExposureKey'),
  signatureInfo: root.lookupType('SignatureInfo'),
  signatureList: root.lookupType('TEKSignatureList'),
} as const;

/** Field number and wire type, as they stand before a value (Protocol Buffers, "Encoding", "Message structure"). */
function tagOf(type: protobuf.Type, name: string): number {
  const field = type.fields[name]!;
  const basic: Readonly<Record<string, number>> = protobuf.types.basic;
  // Of the types without a basic wire type, enumerations are varints and messages have a length.
  const wire = basic[field.type] ?? (field.resolve().resolvedType instanceof protobuf.Enum ? 0 : 2);
  return (field.id << 3) | wire;
}

const tagsOf = <Name extends string>(type: protobuf.Type, names: readonly Name[]): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name) => [name, tagOf(type, name)])) as Record<Name, number>;

export const exportTags = tagsOf(messages.export, [
  'startTimestamp',
  'endTimestamp',
  'region',
  'batchNum',
  'batchSize',
  'signatureInfos',
  'keys',
  'revisedKeys',
]);

export const keyTags = tagsOf(messages.key, [
  'keyData',
  'transmissionRiskLevel',
  'rollingStartIntervalNumber',
  'rollingPeriod',
  'reportType',
  'daysSinceOnsetOfSymptoms',
]);
