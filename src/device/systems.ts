/** Which apps there are: the one line that a new system adds. */
import { cwaSystem } from './cwa/system.ts';
import { immuniSystem } from './immuni/system.ts';
import type { AppName, PhoneProfile } from './profile.ts';
import type { PhoneSystem } from './system.ts';

const systems: Readonly<Record<AppName, PhoneSystem>> = {
  immuni: immuniSystem,
  'cwa-v1': cwaSystem,
  'cwa-v2': cwaSystem,
};

export const systemOf = ({ app }: Pick<PhoneProfile, 'app'>): PhoneSystem => systems[app];
