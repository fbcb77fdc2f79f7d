/** What Immuni's backend is opened with. */
import type { Clock } from '../../core/clock.ts';
import type { Entropy } from '../../core/entropy.ts';
import type { Secrets } from '../secrets.ts';
import type { Store } from '../store/store.ts';
import type { ImmuniRules } from './rules.ts';
import type { ImmuniOperations } from './store/operations.ts';

export interface ImmuniPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly store: Store<ImmuniOperations>;
  readonly secrets: Secrets;
  readonly rules: ImmuniRules;
  /** The document that phones get; the same for both platforms and all builds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** In the pilot phase: regions whose operators may authorise passwords. */
  readonly pilotRegions?: readonly string[];
}
