/** A phone of a story and its user, and what checks may ask of them. */
import { type Entropy, keyedEntropy } from '../../core/entropy.ts';
import { defined } from '../../core/object.ts';
import type { Db, Seconds, UnixSeconds } from '../../core/units.ts';
import { rssiAt } from '../../device/heard.ts';
import { type Near, POWER } from '../../device/meeting.ts';
import { newMemory, type PhoneMemory } from '../../device/memory.ts';
import { type AppName, newProfile, type PhoneProfile } from '../../device/profile.ts';
import { compared, type SteadyClock, switchedOn } from '../../device/steadyClock.ts';
import type { Figures } from '../figures.ts';
import type { Story } from './resolve.ts';
import type { Step } from './schema.ts';

/** A phone, its user, and what happened to both. */
export interface Actor {
  readonly name: string;
  profile: PhoneProfile;
  readonly framework: NonNullable<Story['actors'][string]['framework']>;
  memory: PhoneMemory;
  /** How far its clock is ahead. */
  ahead: Seconds;
  /** Absent: it goes by the clock that shows the time. */
  steadyClock: SteadyClock | undefined;
  readonly entropy: Entropy;
  /** By its own clock, up to which it has lived. */
  lived: UnixSeconds;
  /** Code of a test or of an operator. */
  code: string | undefined;
  files: number;
  refusedFiles: number;
  /** Keys of the last upload, uploads, and what a server or the app refused. */
  uploaded: number;
  uploads: number;
  refusals: number;
}

const APPS = { immuni: 'immuni', cwa: 'cwa-v1' } as const satisfies Record<Story['system'], AppName>;

/** As it is at the begin of a story. */
export function newActor(
  name: string,
  { app, clock = 0, off = [], framework = {} }: Story['actors'][string],
  { system, begin, seed }: Story,
): Actor {
  const entropy = keyedEntropy(seed, `actor ${name}`);
  const own = app ?? APPS[system];
  const schedule = system === 'immuni' ? 'immuni' : 'cwa';
  const profile = newProfile(
    { app: own, platform: 'android', build: 1, province: 'MI', background: 'ideal', schedule },
    entropy,
  );
  const steadyClock = framework.steadyClock ? switchedOn(begin + clock) : undefined;
  const phone = { name, profile, framework, memory: newMemory(), ahead: clock, steadyClock, entropy };
  const counts = { files: 0, refusedFiles: 0, uploaded: 0, uploads: 0, refusals: 0 };
  const actor = { ...phone, lived: begin + clock, code: undefined, ...counts };
  switchOn(actor, { off, on: [] });
  return actor;
}

/** The user switches things off and on. */
export function switchOn(actor: Actor, { off, on }: Pick<Extract<Step, { verb: 'switch' }>, 'off' | 'on'>): void {
  const changed = [...off.map((name) => [name, false] as const), ...on.map((name) => [name, true] as const)];
  actor.profile = { ...actor.profile, on: { ...actor.profile.on, ...Object.fromEntries(changed) } };
}

/** Somebody sets the clock of a phone. It has lived as long as before. */
export function setClock(actor: Actor, ahead: Seconds): void {
  actor.lived += ahead - actor.ahead;
  actor.ahead = ahead;
}

/** Where it hears others; a steady clock that runs since `begin` notices here that the other was set. */
export function nearOf(actor: Actor, { now, begin }: { now: UnixSeconds; begin: UnixSeconds }): Near {
  const [memory, time] = [actor.memory, now + actor.ahead];
  if (!actor.steadyClock) return { memory, time };
  const { clock, stamp } = compared(actor.steadyClock, { time, running: now - begin });
  actor.steadyClock = clock;
  return { memory, time, stamp };
}

/** Lowest attenuation of what was heard; null: nothing was. */
function nearestIn(heard: PhoneMemory['heard']): Db | null {
  let strongest: number | null = null;
  for (let row = 0; row < heard.length; row++) {
    const rssi = rssiAt(heard, row);
    if (rssi !== null && (strongest === null || rssi > strongest)) strongest = rssi;
  }
  return strongest === null ? null : POWER - strongest;
}

/** What checks may ask of somebody. */
export function factsOf({ memory, steadyClock, ...actor }: Actor, begin: UnixSeconds): Figures {
  const { notification, exposures, windows, keys, heard, cwa } = memory;
  return defined({
    notified: notification === null ? 0 : 1,
    shown: notification?.shown ? 1 : 0,
    score: Math.max(0, notification?.score ?? 0, ...exposures.map(({ score }) => score)),
    /** Hours after the begin, by the clock of the phone. */
    notifiedAfter: notification === null ? null : (notification.time - begin) / 3600,
    exposures: exposures.length,
    minutes: exposures.reduce((sum, { minutes }) => sum + minutes, 0),
    windows: windows.length,
    keys: keys.length,
    heard: heard.length,
    nearest: nearestIn(heard),
    uploaded: actor.uploaded,
    uploads: actor.uploads,
    refusals: actor.refusals,
    files: actor.files,
    refusedFiles: actor.refusedFiles,
    followedUp: cwa.test?.submitted?.followUp === 'done' ? 1 : 0,
    clockJumps: steadyClock?.jumps,
  });
}
