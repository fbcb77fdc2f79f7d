/** The level that a published key gets, by how many days after the first symptoms it was in use. */
import type { UtcDay } from '../core/units.ts';

/** Day since the first symptoms -> 1..8. Days that are not named have the level that was deployed. */
export type TransmissionRisks = Readonly<Record<number, number>>;

/** Every published key, as deployed (backend spec A2: the risk model of Immuni has one level for all). */
const DEPLOYED = 8;

export const transmissionRisk = (risks: TransmissionRisks, day: UtcDay, onset: UtcDay): number =>
  risks[day - onset] ?? DEPLOYED;
