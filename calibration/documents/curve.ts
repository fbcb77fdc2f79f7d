import type { ReportDocument } from '../../src/core/document.ts';
import type { CurveResult } from '../schemas.ts';

/** Precision and recall of packets by threshold. */
export function curveDocument({ data, options, points }: CurveResult): ReportDocument {
  const estimate = (value: number | null, interval: readonly [number, number] | null, reason: string) =>
    value === null ? { value, low: null, high: null, reason } : { value, low: interval![0], high: interval![1] };
  return {
    title: 'Packets: precision and recall',
    summary: [
      `${data.n} packets with a known distance; ${data.unknown} without one were left out. Relevant: at most ` +
        `${String(options['distance'])} m; detected: at most the threshold. Device table ${String(options['deviceTable'])}.`,
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
              { key: 'threshold', label: 'threshold, dB', format: 'number' },
              { key: 'n', label: 'n', format: 'number' },
              { key: 'relevant', label: 'relevant', format: 'number' },
              { key: 'detected', label: 'detected', format: 'number' },
              { key: 'precision', label: 'precision', format: 'proportion' },
              { key: 'recall', label: 'recall', format: 'proportion' },
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
