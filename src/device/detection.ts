/** From downloaded keys to exposures, as the framework finds them: matching, attenuations, one exposure a key and day. */
import { type Exposure, isSilent } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { Sighting } from '../core/records.ts';
import { utcDayOf } from '../core/time.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import { attenuationsOf, BeaconColumns } from '../protocol/gaen/beacons.ts';
import { EMBARGO_INTERVALS, intervalOf } from '../protocol/gaen/intervals.ts';
import { type KeyTable, keyAt } from '../protocol/gaen/keyTable.ts';
import { match } from '../protocol/gaen/matching/match.ts';
import { Assembler } from '../risk/assemble.ts';
import type { HeardBeacon } from './memory.ts';

/** Silence that ends a scan: a scan of the framework lasts four seconds, the next comes minutes later. */
const SCAN_GAP: Seconds = 25.5;

/** Exposures to the owners of keys that a server published at `publishedAt`, oldest first. */
export async function detect(
  keys: KeyTable,
  heard: readonly HeardBeacon[],
  { publishedAt, now }: { readonly publishedAt: UnixSeconds; readonly now: UnixSeconds },
): Promise<readonly Exposure[]> {
  const columns = new BeaconColumns();
  for (const { time, ...beacon } of heard) columns.add({ ...beacon, interval: intervalOf(time) });
  const beacons = columns.columns();
  const published = new Uint32Array(keys.length).fill(intervalOf(publishedAt));
  const { matches } = await match(keys, beacons, { embargo: { intervals: EMBARGO_INTERVALS, publishedAt: published } });
  const attenuations = attenuationsOf(keys, beacons, matches);
  const sightings = Array.from(matches.sightingRow, (row, m): Sighting => {
    const { time, rssi } = heard[row]!;
    const attenuation = Number.isNaN(attenuations[m]) ? undefined : attenuations[m];
    const transmitter = `${matches.keyRow[m]}`;
    return { type: 'sighting', time, receiver: 'this phone', transmitter, ...defined({ rssi, attenuation }) };
  }).toSorted((a, b) => a.time - b.time);
  return assembled(sightings).map((exposure) =>
    defined({
      ...exposure,
      transmitter: undefined,
      transmissionLevel: keyAt(keys, Number(exposure.transmitter)).transmissionRiskLevel,
      daysSinceExposure: utcDayOf(now) - exposure.day!,
    }),
  );
}

const attenuationOf = ({ attenuation }: Sighting) => attenuation ?? null;

/** Without those of which no signal strength is known: no model can judge them. */
function assembled(sightings: readonly Sighting[]): readonly Exposure[] {
  const assembler = new Assembler({ scanGap: SCAN_GAP, episodes: false, scenario: '', attenuationOf });
  return [...assembler.add(sightings), ...assembler.finish()].filter((exposure) => !isSilent(exposure));
}
