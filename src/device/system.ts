/** What the app of a tracing system does on a phone, under the same names for every system (systems.ts lists them). */
import type { Seconds, UnixSeconds } from '../core/units.ts';
import type { VerificationKey } from '../protocol/export/signature.ts';
import type { Symptoms } from '../protocol/wire/cwa/transmissionRisk.ts';
import type { PhoneFault } from './cover.ts';
import type { TestState } from './cwa/memory.ts';
import type { PhoneMemory } from './memory.ts';
import type { PhonePorts } from './ports.ts';
import type { PhoneProfile } from './profile.ts';
import type { Servers } from './servers.ts';

export interface SyncOptions {
  readonly servers: Servers;
  readonly profile: PhoneProfile;
  /** Why the framework may not be called this time; absent: it may. */
  readonly hold?: string;
  /** Files must verify with one of them; absent: no signature is checked. */
  readonly publicKeys?: readonly VerificationKey[];
  /** Whether keys that were published too early are ignored, as the framework does it (default). */
  readonly embargo?: boolean;
  /** What a tester has broken. */
  readonly fault?: PhoneFault | undefined;
}

export interface Synced {
  readonly memory: PhoneMemory;
  /** Key files that were looked at, and those that were refused, with the reason. */
  readonly files: readonly string[];
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
  /** Why none was looked at, though there may be some. */
  readonly held?: string;
  /** What did not work beside. */
  readonly remarks: readonly string[];
  /** Until the next background run. */
  readonly period: Seconds;
}

export interface UploadOptions extends SyncOptions {
  /** What the operator authorised, as the app shows it; of systems that register a code before: absent. */
  readonly code?: string | undefined;
  readonly symptoms: Symptoms;
}

export interface Uploaded {
  readonly memory: PhoneMemory;
  /** Why nothing was sent; absent: the server has the keys. The user may try again. */
  readonly refusal?: string;
  readonly keys: number;
}

export interface PhoneSystem {
  /** The code of a test or of the hotline, before any upload. Throws E-USAGE in systems without, E-SERVER if refused. */
  register(before: PhoneMemory, code: string, options: SyncOptions, ports: PhonePorts): Promise<PhoneMemory>;
  /** What the phone knows of the registered test; null: none is registered. */
  testState(memory: PhoneMemory): TestState | null;
  /** What the user has learnt in between, beside exposures. */
  readonly news: (before: PhoneMemory, after: PhoneMemory) => readonly string[];
  /** Looks for new keys and the like, as an app does that is opened. Throws E-SERVER; nothing has then changed. */
  sync(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Synced>;
  /** The same in the background, with what an app does there beside. */
  run(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<Synced>;
  /** Throws E-SERVER and E-USAGE. */
  upload(before: PhoneMemory, options: UploadOptions, ports: PhonePorts): Promise<Uploaded>;
  /** When the next dummy, or what takes its place, is due; null: none is planned. */
  coverDue(memory: PhoneMemory, options: SyncOptions): UnixSeconds | null;
  /** Sends it, and plans the next. */
  cover(before: PhoneMemory, options: SyncOptions, ports: PhonePorts): Promise<PhoneMemory>;
}
