/** A one-time password of Immuni as people type it. */
import { InvalidArgumentError } from 'commander';
import { checkOtp } from '../../src/protocol/wire/immuni/otp.ts';

/** Cleaned, as it goes over the wire. */
export function typedOtp(text: string): string {
  const checked = checkOtp(text);
  if (checked.valid) return checked.code;
  throw new InvalidArgumentError(`${checked.reason}; "enlab otp check" says more.`);
}
