/** The report of a fit of minutes rules or of ENv2. */
import type { ReportDocument, Table } from '../../src/core/document.ts';
import type { ModelStudy } from '../modelFit.ts';
import { searchedSentence, tiesSentence } from './certainty.ts';
import { provenance } from './fit.ts';
import { groupBlocks, heldOutBlocks, presetsTable, readingsTable } from './groups.ts';
import { countWords, sourceOf } from './howToRead.ts';
import { methodsText } from './methods.ts';
import { modelWords } from './methodsModels.ts';
import type { FitReport } from './parts.ts';
import { rocFigure } from './roc.ts';
import { minutesSentence } from './ruleWords.ts';
import { grouped, summaryOf } from './words.ts';

const NAMES = { minutes: 'two-threshold minutes rules', env2: 'ENv2 daily summaries' } as const;

export function modelFitDocument(study: ModelStudy, parts: FitReport): ReportDocument {
  const { fit, input } = study;
  const { result, presets, suppression, flow } = parts;
  const { certificate } = fit;
  const words = minutesSentence(fit.best.judge);
  const searched = certificate.optimal
    ? `The best of ${grouped(certificate.rules)} ${NAMES[input.family]}, all of them tried,`
    : `The best that was found (${certificate.reason})`;
  const certainty = [tiesSentence(certificate), searchedSentence(study)];
  return {
    subtitle: sourceOf(parts),
    title: `Calibration of ${NAMES[input.family]}`,
    // The first sentences say already that there is no certificate.
    summary: [
      ...summaryOf(study, parts, searched, words === null ? [] : [`The tuned rule in words: ${words}`]),
      certificate.optimal ? certainty.join(' ') : certainty.at(-1)!,
    ],
    sections: [
      {
        id: 'result',
        title: 'The rule',
        blocks: [
          { kind: 'text', paragraphs: [...(words === null ? [] : [words]), countWords(result)] },
          parametersTable(study),
        ],
      },
      {
        id: 'performance',
        title: 'What the rules reach',
        blocks: [rocFigure(fit, presets, suppression), presetsTable(study, presets, suppression)],
      },
      { id: 'groups', title: 'Who is alerted where', blocks: groupBlocks(study, suppression) },
      {
        id: 'certainty',
        title: 'How certain this is',
        blocks: [
          { kind: 'text', paragraphs: certainty },
          readingsTable(study, suppression),
          ...heldOutBlocks(study, suppression),
        ],
      },
      { id: 'flow', title: 'From rows to results', blocks: flow },
      {
        id: 'methods',
        title: 'Methods, to paste',
        blocks: [{ kind: 'text', paragraphs: methodsText(study, parts, modelWords(study, result)) }],
      },
    ],
    provenance: provenance(parts),
  };
}

function parametersTable({ fit }: ModelStudy): Table {
  const { model, parameters } = fit.best.judge.source!;
  return {
    kind: 'table',
    name: 'parameters',
    caption: `Parameters of the model ${model}`,
    columns: [
      { key: 'name', label: 'parameter', meaning: 'name of the parameter in the parameter file of the model' },
      {
        key: 'value',
        label: 'value',
        meaning: 'its value, lists with commas, objects as JSON; docs/risk-models.md has the units',
      },
    ],
    rows: Object.entries(parameters as object).map(([name, value]) => ({ name, value: plain(value) })),
  };
}

/** ">=", "33, 60"; objects stay JSON. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
