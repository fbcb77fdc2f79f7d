/** What the backend of the Corona-Warn-App is opened with. */
import type { ServicePorts } from '../service.ts';
import type { CwaRules } from './rules.ts';
import type { CwaOperations } from './store/operations.ts';

export interface CwaPorts extends ServicePorts<CwaOperations> {
  readonly rules: CwaRules;
}
