/** One line a system that enlab has a backend for. */
import type { Clock } from '../core/clock.ts';
import type { Entropy } from '../core/entropy.ts';
import type { AnalyticsMode } from './immuni/analytics/rights.ts';
import { immuniRules } from './immuni/rules.ts';
import { openImmuni } from './immuni/service.ts';
import { immuniStore } from './immuni/store/operations.ts';
import type { Behaviour } from './rules.ts';
import type { Secrets } from './secrets.ts';
import type { Service } from './service.ts';
import type { Operations, Store, StoreDefinition } from './store/store.ts';

/** What every system is opened with. */
export interface SystemPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly store: Store<Operations>;
  readonly secrets: Secrets;
  readonly behaviour: Behaviour;
  /** The document that phones get. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Regions whose operators may authorise codes while a system is tried out; absent: all. */
  readonly pilotRegions?: readonly string[];
  /** Who may send operational info; absent: by the behaviour. */
  readonly analytics?: AnalyticsMode;
}

interface System {
  readonly store: StoreDefinition<Operations>;
  open(ports: SystemPorts): Promise<Service>;
}

const systems = {
  immuni: {
    store: immuniStore,
    open: ({ behaviour, analytics, ...ports }) =>
      openImmuni({ ...ports, rules: { ...immuniRules[behaviour], ...(analytics && { analytics }) } }),
  },
} as const satisfies Record<string, System>;

export type SystemName = keyof typeof systems;
export const systemNames = Object.keys(systems) as readonly SystemName[];

/** RangeError for a name that is not in the registry. */
export function systemNamed(name: string): System {
  if (!Object.hasOwn(systems, name)) throw new RangeError(`there is no backend of ${name}`);
  return systems[name as SystemName];
}
