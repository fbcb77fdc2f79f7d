import type { ReportDocument } from '../../src/core/document.ts';
import type { ExplainResult } from '../schemas.ts';
import { optionText } from './tables.ts';

const UNITS = { minutes: 'min', attenuation: 'dB' } as const;

/** One verdict, step by step. */
export function explainDocument({
  options,
  steps,
  score,
  operator,
  threshold,
  alert,
  flips,
}: ExplainResult): ReportDocument {
  return {
    title: `${optionText(options, 'preset')}: ${alert ? 'alert' : 'no alert'}`,
    summary: [
      `Score ${score} ${alert ? operator : `is not ${operator}`} threshold ${threshold}.`,
      ...flips.map(
        ({ what, from, to, alert: flipped }) =>
          `With ${to} ${UNITS[what]} instead of ${from} there would be ${flipped ? 'an alert' : 'no alert'}.`,
      ),
      ...(flips.length === 0 ? ['No change of minutes or attenuation alone would change the verdict.'] : []),
    ],
    sections: [
      {
        id: 'steps',
        title: 'Steps',
        blocks: [
          {
            kind: 'table',
            name: 'steps',
            caption: 'From the exposure to the verdict',
            columns: [
              { key: 'what', label: 'step', meaning: 'what is worked out, in the order of the model' },
              { key: 'value', label: 'value', meaning: 'the number or class that comes out' },
              { key: 'because', label: 'because', meaning: 'the numbers and the table it follows from' },
            ],
            rows: steps.map((step) => ({ ...step })),
          },
        ],
      },
    ],
    provenance: {},
  };
}
