/**
 * All requests to the ingestion service have one size, headers included: checks, uploads and dummies (Immuni's "Traffic
 * Analysis Mitigation", b_EIS; setting teks_packet_size).
 */
import type { Entropy } from '../../../core/entropy.ts';
import type { ValueOf } from '../endpoint.ts';
import { type Asked, buildRequest, type RequestMessage } from '../messages.ts';
import { filler, missingBytes } from '../sizes.ts';
import { type checkOtpEndpoint, PADDING_ALPHABET, type uploadEndpoint } from './ingestion.ts';

/** Default of teks_packet_size, bytes. */
export const INGESTION_REQUEST_BYTES = 110_000;
/** Caps of the app so that a genuine upload fits: summaries, and exposures in all of them (teks_max_*_count). */
export const MOST_SUMMARIES = 84;
export const MOST_EXPOSURE_INFOS = 600;

type Ingestion = typeof checkOtpEndpoint | typeof uploadEndpoint;
type Unpadded<E extends Ingestion> = Omit<Asked<E>, 'body'> & { readonly body: Omit<ValueOf<E['body']>, 'padding'> };

/**
 * A request of exactly `total` bytes in HTTP/1.1 (sizes.ts). The headers must be all that will be sent, also host and
 * user agent. RangeError when the content does not fit.
 */
export function paddedIngestion<E extends Ingestion>(
  endpoint: E,
  { body, ...rest }: Unpadded<E>,
  entropy: Entropy,
  total: number = INGESTION_REQUEST_BYTES,
): RequestMessage {
  const build = (padding: string): RequestMessage =>
    buildRequest(endpoint, { ...rest, body: { ...body, padding } } as unknown as Asked<E>);
  return build(filler(PADDING_ALPHABET, missingBytes(build(''), total), entropy));
}
