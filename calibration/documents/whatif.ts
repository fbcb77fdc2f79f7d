import type { ReportDocument } from '../../src/core/document.ts';
import type { WhatIfResult } from '../schemas.ts';
import { dataSentence, optionText, RECEPTION, readingSentence, rulesTable } from './tables.ts';

/** Confusion and rates at every value of the parameter that was varied. */
export const whatifDocument = ({ vary, points, data, options }: WhatIfResult): ReportDocument => ({
  title: `${optionText(options, 'preset')} with ${vary}`,
  summary: [dataSentence(data, optionText(options, 'level')), readingSentence(options), RECEPTION],
  sections: [
    {
      id: 'points',
      title: 'Points',
      blocks: [
        rulesTable(
          'points',
          `Confusion and rates at every value of ${vary.split('=')[0]}, 95 % intervals`,
          points.map(({ value, ...figures }) => ({ name: `${vary.split('=')[0]} = ${value}`, ...figures })),
        ),
      ],
    },
  ],
  provenance: {},
});
