/** Application configurations: protobuf messages, signed and packed as key files are (backend spec B1, B5). */
import { EnlabError } from '../../core/errors.ts';
import { exportZip } from '../../protocol/export/writer.ts';
import { configurationV1, configurationV2, cwaHash } from '../../protocol/wire/cwa/distribution.ts';
import { buildReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import { encodeMessage } from '../../risk/config/protobuf.ts';
import { checkDocument, targetNamed } from '../../risk/config/registry.ts';
import { etagOf } from '../etag.ts';
import type { Secrets } from '../secrets.ts';
import { type Route, route } from '../service.ts';
import { SIGNER } from './signer.ts';

/** By the name of their kind (risk/config); apps of version 1 and 2 on both platforms. */
const KINDS = ['cwa-v1', 'cwa-v2-android', 'cwa-v2-ios'] as const;
type Kind = (typeof KINDS)[number];

export interface Configurations {
  readonly routes: readonly Route[];
  /** Throws E-FILE-INVALID where no app of the Corona-Warn-App reads the document. */
  configure(document: Readonly<Record<string, unknown>>): void;
}

/** `settings`: documents by the names of their kinds. Throws E-FILE-INVALID. */
export function openConfigurations(settings: Readonly<Record<string, unknown>>, secrets: Secrets): Configurations {
  const files = new Map<Kind, Uint8Array>();
  const hashes = new Map<Kind, string>();
  const put = (kind: Kind, document: object): void => {
    const binary = encodeMessage(targetNamed(kind).protobuf!, document);
    const signers = [{ privateKey: secrets.signing.privateKey, ...SIGNER }];
    files.set(kind, exportZip(binary, { signers }));
    hashes.set(kind, cwaHash(binary));
  };
  for (const kind of KINDS) if (settings[kind]) put(kind, settings[kind]);
  // Both endpoints answer alike.
  const reply = (kind: Kind | undefined): ReplyMessage => {
    const file = kind && files.get(kind);
    if (!file) return buildReply(configurationV1, 404, undefined);
    return buildReply(configurationV1, 200, file, { etag: etagOf(file), 'cwa-hash': hashes.get(kind)! });
  };
  return {
    routes: [
      route(configurationV1, ({ parameters: { country } }) => reply(country === 'DE' ? 'cwa-v1' : undefined)),
      route(configurationV2, ({ parameters: { platform } }) => reply(`cwa-v2-${platform}`)),
    ],
    configure(document) {
      const read = KINDS.map((kind) => ({ kind, ...checkDocument(targetNamed(kind), document) }));
      const valid = read.filter(({ issues }) => issues.length === 0);
      if (valid.length === 0)
        throw new EnlabError('E-FILE-INVALID', 'this is no configuration of the Corona-Warn-App', {
          hint: 'export one: enlab calibrate export RESULT --target cwa-v1',
        });
      // Platforms of version 2 differ in one field: the document is of the one that knows more of it.
      const fewest = Math.min(...valid.map(({ unknownKeys }) => unknownKeys.length));
      for (const { kind, unknownKeys, document: known } of valid)
        if (unknownKeys.length === fewest) put(kind, known as object);
    },
  };
}
