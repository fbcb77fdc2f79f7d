/** Which systems real phones of towns may run: the one line that a new one adds. */
import { EnlabError } from '../../core/errors.ts';
import type { AppName } from '../../device/profile.ts';
import type { Risk } from '../schema.ts';
import { cwaTown } from './cwa.ts';
import { immuniTown } from './immuni.ts';
import type { TownSystem } from './system.ts';

const systems: readonly TownSystem[] = [immuniTown, cwaTown];

/** The app that judges by a rule, its system, and what its server serves. */
export interface Served {
  readonly app: AppName;
  readonly system: TownSystem;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Throws E-FILE-INVALID for a rule of none of the apps, E-LOSSY where an app would read another one out of its settings. */
export function servedRule({ name, source }: Risk): Served {
  for (const system of systems) {
    const app = system.apps.find((one) => one === source?.model);
    if (source && app !== undefined) return { app, system, settings: system.settings(source) };
  }
  const apps = systems.flatMap((system) => system.apps).join(', ');
  throw new EnlabError('E-FILE-INVALID', `no app that real phones run has settings for the rule ${name}`, {
    hint: `take a parameter set of ${apps}, or what "enlab calibrate export" writes for one of them`,
  });
}
