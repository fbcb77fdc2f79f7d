/** What real phones of a town must know of their system: what it serves, what it decides itself, and how somebody uploads. */
import type { Choices, SystemName } from '../../backend/systems.ts';
import type { Entropy } from '../../core/entropy.ts';
import type { UtcDay } from '../../core/units.ts';
import type { PhoneMemory } from '../../device/memory.ts';
import type { PhonePorts } from '../../device/ports.ts';
import type { AppName } from '../../device/profile.ts';
import type { PhoneSystem, SyncOptions, Uploaded } from '../../device/system.ts';
import type { Hours } from '../../population/delivery.ts';
import type { Arm } from '../resolve.ts';
import type { Risk } from '../schema.ts';
import type { ScenarioServer } from '../server.ts';

export type Parameters = Arm['parameters'];

/** A parameter that real apps or servers decide themselves: what it says, what it must say, and why. */
export interface Demand {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly wanted: string | number | boolean;
  readonly because: string;
}

/** Somebody who was tested. */
export interface Uploader {
  readonly memory: PhoneMemory;
  readonly entropy: Entropy;
  readonly app: PhoneSystem;
  readonly options: SyncOptions;
  /** At the time at hand. */
  readonly ports: PhonePorts;
  readonly server: ScenarioServer;
}

/** The code of a test is scanned when the sample is taken, and reported when the result is there. */
export interface Laboratory {
  newCode(entropy: Entropy): string;
  scan(code: string, uploader: Uploader): Promise<PhoneMemory>;
  report(code: string, server: ScenarioServer): Promise<void>;
}

export interface TownSystem {
  readonly server: SystemName;
  /** Models of rules that its settings hold; each is that of one version of the app. */
  readonly apps: readonly AppName[];
  /** From one publication of the server to the next. */
  readonly batchHours: Hours;
  /** Whether the app has something to send on the day after an upload, or tries to. */
  readonly followsUp: boolean;
  /** Header of requests that is 1 where they carry nothing. */
  readonly dummyHeader: string;
  demands(parameters: Parameters): readonly Demand[];
  /** What the server is told apart from the documented behaviour. */
  choices(parameters: Parameters): Choices;
  /** What it serves from its start on. Throws E-FILE-INVALID for what no phone of a town reads, E-LOSSY for what no settings hold. */
  settings(source: NonNullable<Risk['source']>): Readonly<Record<string, unknown>>;
  /** The same as documents, each of which a running server takes. */
  documents(settings: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[];
  /** Absent: apps know nothing of tests. */
  readonly laboratory?: Laboratory;
  /** What the user and operators do, and the app at the end. */
  upload(uploader: Uploader, onset: UtcDay): Promise<Uploaded>;
}
