import { checkOtp, displayOtp, newOtp, OTP_ALPHABET, otpToken } from '../../../src/protocol/wire/immuni/otp.ts';
import type { CodeKind } from '../../codes.ts';

/** The one-time password of Immuni. */
export const otp: CodeKind = {
  name: 'otp',
  title: 'one-time password',
  alphabet: OTP_ALPHABET,
  check: checkOtp,
  display: displayOtp,
  draw: newOtp,
  derived: (code) => ({ token: otpToken(code) }),
};
