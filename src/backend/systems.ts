/** One line a system that enlab has a backend for. */
import { type CwaChoices, cwaRules } from './cwa/rules.ts';
import { openCwa } from './cwa/service.ts';
import { cwaStore } from './cwa/store/operations.ts';
import { type ImmuniChoices, immuniRules } from './immuni/rules.ts';
import { openImmuni } from './immuni/service.ts';
import { immuniStore } from './immuni/store/operations.ts';
import type { Behaviour } from './rules.ts';
import type { Service, ServicePorts } from './service.ts';
import type { SharedOperations, StoreDefinition } from './store/store.ts';

/** What is not as the behaviour says; each system takes its own, and nobody offers it that of another (cli). */
export type Choices = Omit<ImmuniChoices, 'delays'> &
  Omit<CwaChoices, 'delays'> & { readonly delays?: (ImmuniChoices & CwaChoices)['delays'] | 'double' | 'frozen' };

interface SystemPorts extends ServicePorts<SharedOperations> {
  readonly behaviour: Behaviour;
  readonly choices?: Choices;
}

interface System {
  readonly store: StoreDefinition<SharedOperations>;
  open(ports: SystemPorts): Promise<Service>;
}

const systems = {
  immuni: {
    store: immuniStore,
    open: ({ behaviour, choices, ...ports }) =>
      openImmuni({ ...ports, rules: { ...immuniRules[behaviour], ...(choices as ImmuniChoices) } }),
  },
  cwa: {
    store: cwaStore,
    open: ({ behaviour, choices, ...ports }) =>
      openCwa({ ...ports, rules: { ...cwaRules[behaviour], ...(choices as CwaChoices) } }),
  },
} as const satisfies Record<string, System>;

export type SystemName = keyof typeof systems;
export const systemNames = Object.keys(systems) as readonly SystemName[];

/** RangeError for a name that is not in the registry. */
export function systemNamed(name: string): System {
  if (!Object.hasOwn(systems, name)) throw new RangeError(`there is no backend of ${name}`);
  return systems[name as SystemName];
}
