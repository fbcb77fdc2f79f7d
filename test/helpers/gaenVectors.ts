/** Published test vectors of exposure notification, as bytes. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const hex = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'hex')));

const schema = z.object({
  generation_unix_s: z.number(),
  rolling_start_interval_number: z.number(),
  rolling_period: z.number(),
  tek: hex,
  rpik: hex,
  aemk: hex,
  metadata: hex,
  advertised: z.array(z.object({ i: z.number(), rpi: hex, aem: hex })),
});

/** fixtures/vectors/gaen-v1.2.json: one key, its derived keys and all of its 144 identifiers. */
export const gaenVectors = schema.parse(
  JSON.parse(readFileSync(new URL('../../fixtures/vectors/gaen-v1.2.json', import.meta.url), 'utf8')),
);

/** fixtures/vectors/gaen-facts.json: rules in words and numbers, taken from the reference implementation. */
export const gaenFacts = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/gaen-facts.json', import.meta.url), 'utf8'),
) as {
  readonly tek_bytes: number;
  readonly rolling_period_default: number;
  readonly metadata: { readonly v1_0: string; readonly v1_1: string };
};

export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
export { toHex } from '../../src/core/bytes.ts';
