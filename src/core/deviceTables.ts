/**
 * Calibration of phone models at three dates, as Google published them for the framework: [rx, tx] in dB and dBm.
 * 200613: "EN Calibration June 13th.csv" (doug-leith/dublintram_gaen_dataset); 200813 and 201214: the tables that
 * DP-3T bt-measurements used. Only the models of the public traces are kept; --device-table FILE reads a whole table.
 */

/** rx is added to a phone's RSSI; tx is what an iPhone at 0 m would be said to hear of it. */
export type Calibration = readonly [rx: number, tx: number];

const samsungIn200613: Calibration = [-3, -24];
const samsungIn200813: Calibration = [5, -24];

export const builtInTables = {
  '200613': {
    'SM-G973F': samsungIn200613,
    'SM-G970F': samsungIn200613,
    'SM-A405FN': samsungIn200613,
    'SM-A515F': samsungIn200613,
    'SM-A908B': samsungIn200613,
    'SM-G981B': samsungIn200613,
  },
  '200813': {
    'SM-G973F': samsungIn200813,
    'SM-G970F': samsungIn200813,
    'SM-A405FN': samsungIn200813,
    'SM-A515F': samsungIn200813,
    'SM-A908B': samsungIn200813,
    'SM-G981B': samsungIn200813,
  },
  '201214': {
    'SM-G973F': [2, -29],
    'SM-G970F': [5, -25],
    'SM-A405FN': [2, -23],
    'SM-A515F': [2, -28],
    'SM-A908B': [5, -25],
    'SM-G981B': [5, -25],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Calibration>>>>;

export type BuiltInTable = keyof typeof builtInTables;
