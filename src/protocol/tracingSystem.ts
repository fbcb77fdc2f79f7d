/**
 * What every contact tracing system is to the rest of enlab: the procedures of ITU-T's supplement on digital contact
 * tracing (clauses 7.1.1 and 7.2.1: user registration, setup of identifiers, broadcast of ephemeral identifier, reporting,
 * status verification) as functions of bytes, times and entropy. Radios carry the frames, backends and phones the
 * reports; nothing here knows how.
 */
import type { Entropy } from '../core/entropy.ts';
import type { Db, Dbm, Seconds, UnixSeconds } from '../core/units.ts';

/** One received advertisement, by the receiver's clock. */
export interface Heard {
  readonly time: UnixSeconds;
  /** AD structures as they came. */
  readonly frame: Uint8Array;
  /** null where the radio gave none. */
  readonly rssi: Dbm | null;
}

export interface Broadcast {
  /** The ephemeral identifier in the frame. */
  readonly identifier: Uint8Array;
  readonly frame: Uint8Array;
}

/** What a phone keeps. S: its secrets, one a period. */
export interface Memory<R, S> {
  readonly registration: R;
  readonly secrets: readonly S[];
  readonly heard: readonly Heard[];
}

/** An advertisement of somebody who reported. */
export interface Contact {
  readonly time: UnixSeconds;
  /** null where RSSI or transmit power are unknown. */
  readonly attenuation: Db | null;
}

/**
 * R: what registration gives; S: what identifiers are made from for a while; Report: what somebody who is ill uploads. A
 * centralised system is made with its server's secrets, and `checkStatus` is then what the server works out.
 */
export interface TracingSystem<R = unknown, S = unknown, Report = unknown> {
  /** Its folder in src/protocol. */
  readonly name: string;
  readonly title: string;
  /** Who finds the contacts: the server (clause 7.1) or each phone (7.2). */
  readonly model: 'centralised' | 'decentralised';
  /** Shortest and longest time for which a phone uses an identifier; the address of its radio changes with it. */
  readonly rotation: readonly [Seconds, Seconds];

  register(entropy: Entropy): R;
  /** The secret from which identifiers are made at `time`; the same as one of `secrets` while that is valid. */
  setUpIdentifiers(memory: Memory<R, S>, time: UnixSeconds, entropy: Entropy): S;
  /** RangeError where the secret is not valid at `time`. Transmit power: whole dBm. */
  broadcast(secret: S, time: UnixSeconds, transmitPower: Dbm): Broadcast;
  /** The ephemeral identifier of a frame, or why it has none; never throws. */
  readIdentifier(frame: Uint8Array): Uint8Array | string;
  /** First and last second, by the receiver's clock, in which hearing a broadcast of `sent`, by the sender's, counts. */
  receptionWindow(sent: UnixSeconds): readonly [UnixSeconds, UnixSeconds];
  /** What may be uploaded at `now` about the time from `since` on. */
  report(memory: Memory<R, S>, since: UnixSeconds, now: UnixSeconds): Report;
  /** Contacts with those who reported, in the order in which they were heard; reports as they are published at `now`. */
  checkStatus(memory: Memory<R, S>, reports: readonly Report[], now: UnixSeconds): Promise<readonly Contact[]>;
}
