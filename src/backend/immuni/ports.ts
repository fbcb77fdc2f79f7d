/** What Immuni's backend is opened with. */
import type { ServicePorts } from '../service.ts';
import type { ImmuniRules } from './rules.ts';
import type { ImmuniOperations } from './store/operations.ts';

export interface ImmuniPorts extends ServicePorts<ImmuniOperations> {
  readonly rules: ImmuniRules;
}
