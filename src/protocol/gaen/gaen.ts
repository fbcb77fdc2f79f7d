/** Exposure notification of Apple and Google as one of the tracing systems. */
import type { Entropy } from '../../core/entropy.ts';
import type { Dbm, UnixSeconds } from '../../core/units.ts';
import type { Broadcast, Contact, Memory, TracingSystem } from '../tracingSystem.ts';
import { attenuationsOf, BeaconColumns } from './beacons.ts';
import { encodeFrame, type FrameProfile, parseFrame } from './frame.ts';
import { rollingProximityIdentifier } from './identifiers.ts';
import { CLOCK_TOLERANCE_INTERVALS, EMBARGO_INTERVALS, intervalOf, SECONDS_PER_INTERVAL, timeOf } from './intervals.ts';
import {
  associatedEncryptedMetadataKey,
  isValidAt,
  newKey,
  rollingProximityIdentifierKey,
  type TemporaryExposureKey,
} from './keys.ts';
import { keyTableOf } from './keyTable.ts';
import { match } from './matching/match.ts';
import { cryptMetadata, encodeMetadata, version10 } from './metadata.ts';

type GaenMemory = Memory<null, TemporaryExposureKey>;
type Gaen = TracingSystem<null, TemporaryExposureKey, readonly TemporaryExposureKey[]>;

/** Phones of one kind: iPhones and Android phones differ in the frame alone. */
export const gaen = (profile: FrameProfile = 'ios'): Gaen => ({
  name: 'gaen',
  title: 'Exposure Notification of Apple and Google, v1.2',
  model: 'decentralised',
  // "Between 10 and 20 minutes": Bluetooth Specification v1.2, "Privacy"; the identifier is that of the moment it changes.
  rotation: [SECONDS_PER_INTERVAL, 2 * SECONDS_PER_INTERVAL],
  // Nobody registers: a phone that never reports tells the server nothing.
  register: () => null,
  setUpIdentifiers,
  broadcast: (key, time, transmitPower) => broadcast(key, time, transmitPower, profile),
  readIdentifier(frame) {
    const beacon = parseFrame(frame);
    return typeof beacon === 'string' ? beacon : beacon.identifier;
  },
  // Whole intervals are compared: two hours before the interval begins, until two hours after it ends.
  receptionWindow(sent) {
    const interval = intervalOf(sent);
    const [first, last] = [interval - CLOCK_TOLERANCE_INTERVALS, interval + CLOCK_TOLERANCE_INTERVALS];
    return [timeOf(first), timeOf(last + 1) - 1];
  },
  report,
  checkStatus,
});

function setUpIdentifiers({ secrets }: GaenMemory, time: UnixSeconds, entropy: Entropy): TemporaryExposureKey {
  const interval = intervalOf(time);
  return secrets.find((key) => isValidAt(key, interval)) ?? newKey(interval, entropy);
}

interface DerivedKeys {
  readonly identifierKey: Uint8Array;
  readonly metadataKey: Uint8Array;
}

/** A key sends 144 identifiers: what it takes is derived once, and goes with the key. */
const derived = new WeakMap<TemporaryExposureKey, DerivedKeys>();

function derivedKeys(key: TemporaryExposureKey): DerivedKeys {
  const known = derived.get(key);
  if (known) return known;
  const identifierKey = rollingProximityIdentifierKey(key.keyData);
  const keys = { identifierKey, metadataKey: associatedEncryptedMetadataKey(key.keyData) };
  derived.set(key, keys);
  return keys;
}

function broadcast(key: TemporaryExposureKey, time: UnixSeconds, transmitPower: Dbm, profile: FrameProfile): Broadcast {
  const interval = intervalOf(time);
  if (!isValidAt(key, interval)) throw new RangeError(`the key is not valid in interval ${interval}`);
  const { identifierKey, metadataKey } = derivedKeys(key);
  const identifier = rollingProximityIdentifier(identifierKey, interval);
  const encryptedMetadata = cryptMetadata(metadataKey, identifier, encodeMetadata(version10(transmitPower)));
  return { identifier, frame: encodeFrame({ identifier, encryptedMetadata }, profile) };
}

/** Keys that were in use from `since` on and whose identifiers no phone accepts any more. */
const report = ({ secrets }: GaenMemory, since: UnixSeconds, now: UnixSeconds): readonly TemporaryExposureKey[] =>
  secrets.filter(({ rollingStartIntervalNumber, rollingPeriod }) => {
    const end = rollingStartIntervalNumber + rollingPeriod;
    return end > intervalOf(since) && end + EMBARGO_INTERVALS <= intervalOf(now);
  });

/** What the phone finds when it downloads the keys that are published at `now`. */
async function checkStatus(
  { heard }: GaenMemory,
  reports: readonly (readonly TemporaryExposureKey[])[],
  now: UnixSeconds,
): Promise<readonly Contact[]> {
  const columns = new BeaconColumns();
  const times: UnixSeconds[] = [];
  for (const { time, frame, rssi } of heard) {
    const beacon = parseFrame(frame);
    if (typeof beacon === 'string') continue;
    columns.add({ ...beacon, interval: intervalOf(time), rssi });
    times.push(time);
  }
  const beacons = columns.columns();
  const keys = keyTableOf(reports.flat());
  const publishedAt = new Uint32Array(keys.length).fill(intervalOf(now));
  const { matches } = await match(keys, beacons, { embargo: { intervals: EMBARGO_INTERVALS, publishedAt } });
  const attenuations = attenuationsOf(keys, beacons, matches);
  return Array.from(matches.sightingRow, (row, m) => ({
    time: times[row]!,
    attenuation: Number.isNaN(attenuations[m]) ? null : attenuations[m]!,
  })).toSorted((a, b) => a.time - b.time);
}
