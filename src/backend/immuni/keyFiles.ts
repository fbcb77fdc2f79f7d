/** Batches as they are served: built and signed once, never changed, kept ready in memory. */
import type { UnixSeconds } from '../../core/units.ts';
import type { ExportWindow } from '../../protocol/export/format.ts';
import type { KeyPair } from '../../protocol/export/keyPair.ts';
import { writeExport } from '../../protocol/export/writer.ts';
import type { DiagnosisKey } from '../../protocol/gaen/keys.ts';
import { keyTableOf } from '../../protocol/gaen/keyTable.ts';
import { keysBatch } from '../../protocol/wire/immuni/keys.ts';
import { buildReply, type ReplyMessage } from '../../protocol/wire/messages.ts';
import { etagOf } from '../etag.ts';
import { type ReadyReply, readyReply } from '../ready.ts';

/** Names in the signature (backend spec A2). */
const SIGNER = { keyId: '222', keyVersion: 'v1', appBundleId: 'it.ministerodellasalute.immuni' } as const;
/** Mobile country code of Italy. */
const REGION = '222';

export interface KeyFile {
  readonly published: UnixSeconds;
  readonly reply: ReplyMessage;
}

/** Keys stand in the order of their base64 text, as in the deployed files, which mixes those of all phones. */
export const signedFile = (keys: readonly DiagnosisKey[], window: ExportWindow, { privateKey }: KeyPair): Uint8Array =>
  writeExport({
    window,
    region: REGION,
    keys: keyTableOf(keys),
    signers: [{ privateKey, ...SIGNER }],
    order: 'base64',
  });

const pathOf = (number: number): string => keysBatch.path.replace('{index}', String(number));

export class KeyFiles {
  readonly #files = new Map<number, KeyFile>();

  readonly #ready = new Map<string, ReadyReply>();

  add(number: number, published: UnixSeconds, file: Uint8Array): void {
    const reply = buildReply(keysBatch, 200, file, { etag: etagOf(file) });
    this.#files.set(number, { published, reply });
    this.#ready.set(pathOf(number), readyReply(keysBatch.name, reply));
  }

  ready(path: string): ReadyReply | undefined {
    return this.#ready.get(path);
  }

  get(number: number): KeyFile | undefined {
    return this.#files.get(number);
  }

  /** First and last number; undefined while there is none. */
  range(): { readonly oldest: number; readonly newest: number } | undefined {
    const numbers = [...this.#files.keys()];
    return numbers.length === 0 ? undefined : { oldest: Math.min(...numbers), newest: Math.max(...numbers) };
  }

  /** Forgets files that were published at `time` or before. */
  expire(time: UnixSeconds): void {
    for (const [number, { published }] of this.#files) {
      if (published > time) continue;
      this.#files.delete(number);
      this.#ready.delete(pathOf(number));
    }
  }
}
