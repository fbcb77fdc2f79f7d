/** The report of a D x A fit: what an epidemiologist reads, shows to colleagues and pastes from. */
import type { Block, Column, ReportDocument, Section, Table } from '../../src/core/document.ts';
import { attenuationText, durationText } from '../../src/risk/scale.ts';
import { confusionOf } from '../counts.ts';
import type { RuleId } from '../lattice.ts';
import { complement } from '../result.ts';
import type { FitResult } from '../schemas.ts';
import type { FitStudy } from '../study.ts';
import { freeSentence, tiesSentence } from './certainty.ts';
import { dataFigure, shiftFigure, stabilityFigure } from './fitFigures.ts';
import { groupBlocks, heldOutBlocks, presetsTable, readingsTable } from './groups.ts';
import { cellWordsToRead, countWords, sourceOf } from './howToRead.ts';
import { methodsText } from './methods.ts';
import { cellWords } from './methodsCells.ts';
import type { FitReport } from './parts.ts';
import { frontSeries, rocFigure } from './roc.ts';
import { ruleSentence } from './ruleWords.ts';
import type { Suppression } from './suppress.ts';
import { fprColumn, optionText, parameterColumns, parameterValues, sensitivityColumn } from './tables.ts';
import { grouped, percent, summaryOf } from './words.ts';

export function fitDocument(study: FitStudy, parts: FitReport): ReportDocument {
  const { result, presets, suppression, flow } = parts;
  const stability = stabilityFigure(study);
  const shifts = shiftFigure(study, suppression);
  const certainty = [
    stabilitySentence(result),
    ...freeSentence(study, result, suppression),
    ...(study.fit.shiftReason === null ? [] : [`Shifts by some dB cannot be tried: ${study.fit.shiftReason}.`]),
  ];
  return {
    title: 'Calibration of D1-D8 / A1-A8',
    subtitle: sourceOf(parts),
    summary: [
      ...summaryOf(
        study,
        parts,
        `The best of ${grouped(result.certificate.rules)} rules, all of them tried,`,
        rulesInWords(study),
      ),
      stabilitySentence(result),
      ...freeSentence(study, result, suppression),
    ],
    sections: [
      parametersSection(study, result),
      {
        id: 'performance',
        title: 'What the rules reach',
        blocks: [
          rocFigure(study.fit, presets, suppression, frontSeries(study)),
          presetsTable(study, presets, suppression),
          ...paretoBlocks(study, suppression),
        ],
      },
      {
        id: 'cells',
        title: 'The data and the rule, cell by cell',
        blocks: [dataFigure(study, suppression), ...(stability ? [stability] : [])],
      },
      { id: 'groups', title: 'Who is alerted where', blocks: groupBlocks(study, suppression) },
      {
        id: 'certainty',
        title: 'How certain this is',
        blocks: [
          { kind: 'text', paragraphs: certainty },
          ...(shifts ? [shifts] : []),
          readingsTable(study, suppression),
          ...heldOutBlocks(study, suppression),
        ],
      },
      { id: 'flow', title: 'From rows to results', blocks: flow },
      {
        id: 'methods',
        title: 'Methods, to paste',
        blocks: [{ kind: 'text', paragraphs: methodsText(study, parts, cellWords(study, result)) }],
      },
    ],
    provenance: provenance(parts),
  };
}

function stabilitySentence({ stability, certificate }: FitResult): string {
  if (!stability) return `${tiesSentence(certificate)} Without bootstrap nothing can be said about stability.`;
  return (
    `${tiesSentence(certificate)} The chosen rule was best, alone or tied, in ${percent(stability.bestWins)} of ` +
    `${stability.replicates} bootstrap replicates; ${stability.distinctWinners} rules were in at least one.`
  );
}

/** The tuned rule, and the compared one where it is a rule of the same grid. */
function rulesInWords({ input: { space, scale, reading, compared }, fit }: FitStudy): readonly string[] {
  const words = (rule: RuleId): string => ruleSentence(space.lattice, rule, scale, reading.durationEdge);
  return [
    `The tuned rule in words: ${words(fit.best.rule)}`,
    ...(fit.comparedRule === null ? [] : [`${compared.name} in words: ${words(fit.comparedRule)}`]),
  ];
}

function parametersSection({ fit, input }: FitStudy, result: FitResult): Section {
  const { D, A } = result.unidentified;
  const silent = [...D, ...A].join(', ');
  const { D: durations, A: attenuations, threshold, operator } = result.default;
  return {
    id: 'result',
    title: 'The rule',
    blocks: [
      { kind: 'text', paragraphs: [cellWordsToRead(input), countWords(result)] },
      {
        kind: 'table',
        name: 'parameters',
        caption: 'Integers of the tuned rule (widest margin: ">" and ">=" decide alike) and of the compared preset',
        columns: [
          { key: 'name', label: 'rule', meaning: 'the tuned rule, or the preset it is compared with' },
          {
            key: 'threshold',
            label: 'alert if',
            meaning: 'what the score (tuned rule: duration score x attenuation score) must be to alert',
          },
          ...numbered('D', 'duration', (k) => durationText(k, input.scale, input.reading.durationEdge)),
          ...numbered('A', 'attenuation', (k) => attenuationText(k, input.scale)),
        ],
        rows: [
          {
            name: 'tuned rule',
            threshold: `>= ${fit.best.threshold}`,
            ...entries('D', fit.best.D),
            ...entries('A', fit.best.A),
          },
          {
            name: input.compared.name,
            threshold: `${operator} ${threshold}`,
            ...entries('D', durations ?? []),
            ...entries('A', attenuations ?? []),
          },
        ],
      },
      {
        kind: 'text',
        paragraphs: [
          silent === ''
            ? 'Every row and column of the grid holds data.'
            : `No data speak for ${silent}: their values follow from order and margin alone.`,
        ],
      },
    ],
  };
}

const numbered = (prefix: string, what: string, classText: (index: number) => string): readonly Column[] =>
  Array.from({ length: 8 }, (_, k) => ({
    key: `${prefix}${k + 1}`,
    label: `${prefix}${k + 1}`,
    format: 'number',
    meaning: `score 0..8 of the ${what} class ${classText(k)}`,
  }));

const entries = (prefix: string, values: readonly number[]): Readonly<Record<string, number>> =>
  Object.fromEntries(values.map((value, k) => [`${prefix}${k + 1}`, value]));

/**
 * Rates of a front tell the counts behind them, so with suppression the table is left empty. Of rules with the same rates
 * it has one, which need not be the one that was tuned.
 */
function paretoBlocks({ fit, input: { space } }: FitStudy, { below }: Suppression): readonly Block[] {
  const { rules, evaluations } = fit.front;
  const own = confusionOf(fit.counts, fit.best.rule);
  const marks = rules.map((rule) => {
    const { fn, tn } = confusionOf(fit.counts, rule);
    if (rule === fit.best.rule) return 'yes';
    return fn === own.fn && tn === own.tn ? 'same rates' : 'no';
  });
  const table: Table = {
    kind: 'table',
    name: 'pareto',
    caption:
      below > 0
        ? 'Exact Pareto front: not listed, because its rates reveal small counts'
        : 'Exact Pareto front: no D x A rule has both higher sensitivity and fewer false alerts',
    columns: [fprColumn, sensitivityColumn, ...parameterColumns, tunedColumn],
    rows: (below > 0 ? [] : rules).map((rule, k) => ({
      fpr: complement(evaluations[k]!.estimates.specificity),
      sensitivity: evaluations[k]!.estimates.sensitivity,
      ...parameterValues(space.tables(rule)),
      tuned: marks[k]!,
    })),
  };
  if (below > 0 || !marks.includes('same rates')) return [table];
  return [table, { kind: 'text', paragraphs: [TWINS] }];
}

const tunedColumn: Column = {
  key: 'tuned',
  label: 'tuned rule',
  meaning:
    'yes for the rule that the fit chose; same rates: another rule with the same counts, as the front lists one of them',
};

const TWINS =
  'Several rules can have the same rates and the front lists the first of them, so its integers differ from those of the ' +
  'tuned rule above, which was chosen among all of them (see the methods).';

/** Everything that decided the numbers: version, seed, files, options. */
export function provenance({
  result,
  version,
}: Pick<FitReport, 'result' | 'version'>): Readonly<Record<string, string>> {
  const given = Object.entries(result.options).filter(([, value]) => value !== null);
  const options = given.map(([name]) => [name, optionText(result.options, name)] as const);
  return {
    'enlab version': version,
    seed: String(result.seed ?? ''),
    ...Object.fromEntries(result.data.files.map(({ name, sha256 }) => [`SHA-256 of ${name}`, sha256])),
    ...Object.fromEntries(options),
  };
}
