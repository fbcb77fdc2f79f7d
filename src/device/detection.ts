/** From downloaded keys to exposures, as the framework finds them: matching, attenuations, one exposure a key and day. */
import { type Exposure, isSilent, type Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { ExposureWindow, Sighting } from '../core/records.ts';
import { utcDayOf } from '../core/time.ts';
import type { Db, Seconds, UnixSeconds } from '../core/units.ts';
import { attenuationsOf } from '../protocol/gaen/beacons.ts';
import { EMBARGO_INTERVALS, intervalOf } from '../protocol/gaen/intervals.ts';
import { type DiagnosisKey, reportTypes } from '../protocol/gaen/keys.ts';
import { type KeyTable, keyAt } from '../protocol/gaen/keyTable.ts';
import { match } from '../protocol/gaen/matching/match.ts';
import { Assembler } from '../risk/assemble.ts';
import { windowsOf } from '../risk/windows.ts';
import { beaconColumns, type Heard, rssiAt, sinceScanAt } from './heard.ts';
import { type TimedSighting, timedExposures } from './timedScans.ts';

/** Silence that ends a scan: a scan of the framework lasts four seconds, the next comes minutes later. */
const SCAN_GAP: Seconds = 25.5;

/** What enlab takes where a key says nothing; apps configure it (Google, DiagnosisKeysDataMapping). */
const CONFIRMED_TEST = reportTypes.indexOf('CONFIRMED_TEST');
const STANDARD = 1;

/** What the second version of the framework reports of the same exposures, in an order that says nothing of their times. */
export const exposureWindows = (exposures: readonly Exposure[]): readonly ExposureWindow[] =>
  exposures
    .flatMap(windowsIn)
    .toSorted((a, b) => a.day - b.day || (JSON.stringify(a.scans) < JSON.stringify(b.scans) ? -1 : 1));

/** Those of one exposure, in the order of time. */
export const windowsIn = (exposure: Exposure): readonly ExposureWindow[] =>
  windowsOf(exposure).map((slices) => windowOf(exposure, slices));

const windowOf = (
  { day, reportType = CONFIRMED_TEST, infectiousness = STANDARD }: Exposure,
  slices: readonly Slice[],
) =>
  defined({
    type: 'window' as const,
    day: day!,
    reportType,
    infectiousness,
    scans: slices.map(({ seconds, low, min = low }) => ({
      seconds,
      typical: Math.round(low),
      min: Math.round(min),
    })),
  });

export interface Detected {
  readonly exposure: Exposure;
  readonly keyData: Uint8Array;
}

/**
 * Exposures to the owners of keys that a server published at `publishedAt`, oldest first. Without `embargo` keys count that
 * were published while phones still accepted their identifiers, and so what somebody made of them (identifiers.md 5, S5).
 */
export async function detect(
  keys: KeyTable,
  heard: Heard,
  { publishedAt, now, embargo = true }: { publishedAt: UnixSeconds; now: UnixSeconds; embargo?: boolean | undefined },
): Promise<readonly Detected[]> {
  const beacons = beaconColumns(heard);
  const published = new Uint32Array(keys.length).fill(intervalOf(publishedAt));
  const rule = { embargo: { intervals: EMBARGO_INTERVALS, publishedAt: published } };
  const { matches } = await match(keys, beacons, embargo ? rule : {});
  if (matches.length === 0) return [];
  const attenuations = attenuationsOf(keys, beacons, matches);
  const matched = Array.from(matches.sightingRow, (row, m): Matched => {
    return { row, transmitter: `${matches.keyRow[m]}`, attenuation: attenuations[m]! };
  });
  return exposuresTo(heard, matched).map((exposure) => {
    const key = keyAt(keys, Number(exposure.transmitter));
    const daysSinceExposure = utcDayOf(now) - exposure.day!;
    return {
      exposure: defined({ ...exposure, transmitter: undefined, ...ofKey(key), daysSinceExposure }),
      keyData: key.keyData,
    };
  });
}

/** A row that belongs to a key. */
interface Matched {
  readonly row: number;
  /** Row of the key. */
  readonly transmitter: string;
  /** NaN: no signal strength is known. */
  readonly attenuation: Db;
}

/** A phone notes how long ago the last scan was with all that it hears, or with nothing: else gaps between sightings tell it. */
function exposuresTo(heard: Heard, matched: readonly Matched[]): readonly Exposure[] {
  const timed = matched.flatMap(({ row, transmitter, attenuation }): TimedSighting | [] => {
    const sinceScan = sinceScanAt(heard, row);
    if (sinceScan === undefined || Number.isNaN(attenuation)) return [];
    return { time: heard.times[row]!, transmitter, attenuation, sinceScan };
  });
  const untimed = matched.filter(({ row }) => sinceScanAt(heard, row) === undefined);
  return [...timedExposures(timed), ...untimedExposures(heard, untimed)];
}

/** A scan lasts since the one before, whoever was heard in it. */
function untimedExposures(heard: Heard, matched: readonly Matched[]): readonly Exposure[] {
  if (matched.length === 0) return [];
  const known = new Set(matched.map(({ row }) => row));
  const others = Array.from({ length: heard.length }, (_, row) => row)
    .filter((row) => !known.has(row))
    .map((row) => sightingOf(heard, { row, transmitter: SOMEBODY, attenuation: Number.NaN }));
  const sightings = [...matched.map((one) => sightingOf(heard, one)), ...others];
  return assembled(sightings.toSorted((one, other) => one.time - other.time));
}

/** Whose key the file does not have. */
const SOMEBODY = 'somebody';

function sightingOf(heard: Heard, { row, transmitter, attenuation }: Matched): Sighting {
  const [time, rssi] = [heard.times[row]!, rssiAt(heard, row)];
  const known = Number.isNaN(attenuation) ? undefined : attenuation;
  return { type: 'sighting', time, receiver: 'this phone', transmitter, ...defined({ rssi, attenuation: known }) };
}

const ofKey = ({ transmissionRiskLevel: transmissionLevel, reportType }: DiagnosisKey) =>
  defined({ transmissionLevel, reportType: reportType && reportTypes.indexOf(reportType) });

const attenuationOf = ({ attenuation }: Sighting) => attenuation ?? null;

/** Of keys, without those of which no signal strength is known: no model can judge them. */
function assembled(sightings: readonly Sighting[]): readonly Exposure[] {
  const assembler = new Assembler({ scanGap: SCAN_GAP, episodes: false, scenario: '', attenuationOf });
  return [...assembler.add(sightings), ...assembler.finish()].filter(
    (exposure) => exposure.transmitter !== SOMEBODY && !isSilent(exposure),
  );
}
