/** One line a system that enlab has a backend for. */
import type { AnalyticsMode } from './immuni/analytics/rights.ts';
import { immuniRules } from './immuni/rules.ts';
import { openImmuni } from './immuni/service.ts';
import { immuniStore } from './immuni/store/operations.ts';
import type { TransmissionRisks } from './immuni/transmissionRisk.ts';
import type { Behaviour } from './rules.ts';
import type { Service, ServicePorts } from './service.ts';
import type { SharedOperations, StoreDefinition } from './store/store.ts';

interface SystemPorts extends ServicePorts<SharedOperations> {
  readonly behaviour: Behaviour;
  /** Who may send operational info; absent: by the behaviour. */
  readonly analytics?: AnalyticsMode;
  /** Levels of published keys; absent: as deployed. */
  readonly transmissionRisks?: TransmissionRisks;
}

interface System {
  readonly store: StoreDefinition<SharedOperations>;
  open(ports: SystemPorts): Promise<Service>;
}

const systems = {
  immuni: {
    store: immuniStore,
    open: ({ behaviour, analytics, transmissionRisks = {}, ...ports }) =>
      openImmuni({
        ...ports,
        transmissionRisks,
        rules: { ...immuniRules[behaviour], ...(analytics && { analytics }) },
      }),
  },
} as const satisfies Record<string, System>;

export type SystemName = keyof typeof systems;
export const systemNames = Object.keys(systems) as readonly SystemName[];

/** RangeError for a name that is not in the registry. */
export function systemNamed(name: string): System {
  if (!Object.hasOwn(systems, name)) throw new RangeError(`there is no backend of ${name}`);
  return systems[name as SystemName];
}
