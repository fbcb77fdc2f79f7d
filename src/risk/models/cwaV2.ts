/** The model of Corona-Warn-App from December 2020: the highest day of cwaV2Days.ts (risk-models.md 1.5). */
import { decide, type RiskModel } from '../model.ts';
import { type CwaV2Parameters, cwaV2Days } from './cwaV2Days.ts';
import { cwaV2Parameters } from './cwaV2Parameters.ts';
import { explainDays } from './cwaV2Trail.ts';

export const cwaV2: RiskModel<CwaV2Parameters> = {
  name: 'cwa-v2',
  title: 'Corona-Warn-App from 1.9: normalised minutes of a day',
  parameters: cwaV2Parameters,
  decidesByCell: false,
  readsCells: false,
  assess(group, own, reading, trail) {
    const days = cwaV2Days(group, own, reading);
    const score = days.reduce((most, { minutes }) => Math.max(most, minutes), 0);
    if (trail) explainDays(group, days, own, trail);
    const { min, minExclusive } = own.normalizedTimePerDayToRiskLevelMapping.find(
      (m) => m.riskLevel === 2,
    )!.normalizedTimeRange;
    return decide(score, minExclusive ? '>' : '>=', min, trail);
  },
  dependsOn: ({ transmissionRiskValueMapping: [first, ...others] }) => ({
    days: false,
    transmissionLevel: others.some((entry) => entry.transmissionRiskValue !== first?.transmissionRiskValue),
  }),
};
