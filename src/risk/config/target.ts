/** What every kind of configuration document gives: how it is told, checked, read and written. */
import type { z } from 'zod';
import type { RiskModel } from '../model.ts';
import type { Path } from './path.ts';
import type { MessageName } from './protobuf.ts';

/** Where lint finds the numbers that its rules are about; tables run from lowest to highest risk. */
export interface Parts {
  /** The four tables of an ENv1 score, the path of every entry. */
  readonly tables?: Readonly<Record<'D' | 'A' | 'days' | 'transmission', readonly Path[]>>;
  /** What an app alerts from: a score, or minutes or seconds of a weighted sum. */
  readonly alert?: Path;
  /** Scores below it count as 0. */
  readonly minimum?: Path;
  /** Groups of weights; the sum is 0 where one group is 0 altogether. Paths may go through `EACH` entry of a list. */
  readonly weights?: readonly (readonly Path[])[];
  /** dB, lowest first. */
  readonly thresholds: readonly Path[];
  readonly thresholdsMayBeEqual?: true;
  /** Classes of a score: a list of {label, min, max}. */
  readonly classes?: Path;
  /** Severity of products over 255: error where only iOS reads the document, warning where it does too. */
  readonly above255?: 'error' | 'warning';
  /** The app is meant to decide by duration and attenuation alone. */
  readonly onlyDurationAndAttenuation?: true;
  /** The number that a value stands for, where others than numbers do (names, absent fields). */
  readonly number?: (value: unknown) => number | undefined;
}

/** P: parameters of the model; D: the document without unknown keys. Methods, so that a list may hold all kinds. */
export interface Target<P, D> {
  readonly name: string;
  readonly title: string;
  /** The model that judges as an app with this configuration does. */
  readonly model: RiskModel<P>;
  /** Strict: unknown keys are issues, which reading ignores and lint reports. */
  readonly schema: z.ZodType<D>;
  /** A document with any of these keys is of this kind. */
  readonly marks: readonly string[];
  readonly parts: Parts;
  /** The message whose bytes the server delivers, and the fields without which bytes are of another kind. */
  readonly protobuf?: MessageName & { readonly required: readonly string[] };
  /** The document that holds the parameters. What it cannot hold is seen by checking it and decoding it again. */
  encode(parameters: P): D;
  decode(document: D): P;
}

/** Paths of the eight entries of a table. */
export const entries = (...path: Path): readonly Path[] => Array.from({ length: 8 }, (_, k) => [...path, k]);

/** Whether a parsed document is of this kind. */
export const recognises = ({ marks }: Pick<Target<unknown, unknown>, 'marks'>, document: unknown): boolean =>
  typeof document === 'object' && document !== null && marks.some((key) => Object.hasOwn(document, key));
