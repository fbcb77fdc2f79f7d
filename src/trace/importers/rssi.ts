import type { Dbm } from '../../core/units.ts';

/** What a radio can report (datasets.md 3): rows outside are rejected and counted. */
export const rssiProblem = (rssi: Dbm): string | undefined =>
  rssi >= -110 && rssi <= 0 ? undefined : 'RSSI outside -110..0 dBm';
