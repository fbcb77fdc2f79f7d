/** What reports of every fit are made from. */
import type { Block } from '../../src/core/document.ts';
import type { Checked } from '../check.ts';
import type { FitResult } from '../schemas.ts';
import type { Study } from '../study.ts';
import type { Tuned, TuningInput } from '../tuning.ts';
import type { Suppression } from './suppress.ts';

/** A fit of any family of rules. */
export type AnyStudy = Study<TuningInput, Tuned>;

/** A preset with the rates that reports print. */
export type CheckedRates = Checked<'sensitivity' | 'specificity' | 'youden'>;

/** What a report needs beside the study. */
export interface FitReport {
  readonly result: FitResult;
  /** Every published preset on the same data. */
  readonly presets: readonly CheckedRates[];
  /** Participant flow: what happened to the rows of the files. */
  readonly flow: readonly Block[];
  readonly suppression: Suppression;
  readonly version: string;
}
