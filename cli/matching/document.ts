/** Matches as tables: the keys that were heard, and what did not count. */
import type { ReportDocument } from '../../src/core/document.ts';
import { counted } from '../../src/core/words.ts';
import type { MatchResult } from '../schemas.ts';

/** "23:50" of "2020-10-01T23:50:00.000Z". */
const timeOfDay = (iso: string): string => iso.slice(11, 16);

const reasonWords: Readonly<Record<keyof MatchResult['rejected'], string>> = {
  revoked: 'keys that were revoked',
  embargo: 'keys that were published before their embargo ended',
  repeated: 'keys that came a second time',
  otherPeriod: 'keys that came again with another start or rolling period',
  afterPeriod: 'sightings of identifiers after the end of their key',
  outsideTolerance: 'sightings too early or too late for their identifier',
};

export const matchDocument = ({ data, keys, verified, matches, rejected }: MatchResult): ReportDocument => ({
  title: 'Matches',
  summary: [
    `${keys} keys of ${counted(data.keyFiles, 'file')} against ${data.sightings} sightings: ` +
      `${data.matched} sightings matched.`,
    verified ? 'The signatures verify.' : 'Signatures not checked: pass --public-key to check them.',
    ...(data.undatedKeyFiles > 0
      ? [`No embargo could be applied to keys of files without a window: ${data.undatedKeyFiles} of ${data.keyFiles}.`]
      : []),
  ],
  sections: [
    {
      id: 'matches',
      title: 'Keys that were heard',
      blocks: [
        {
          kind: 'table',
          name: 'matches',
          caption: 'One row a key, UTC day and receiver; times in UTC, attenuation from the decrypted metadata',
          columns: [
            { key: 'key', label: 'key' },
            { key: 'day', label: 'day' },
            { key: 'receiver', label: 'receiver' },
            { key: 'sightings', label: 'sightings', format: 'number', digits: 0 },
            { key: 'first', label: 'first' },
            { key: 'last', label: 'last' },
            { key: 'mean', label: 'mean dB', format: 'number', digits: 1 },
          ],
          rows: matches.map(({ attenuation, key, day, sightings, receiver, first, last }) => ({
            key,
            day,
            sightings,
            receiver,
            first: timeOfDay(first),
            last: timeOfDay(last),
            mean: attenuation?.mean ?? null,
          })),
        },
      ],
    },
    {
      id: 'rejected',
      title: 'What did not count',
      blocks: [
        {
          kind: 'table',
          name: 'rejected',
          caption: 'Keys and sightings by reason',
          columns: [
            { key: 'what', label: 'what' },
            { key: 'count', label: 'count', format: 'number', digits: 0 },
          ],
          rows: [
            { what: 'keys that are none (enlab backend inspect says why)', count: data.rejectedKeys },
            { what: 'rows of traces that are none (enlab trace inspect says why)', count: data.rejected },
            { what: 'records without an identifier', count: data.withoutIdentifier },
            ...Object.entries(reasonWords).map(([reason, what]) => ({
              what,
              count: rejected[reason as keyof typeof rejected],
            })),
          ],
        },
      ],
    },
  ],
  provenance: {},
});
