/** What a phone is and how its user has set it up; a new installation of the app changes nothing of it. */
import type { Entropy } from '../core/entropy.ts';
import { HARDWARE_BYTES } from '../protocol/wire/immuni/deviceToken.ts';
import type { BackgroundName } from './background.ts';

/** What the user can switch off. */
export const switches = ['bluetooth', 'permission', 'notifications'] as const;
export type Switch = (typeof switches)[number];

export interface PhoneProfile {
  readonly platform: 'ios' | 'android';
  /** Of the app. */
  readonly build: number;
  /** When the system lets it work. */
  readonly background: BackgroundName;
  /** Where the user lives; two capitals. */
  readonly province: string;
  /** Known to the maker only, 16 bytes. */
  readonly hardware: Uint8Array;
  /** permission: to use exposure notifications; notifications: to show any. */
  readonly on: Readonly<Record<Switch, boolean>>;
}

type Chosen = Pick<PhoneProfile, 'platform' | 'build' | 'province' | 'background'>;

export const newProfile = (chosen: Chosen, entropy: Entropy): PhoneProfile => ({
  ...chosen,
  hardware: entropy(HARDWARE_BYTES),
  on: { bluetooth: true, permission: true, notifications: true },
});

/** It sends identifiers and hears those of others. */
export const isInTheAir = ({ on }: PhoneProfile): boolean => on.bluetooth && on.permission;
