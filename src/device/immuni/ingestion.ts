/** Asking the ingestion service, genuinely or not: all requests have one size, headers included (backend spec A4). */
import { checkOtpEndpoint, type ImmuniUpload, uploadEndpoint } from '../../protocol/wire/immuni/ingestion.ts';
import { paddedIngestion } from '../../protocol/wire/immuni/padding.ts';
import { bearer } from '../../protocol/wire/immuni/parts.ts';
import type { PhonePorts } from '../ports.ts';
import { send } from '../servers.ts';

export interface Shown {
  /** SHA-256 of the password. */
  readonly token: string;
  readonly isDummy: boolean;
}

/** Throws E-SERVER. */
export function askCheckOtp(url: string, shown: Shown, { entropy, http }: PhonePorts) {
  const message = paddedIngestion(checkOtpEndpoint, { headers: headersOf(url, shown), body: {} }, entropy);
  return send(http, url, checkOtpEndpoint, message);
}

/** Throws E-SERVER. */
export function askUpload(
  url: string,
  shown: Shown,
  content: Omit<ImmuniUpload, 'padding'>,
  { clock, entropy, http }: PhonePorts,
) {
  const headers = { ...headersOf(url, shown), 'immuni-client-clock': String(Math.floor(clock.now())) };
  return send(http, url, uploadEndpoint, paddedIngestion(uploadEndpoint, { headers, body: content }, entropy));
}

/** All headers count for the size, also those that the client adds by itself. */
const headersOf = (url: string, { token, isDummy }: Shown) => ({
  authorization: bearer(token),
  'immuni-dummy-data': isDummy ? '1' : '0',
  host: new URL(url).host,
  connection: 'keep-alive',
});
