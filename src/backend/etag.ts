/** Tags by which clients know that they have a file already. */
import { createHash } from 'node:crypto';

/** A quoted digest (RFC 9110 8.8.3). */
export const etagOf = (content: Uint8Array): string =>
  `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
