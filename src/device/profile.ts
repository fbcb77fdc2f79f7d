/** What a phone is and how its user has set it up; a new installation of the app changes nothing of it. */
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient } from '../core/httpClient.ts';
import { HARDWARE_BYTES } from '../protocol/wire/immuni/deviceToken.ts';
import { type BackgroundName, DETECTIONS_A_DAY, type ScheduleName } from './background.ts';
import type { TrafficName } from './cover.ts';

/** Which app it is; the Corona-Warn-App judges by another framework since version 1.9 (November 2020). */
export const appNames = ['immuni', 'cwa-v1', 'cwa-v2'] as const;
export type AppName = (typeof appNames)[number];

/** What the user can switch off; framework: off where the operating system is too old for exposure notifications. */
export const switches = ['bluetooth', 'permission', 'notifications', 'network', 'framework'] as const;
export type Switch = (typeof switches)[number];

export interface PhoneProfile {
  readonly app: AppName;
  readonly platform: 'ios' | 'android';
  /** Of the app. */
  readonly build: number;
  /** When the system lets it work. */
  readonly background: BackgroundName;
  /** When the app asks to be run again. */
  readonly schedule: ScheduleName;
  /** How it hides what its user does. */
  readonly traffic: TrafficName;
  /** Calls of the framework that the system allows in a UTC day. */
  readonly detectionsADay: number;
  /** Where the user lives; two capitals. */
  readonly province: string;
  /** Known to the maker only, 16 bytes. */
  readonly hardware: Uint8Array;
  /** permission: to use exposure notifications; notifications: to show any. */
  readonly on: Readonly<Record<Switch, boolean>>;
}

type Chosen = Omit<PhoneProfile, 'hardware' | 'on' | keyof typeof usual> & Partial<typeof usual>;

const usual: Pick<PhoneProfile, 'app' | 'schedule' | 'traffic' | 'detectionsADay'> = {
  app: 'immuni',
  schedule: 'immuni',
  traffic: 'deployed',
  detectionsADay: DETECTIONS_A_DAY,
};

export const newProfile = (chosen: Chosen, entropy: Entropy): PhoneProfile => ({
  ...usual,
  ...chosen,
  hardware: entropy(HARDWARE_BYTES),
  on: { bluetooth: true, permission: true, notifications: true, network: true, framework: true },
});

/** It sends identifiers and hears those of others. */
export const isInTheAir = ({ on }: PhoneProfile): boolean => on.bluetooth && whyNoDetection({ on }) === undefined;

/** Why the framework does not work at all; undefined: it does. */
export function whyNoDetection({ on }: Pick<PhoneProfile, 'on'>): string | undefined {
  if (!on.framework) return 'the operating system has no exposure notifications';
  return on.permission ? undefined : 'exposure notifications are switched off';
}

/** How the phone reaches servers. */
export const networkOf = ({ on }: Pick<PhoneProfile, 'on'>, http: HttpClient): HttpClient =>
  on.network
    ? http
    : () =>
        Promise.reject(
          new EnlabError('E-SERVER', 'the phone is offline', {
            hint: 'it is switched on with "device set network=on"',
          }),
        );
