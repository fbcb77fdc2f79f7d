/** Reports of fits as the command makes them, for tests of what they say. */
import { type Checked, check } from '../../calibration/check.ts';
import { fitDocument } from '../../calibration/documents/fit.ts';
import { modelFitDocument } from '../../calibration/documents/modelFit.ts';
import { presetJudge } from '../../calibration/judges.ts';
import { type Family, type ModelStudy, modelStudy } from '../../calibration/modelFit.ts';
import { fitParts, modelFitParts } from '../../calibration/result.ts';
import type { FitResult } from '../../calibration/schemas.ts';
import type { FitStudy } from '../../calibration/study.ts';
import type { LineFigure, ReportDocument } from '../../src/core/document.ts';
import { figuresOf } from '../../src/report/blocks.ts';
import type { fitInput } from './fits.ts';

const presets = ['immuni-2020-06-05', 'immuni-2020-10-30', 'swisscovid-2020-09-10', 'stopp-corona'].map(presetJudge);

const checked = ({ input: { sample, reading, metrics } }: FitStudy | ModelStudy): readonly Checked[] =>
  check(sample, presets, reading, metrics, { replicates: 15, seed: 1 });

/** What a result has beside what the search found. */
const frame = ({ input: { sample } }: FitStudy | ModelStudy) => ({
  schema: 'enlab.calibrate.fit' as const,
  version: 1 as const,
  seed: 1,
  options: { level: 'user', truth: 'labels' },
  data: {
    n: sample.subjects.length,
    positives: sample.positives,
    negatives: sample.negatives,
    unknown: 0,
    exposures: 70,
    rows: 73,
    rejected: 4,
    files: [],
  },
});

/** Report of a D x A fit; `more` goes into its result. */
export function reportOf(study: FitStudy, more: Partial<FitResult> = {}, below = 0): ReportDocument {
  const result: FitResult = { ...frame(study), ...fitParts(study.input, study.fit, study), ...more };
  return fitDocument(study, { result, presets: checked(study), flow: [], suppression: { below }, version: '0.1.0' });
}

export const studyOfFamily = (family: Family, input: ReturnType<typeof fitInput>): ModelStudy =>
  modelStudy({ ...input, family, factors: [1, 0.5], restarts: 2 });

export function modelReportOf(study: ModelStudy, below = 0): ReportDocument {
  const result: FitResult = { ...frame(study), ...modelFitParts(study) };
  return modelFitDocument(study, {
    result,
    presets: checked(study),
    flow: [],
    suppression: { below },
    version: '0.1.0',
  });
}

/** All paragraphs of a section. */
export const paragraphsOf = ({ sections }: ReportDocument, id: string): string =>
  sections
    .find((section) => section.id === id)!
    .blocks.flatMap((block) => (block.kind === 'text' ? block.paragraphs : []))
    .join('\n');

export const rocOf = (document: ReportDocument): LineFigure =>
  figuresOf(document).find(({ name }) => name === 'roc')!.plot as LineFigure;
