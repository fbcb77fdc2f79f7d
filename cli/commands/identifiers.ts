/** identifiers: everything that is derived from a temporary exposure key, to compare with what a phone or a scanner shows. */
import { InvalidArgumentError, Option } from 'commander';
import { toHex } from '../../src/core/bytes.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { isoTime } from '../../src/core/time.ts';
import type { UnixSeconds } from '../../src/core/units.ts';
import { encodeFrame, type FrameProfile, frameProfiles } from '../../src/protocol/gaen/frame.ts';
import { rollingProximityIdentifier } from '../../src/protocol/gaen/identifiers.ts';
import {
  dayStart,
  type ENInterval,
  INTERVALS_PER_DAY,
  intervalOf,
  LAST_INTERVAL,
  timeOf,
} from '../../src/protocol/gaen/intervals.ts';
import {
  associatedEncryptedMetadataKey,
  KEY_BYTES,
  rollingProximityIdentifierKey,
} from '../../src/protocol/gaen/keys.ts';
import { cryptMetadata, encodeMetadata, version10 } from '../../src/protocol/gaen/metadata.ts';
import { isSimulatedKey } from '../../src/protocol/gaen/simulatedKeys.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { withDestinations } from '../files.ts';
import { bytes, instant, integer } from '../options/values.ts';
import type { IdentifiersResult } from '../schemas.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

interface Flags extends ShowFlags {
  readonly tek: Uint8Array;
  readonly at: UnixSeconds;
  readonly count: number;
  readonly txPower: number;
  readonly profile: FrameProfile;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .addOption(
      new Option('--tek <key>', 'temporary exposure key: 16 bytes in hex or base64')
        .argParser(bytes(KEY_BYTES))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--at <time>', 'ISO 8601 (UTC where it names no zone) or unix s')
        .argParser(instantWithInterval)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--count <n>', 'so many intervals of ten minutes from there on')
        .argParser(integer({ min: 1, max: INTERVALS_PER_DAY }))
        .default(1),
    )
    .addOption(
      new Option('--tx-power <dBm>', 'transmit power in the metadata')
        .argParser(integer({ min: -128, max: 127 }))
        .default(0),
    )
    .addOption(
      new Option('--profile <phone>', 'whose frame: iPhones send Flags').choices(frameProfiles).default('ios'),
    );
  addShowOptions(command);
  examples(command, [
    [
      'enlab identifiers --tek 75c734c6dd1a782de7a965da5eb93125 --at 2020-04-02T00:00Z --tx-power 8',
      'first identifier of the published test vectors',
    ],
    [
      'enlab identifiers --tek dcc0xt0aeC3nqWXaXrkxJQ== --at 1585785600 --count 144 --format csv',
      'all 144 of a day, for a scanner to look for',
    ],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

function instantWithInterval(text: string): UnixSeconds {
  const time = instant(text);
  try {
    intervalOf(time);
  } catch {
    throw new InvalidArgumentError('It must be a time from 1970 on.');
  }
  return time;
}

/** Throws E-USAGE where the phone would have another key before the last interval. */
function assertWithinDay(first: ENInterval, count: number): void {
  const left = Math.min(dayStart(first) + INTERVALS_PER_DAY, LAST_INTERVAL + 1) - first;
  if (count <= left) return;
  throw new EnlabError('E-USAGE', `--count ${count} goes beyond the UTC day of the key, of which ${left} can be had`, {
    hint: `pass --count ${left}; from midnight on a phone has another key`,
  });
}

async function act(edge: Edge, flags: Flags): Promise<void> {
  const { tek, at, count, txPower, profile } = flags;
  const first = intervalOf(at);
  assertWithinDay(first, count);
  const identifierKey = rollingProximityIdentifierKey(tek);
  const metadataKey = associatedEncryptedMetadataKey(tek);
  const metadata = encodeMetadata(version10(txPower));
  const identifiers = Array.from({ length: count }, (_, k) => {
    const identifier = rollingProximityIdentifier(identifierKey, first + k);
    const encryptedMetadata = cryptMetadata(metadataKey, identifier, metadata);
    return {
      interval: first + k,
      time: isoTime(timeOf(first + k)),
      rpi: toHex(identifier),
      aem: toHex(encryptedMetadata),
      frame: toHex(encodeFrame({ identifier, encryptedMetadata }, profile)),
    };
  });
  const result: IdentifiersResult = {
    schema: 'enlab.identifiers',
    version: 1,
    options: { at: isoTime(at), count, txPower, profile },
    data: { n: count },
    tek: toHex(tek),
    simulated: isSimulatedKey(tek),
    rollingStartIntervalNumber: dayStart(first),
    rpik: toHex(identifierKey),
    aemk: toHex(metadataKey),
    metadata: toHex(metadata),
    identifiers,
  };
  await withDestinations(edge, { inputs: [], outputs: [flags.out] }, ([out]) =>
    show(edge, flags, out, result, documentOf(result)),
  );
}

const documentOf = (result: IdentifiersResult): ReportDocument => ({
  title: 'Identifiers of a temporary exposure key',
  summary: [
    `RPIK ${result.rpik}, AEMK ${result.aemk}, metadata ${result.metadata}.`,
    `The key of this day begins at ENIntervalNumber ${result.rollingStartIntervalNumber}.`,
    ...(result.simulated ? ['This key was made by a simulation.'] : []),
  ],
  sections: [
    {
      id: 'identifiers',
      title: 'Identifiers',
      blocks: [
        {
          kind: 'table',
          name: 'identifiers',
          caption: 'One identifier an interval of ten minutes: RPI, AEM and the advertisement that carries them',
          columns: [
            { key: 'interval', label: 'ENIntervalNumber' },
            { key: 'time', label: 'from' },
            { key: 'rpi', label: 'rpi' },
            { key: 'aem', label: 'aem' },
            { key: 'frame', label: 'frame' },
          ],
          rows: result.identifiers.map((row) => ({ ...row, interval: `${row.interval}` })),
        },
      ],
    },
  ],
  provenance: {},
});
