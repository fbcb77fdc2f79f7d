import type { Column, Estimate, ReportDocument } from '../../src/core/document.ts';
import type { CurveResult } from '../schemas.ts';
import { optionText, RECEPTION } from './tables.ts';

/** A figure with its interval; `reason` is why it has none. */
const estimate = (value: number | null, interval: readonly [number, number] | null, reason: string): Estimate =>
  interval === null ? { value, low: null, high: null, reason } : { value, low: interval[0], high: interval[1] };

/** Precision and recall of packets by threshold. */
export function curveDocument({ data, options, points }: CurveResult): ReportDocument {
  const silent = data.withoutSignal > 0 ? ` and ${data.withoutSignal} without a signal strength` : '';
  return {
    title: 'Packets: precision and recall',
    summary: [
      `${data.n} packets with a known distance; ${data.unknown} without one${silent} were left out. Relevant: at most ` +
        `${optionText(options, 'distance')} m; detected: at most the threshold. Device table ${optionText(options, 'deviceTable')}.`,
      RECEPTION,
    ],
    sections: [
      {
        id: 'points',
        title: 'Thresholds',
        blocks: [
          {
            kind: 'table',
            name: 'points',
            caption:
              'Packet level, Wilson 95 % intervals (packets of one pair are not independent: they are too narrow)',
            columns: [
              {
                key: 'threshold',
                label: 'threshold, dB',
                format: 'number',
                meaning: 'packets with at most this attenuation are detected',
                unit: 'dB',
              },
              count('n', 'packets whose distance is known'),
              count('relevant', `those sent from at most ${optionText(options, 'distance')} m`),
              count('detected', 'those with at most the attenuation of the threshold'),
              {
                key: 'precision',
                label: 'precision',
                format: 'proportion',
                meaning: 'share of the detected packets that are relevant',
              },
              {
                key: 'recall',
                label: 'recall',
                format: 'proportion',
                meaning: 'share of the relevant packets that are detected',
              },
            ],
            rows: points.map(({ precisionInterval, recallInterval, ...point }) => ({
              ...point,
              precision: estimate(point.precision, precisionInterval, '0 detected'),
              recall: estimate(point.recall, recallInterval, '0 relevant'),
            })),
          },
        ],
      },
    ],
    provenance: {},
  };
}

const count = (key: string, meaning: string): Column => ({
  key,
  label: key,
  format: 'number',
  meaning,
  unit: 'packets',
});
