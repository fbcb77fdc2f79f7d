/**
 * Units of every number that flows through enlab. Aliases, so that a signature says what it takes;
 * values are plain numbers in exactly these units, never in others.
 */

/** Attenuation or another power ratio, decibel. */
export type Db = number;
/** Power, decibel-milliwatt (RSSI, transmit power). */
export type Dbm = number;
export type Seconds = number;
export type Minutes = number;
export type Metres = number;
/** Seconds since 1970-01-01T00:00:00Z. */
export type UnixSeconds = number;
/** Whole UTC days since 1970-01-01. */
export type UtcDay = number;

export const SECONDS_PER_DAY = 86_400;
