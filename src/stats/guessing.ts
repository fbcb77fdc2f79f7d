/** How likely guesses at a code succeed. */

/**
 * At least one hit among `guesses` independent uniform guesses where `valid` of `space` codes are good:
 * 1 - (1 - valid / space)^guesses, by logarithms, which keeps all digits where it is far below 1e-16. RangeError for
 * numbers that are negative or not finite, and for more valid codes than there are.
 */
export function chanceOfGuessing({
  valid,
  space,
  guesses,
}: {
  readonly valid: number;
  readonly space: number;
  readonly guesses: number;
}): number {
  if (!(valid >= 0 && valid <= space && space > 0 && guesses >= 0 && space + guesses < Number.POSITIVE_INFINITY))
    throw new RangeError(`no chance of ${guesses} guesses at ${valid} of ${space} codes`);
  // 0 times the logarithm of 0 is no number.
  return guesses === 0 ? 0 : -Math.expm1(guesses * Math.log1p(-valid / space));
}
