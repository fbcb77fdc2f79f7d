/** What a preset would do if one thing changed: a parameter, every attenuation, every duration. */
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { isCumulative, type Reading } from '../src/risk/reading.ts';
import { modelNamed } from '../src/risk/registry.ts';
import { type BootstrapOptions, evaluate } from './estimates.ts';
import { decisions, type Judge, modelJudge, requireJudgeable } from './judges.ts';
import type { ObjectiveOptions } from './objectives.ts';
import { evaluationJson } from './result.ts';
import type { Sample } from './sample.ts';
import type { WhatIfResult } from './schemas.ts';
import { shiftReason } from './shifts.ts';

/** At most this many points: each one judges the whole sample. */
const MOST_POINTS = 200;

export interface Variation {
  readonly text: string;
  readonly values: readonly number[];
  /** The judge and the reading at one value. */
  readonly at: (value: number, judge: Judge, reading: Reading) => { readonly judge: Judge; readonly reading: Reading };
  /** Why the data or the judge would not feel it; null when they do. */
  readonly obstacle: (sample: Sample, judge: Judge, reading: Reading) => string | null;
}

/** Throws E-USAGE where the judge does not have the parameter or a value is out of its range: before a trace is read. */
export function assertVariable({ values, at }: Variation, judge: Judge, reading: Reading): void {
  for (const value of values) at(value, judge, reading);
}

const units: Readonly<Record<string, string>> = { shift: 'db', duration: 'min' };

/** "A4=0..8", "threshold=10..30", "shift=-6..6dB", "duration=-5..5min". Throws E-USAGE. */
export function parseVariation(text: string): Variation {
  const match = /^\s*([A-Za-z]+\d?)\s*=\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*(dB|min)?\s*$/i.exec(text);
  if (!match) throw badVariation(text);
  const [, name, from, to, unit] = match as unknown as [string, string, string, string, string | undefined];
  const [low, high] = [Number(from), Number(to)];
  if (high < low || high - low >= MOST_POINTS) throw badVariation(text);
  const values = Array.from({ length: high - low + 1 }, (_, k) => low + k);
  const key = name.toLowerCase();
  if (unit !== undefined && unit.toLowerCase() !== units[key]) throw badVariation(text);
  const own = { text, values };
  if (key === 'shift')
    return {
      ...own,
      obstacle: shiftReason,
      at: (shift, judge, reading) => ({ judge, reading: { ...reading, shift } }),
    };
  if (key === 'duration')
    return {
      ...own,
      obstacle: stretchReason,
      at: (stretch, judge, reading) => ({ judge, reading: { ...reading, stretch } }),
    };
  return {
    ...own,
    obstacle: () => null,
    at: (value, judge, reading) => ({ judge: withParameter(judge, name, value), reading }),
  };
}

/** Total minutes matter to what decides by cells of a mean reading, and to nothing else (Reading.stretch). */
function stretchReason({ subjects }: Sample, judge: Judge, reading: Reading): string | null {
  const some = (test: (exposure: Exposure) => boolean): boolean => subjects.some((own) => own.exposures.some(test));
  if (judge.source && !modelNamed(judge.source.model).decidesByCell)
    return `${judge.source.model} adds up minutes at attenuations, so total minutes do not decide`;
  if (some(({ cell }) => cell !== undefined)) return 'the data are cells, without minutes';
  return some((exposure) => isCumulative(exposure, reading)) ? 'it needs total minutes: add --reduce mean' : null;
}

const badVariation = (text: string): EnlabError =>
  new EnlabError('E-USAGE', `cannot read --vary "${text}"`, {
    hint: 'write A4=0..8, D5=0..8, threshold=10..30, shift=-6..6dB or duration=-5..5min, in whole steps, at most 200',
  });

/** The same judge with one number of its parameters replaced; "A4" is the fourth entry of table A. */
function withParameter(judge: Judge, name: string, value: number): Judge {
  const { source } = judge;
  if (!source)
    throw new EnlabError('E-USAGE', `${judge.name} has no parameters to vary`, { hint: 'vary shift or duration' });
  const parameters = structuredClone(source.parameters) as Record<string, unknown>;
  const entry = /^([DA])([1-8])$/i.exec(name);
  const table = entry ? parameters[entry[1]!.toUpperCase()] : undefined;
  if (entry && Array.isArray(table)) table[Number(entry[2]) - 1] = value;
  else if (!entry && typeof parameters[name] === 'number') parameters[name] = value;
  else {
    const known = Object.keys(parameters).filter((key) => typeof parameters[key] === 'number');
    const hint = `numbers that can vary: ${['D1..D8, A1..A8 of D x A models', ...known].join(', ')}`;
    throw new EnlabError('E-USAGE', `${judge.name} (${source.model}) has no parameter ${name}`, { hint });
  }
  const { error } = modelNamed(source.model).parameters.safeParse(parameters);
  if (error)
    throw new EnlabError('E-USAGE', `${name}=${value}: ${error.issues.map(({ message }) => message).join('; ')}`);
  return modelJudge(judge.name, judge.kind, source.model, parameters);
}

/** One point a value. Throws E-USAGE where the data or the judge would not feel the variation. */
export function whatif(
  sample: Sample,
  judge: Judge,
  variation: Variation,
  reading: Reading,
  metrics: ObjectiveOptions,
  bootstrap: BootstrapOptions,
): WhatIfResult['points'] {
  requireJudgeable([judge], sample.subjects);
  const obstacle = variation.obstacle(sample, judge, reading);
  if (obstacle !== null) throw new EnlabError('E-USAGE', `--vary ${variation.text} is impossible: ${obstacle}`);
  const decided = variation.values.map((value) => {
    const changed = variation.at(value, judge, reading);
    return decisions(changed.judge, sample.subjects, changed.reading);
  });
  const evaluations = evaluate(sample, decided, metrics, bootstrap);
  return variation.values.map((value, k) => ({ value, ...evaluationJson(evaluations[k]!) }));
}
