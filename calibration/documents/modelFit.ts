/** The report of a fit of minutes rules or of ENv2. */
import type { ReportDocument } from '../../src/core/document.ts';
import type { ModelStudy } from '../modelFit.ts';
import { provenance } from './fit.ts';
import { groupBlocks, heldOutBlocks, presetsTable, readingsTable } from './groups.ts';
import type { FitReport } from './parts.ts';
import { grouped, summaryOf } from './words.ts';

const NAMES = { minutes: 'two-threshold minutes rules', env2: 'ENv2 daily summaries' } as const;

export function modelFitDocument(study: ModelStudy, parts: FitReport): ReportDocument {
  const { fit, input } = study;
  const { result, presets, suppression, version, flow } = parts;
  const { certificate } = fit;
  const searched = certificate.optimal
    ? `The best of ${grouped(certificate.rules)} ${NAMES[input.family]}, all of them tried,`
    : `The best that was found (${certificate.reason})`;
  const held = heldOutBlocks(study, suppression);
  const parameters = Object.entries(fit.best.judge.source!.parameters as object);
  return {
    title: `Calibration of ${NAMES[input.family]}`,
    summary: summaryOf(study, parts, searched),
    sections: [
      {
        id: 'result',
        title: 'The rule',
        blocks: [
          {
            kind: 'table',
            name: 'parameters',
            caption: `Parameters of the model ${fit.best.judge.source!.model}`,
            columns: [
              { key: 'name', label: 'parameter', meaning: 'name of the parameter in the parameter file of the model' },
              { key: 'value', label: 'value', meaning: 'its value as JSON; docs/risk-models.md has the units' },
            ],
            rows: parameters.map(([name, value]) => ({ name, value: JSON.stringify(value) })),
          },
        ],
      },
      {
        id: 'performance',
        title: 'What the rules reach',
        blocks: [presetsTable(study, presets, suppression)],
      },
      { id: 'groups', title: 'Who is alerted where', blocks: groupBlocks(study, suppression) },
      { id: 'certainty', title: 'How certain this is', blocks: [readingsTable(study, suppression), ...held] },
      { id: 'flow', title: 'From rows to results', blocks: flow },
    ],
    provenance: provenance({ result, version }),
  };
}
