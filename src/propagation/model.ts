/** Attenuation between two phones: what distance, place, bodies and the phones themselves take from a signal. */
import type { Db, Metres } from '../core/units.ts';

/** Where a phone is carried. */
export const carriages = ['hand', 'pocket', 'bag'] as const;
export type Carriage = (typeof carriages)[number];

/** Log-distance path loss with normal shadowing (Rappaport, Wireless Communications, 4.9); all noise is normal, in dB. */
export interface PropagationModel {
  /** At 1 m, nothing between, in hands, phones as their calibration has them. */
  readonly atOneMetre: Db;
  /** n of 10 n log10(distance / 1 m): 2 in free space, less along walls of metal, more among people. */
  readonly exponent: number;
  /** Standard deviation between contacts at one distance: place and posture, for both directions the same. */
  readonly shadowing: Db;
  /** Standard deviation between scans of one contact: people move. */
  readonly scanNoise: Db;
  /** Standard deviation between advertisements of one scan: fading, and three channels. */
  readonly advertNoise: Db;
  /** Of each body in the way. */
  readonly body: Db;
  /** Of a phone carried so, more than in a hand. */
  readonly carriage: Readonly<Record<Carriage, Db>>;
  /** An advertisement with more is not received. */
  readonly limit: Db;
}

/** Phones on top of each other are some centimetres apart, not 0 m, which would be less than nothing. */
export const NEAREST: Metres = 0.1;

/** What is between two phones, and what they are. Offsets as in device tables: added to what is measured. */
export interface Path {
  readonly distance: Metres;
  readonly bodies: number;
  readonly carriage: readonly [Carriage, Carriage];
  /** Of the model of the sender and of the receiver, dB. */
  readonly offsets: Db;
}

/** Mean attenuation of a path, before any noise. Distances below 0.1 m count as 0.1 m. Pure. */
export function meanAttenuation(
  { distance, bodies, carriage: [one, other], offsets }: Path,
  { atOneMetre, exponent, body, carriage }: PropagationModel,
): Db {
  const loss = 10 * exponent * Math.log10(Math.max(NEAREST, distance));
  return atOneMetre + loss + bodies * body + carriage[one] + carriage[other] + offsets;
}
