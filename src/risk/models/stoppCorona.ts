/** Stopp Corona: the ENv1 scores of a UTC day are added up, not compared one by one (risk-models.md 1.8). */
import { z } from 'zod';
import { byDay } from '../days.ts';
import { decide, type RiskModel } from '../model.ts';
import { operator, whole } from '../schemas.ts';
import { ENV1, env1Score, env1Shape, explainScore, tablesDependOn } from './env1Parts.ts';

const parameters = z.strictObject({
  ...env1Shape,
  /** dailyRiskThreshold: for the sum of a day's scores. */
  threshold: whole(0, 100_000),
  operator: operator.default('>='),
});

export const stoppCorona: RiskModel<z.infer<typeof parameters>> = {
  name: 'stopp-corona',
  title: "Stopp Corona: sum of a day's ENv1 scores",
  parameters,
  // Two cells below the threshold can reach it together.
  decidesByCell: false,
  readsCells: true,
  assess(group, own, reading, trail) {
    let highest = 0;
    let decisive = group.slice(0, 1);
    for (const { exposures } of byDay(group)) {
      let sum = 0;
      for (const exposure of exposures) sum += env1Score(exposure, own, ENV1, reading);
      if (sum <= highest) continue;
      highest = sum;
      decisive = [...exposures];
    }
    if (trail) {
      for (const exposure of decisive) explainScore(exposure, own, ENV1, reading, trail);
      const because = `scores of ${decisive.length} exposures of one UTC day`;
      trail.push({ what: 'day score', value: highest, because });
    }
    return decide(highest, own.operator, own.threshold, trail);
  },
  dependsOn: tablesDependOn,
};
