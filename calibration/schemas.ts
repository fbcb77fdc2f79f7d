/** JSON results of every command (contract.md 4). tools/schemas.ts writes them to schemas/ as JSON Schema. */
import { z } from 'zod';
import { envelope } from '../src/core/envelope.ts';
import { recordSchema } from '../src/core/records.ts';

const nullable = z.number().nullable();

/** A value with its 95 % interval; a reason where the value is undefined (null), or where it has no interval. */
export const estimateSchema = z.strictObject({
  value: nullable,
  low: nullable,
  high: nullable,
  reason: z.string().optional(),
});

export const dataSchema = z.strictObject({
  /** Subjects with known truth at the chosen level. */
  n: z.int(),
  positives: z.int(),
  negatives: z.int(),
  /** Left out because their truth is unknown. */
  unknown: z.int(),
  exposures: z.int(),
  /** Rows of the files, and those of them that were rejected. */
  rows: z.int(),
  rejected: z.int(),
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});

const figures = {
  n: z.int(),
  tp: z.number(),
  fp: z.number(),
  fn: z.number(),
  tn: z.number(),
  sensitivity: estimateSchema,
  specificity: estimateSchema,
  youden: estimateSchema,
  f1: estimateSchema,
  f2: estimateSchema,
  mcc: estimateSchema,
  ppv: estimateSchema,
  npv: estimateSchema,
  alertsPer1000: estimateSchema,
  cost: estimateSchema,
  netBenefit: estimateSchema,
};

const table = z.array(z.int().min(0).max(8)).length(8);
const tables = { D: table, A: table, threshold: z.int(), operator: z.enum(['>', '>=']) };

export const checkSchema = z.strictObject({
  ...envelope('calibrate.check'),
  data: dataSchema,
  rules: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['preset', 'rule', 'file']),
      /** Factors that this trace lacks and that were filled from --days and --transmission-level. */
      dependsOn: z.array(z.enum(['days', 'transmission-level'])),
      ...figures,
    }),
  ),
});

/** Objective with the optimism-corrected value and interval: the ones to quote for a tuned rule. */
const fittedObjective = estimateSchema.extend({
  optimismCorrected: nullable,
  optimismCorrectedInterval: z.tuple([z.number(), z.number()]).nullable(),
});

const fittedRule = z.strictObject({ ...tables, objective: fittedObjective, ...figures });

const heldOut = {
  n: z.int(),
  positives: z.int(),
  tuned: estimateSchema,
  default: estimateSchema,
};

/** A rule that is no D x A table: model and parameters as in src/risk/models. */
const modelRule = z.strictObject({
  model: z.string(),
  parameters: z.record(z.string(), z.json()),
  objective: fittedObjective,
  ...figures,
});

export const fitSchema = z.strictObject({
  ...envelope('calibrate.fit'),
  data: dataSchema,
  certificate: z.union([
    z.strictObject({ rules: z.int(), optimal: z.literal(true), ties: z.int(), withinThousandth: z.int() }),
    z.strictObject({ rules: z.int(), optimal: z.literal(false), reason: z.string() }),
  ]),
  best: z.union([fittedRule, modelRule]),
  equivalent: z.array(z.strictObject({ ...tables, cellsChanged: z.int() })),
  default: z.strictObject({
    preset: z.string(),
    D: table.optional(),
    A: table.optional(),
    threshold: z.number(),
    operator: z.enum(['>', '>=']),
    objective: estimateSchema,
    ...figures,
  }),
  /** What the best rule is worth more than `default` on new data: paired and optimism-corrected, larger is better. */
  gain: estimateSchema,
  pareto: z.array(
    z.strictObject({
      n: z.int(),
      sensitivity: nullable,
      sensitivityInterval: z.tuple([z.number(), z.number()]).nullable(),
      fpr: nullable,
      fprInterval: z.tuple([z.number(), z.number()]).nullable(),
      ...tables,
    }),
  ),
  /** Area under the Pareto front taken as a ROC curve. */
  auc: estimateSchema,
  leaveOneScenarioOut: z.array(z.strictObject({ scenario: z.string(), ...heldOut })),
  leaveOneDeviceOut: z.array(z.strictObject({ device: z.string(), ...heldOut })),
  unidentified: z.strictObject({ D: z.array(z.string()), A: z.array(z.string()) }),
  /** Shares of bootstrap replicates: the winner's, and how often each cell (D, A) was flagged by the winner. */
  stability: z
    .strictObject({
      replicates: z.int(),
      bestWins: z.number(),
      distinctWinners: z.int(),
      flagged: z.array(z.array(z.number())),
    })
    .nullable(),
  /** Value of the best rule and of the best possible rule when every attenuation is off by `shift` dB. */
  shifts: z.union([
    z.array(
      z.strictObject({ shift: z.number(), best: z.number(), possible: nullable, default: z.number().optional() }),
    ),
    z.strictObject({ value: z.null(), reason: z.string() }),
  ]),
  unconstrained: z
    .strictObject({ objective: z.number(), gap: z.number(), flagged: z.array(z.array(z.boolean())) })
    .optional(),
});

export const compareSchema = z.strictObject({
  ...envelope('calibrate.compare'),
  data: dataSchema,
  a: z.strictObject({ name: z.string(), ...figures }),
  b: z.strictObject({ name: z.string(), ...figures }),
  /** b - a, paired bootstrap. */
  difference: z.strictObject({ sensitivity: estimateSchema, specificity: estimateSchema, youden: estimateSchema }),
  mcnemar: z.strictObject({
    positives: z.strictObject({ onlyA: z.int(), onlyB: z.int(), p: nullable }),
    negatives: z.strictObject({ onlyA: z.int(), onlyB: z.int(), p: nullable }),
  }),
  /** Cells of the grid that one alerts and the other does not; null where a rule is not decided by cells. */
  flippedCells: z.array(z.strictObject({ D: z.string(), A: z.string(), a: z.boolean(), b: z.boolean() })).nullable(),
  /** Subjects whose alert changes, by truth. */
  flippedSubjects: z.strictObject({ positives: z.int(), negatives: z.int() }),
  /** Every --fail-if in the order of the command line. */
  failIf: z.array(z.strictObject({ condition: z.string(), holds: z.boolean() })),
});

export const curveSchema = z.strictObject({
  ...envelope('calibrate.curve'),
  data: z.strictObject({
    n: z.int(),
    unknown: z.int(),
    withoutSignal: z.int(),
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  }),
  points: z.array(
    z.strictObject({
      threshold: z.number(),
      n: z.int(),
      relevant: z.int(),
      detected: z.int(),
      precision: nullable,
      precisionInterval: z.tuple([z.number(), z.number()]).nullable(),
      recall: nullable,
      recallInterval: z.tuple([z.number(), z.number()]).nullable(),
    }),
  ),
});

export const explainSchema = z.strictObject({
  ...envelope('calibrate.explain'),
  data: z.strictObject({ n: z.literal(1) }),
  steps: z.array(z.strictObject({ what: z.string(), value: z.union([z.number(), z.string()]), because: z.string() })),
  score: z.number(),
  operator: z.enum(['>', '>=']),
  threshold: z.number(),
  alert: z.boolean(),
  /** Smallest changes of one input that would change the verdict. */
  flips: z.array(
    z.strictObject({ what: z.enum(['minutes', 'attenuation']), from: z.number(), to: z.number(), alert: z.boolean() }),
  ),
});

export const whatifSchema = z.strictObject({
  ...envelope('calibrate.whatif'),
  data: dataSchema,
  vary: z.string(),
  points: z.array(z.strictObject({ value: z.number(), ...figures })),
});

export const lintSchema = z.strictObject({
  ...envelope('calibrate.lint'),
  /** How many findings there are; errors + warnings. */
  data: z.strictObject({ findings: z.int(), errors: z.int(), warnings: z.int() }),
  file: z.string(),
  target: z.string(),
  findings: z.array(
    z.strictObject({
      severity: z.enum(['error', 'warning']),
      rule: z.string(),
      /** 1-based; null for a binary configuration, which has a field instead. */
      line: z.int().nullable(),
      column: z.int().nullable(),
      /** Keys and indices down to the value, with dots between. */
      field: z.string().optional(),
      message: z.string(),
    }),
  ),
});

/** A line of replay; CSV has the same columns in this order. */
export const replaySchema = z.strictObject({
  user: z.string().nullable(),
  day: z.string().nullable(),
  minutes: nullable,
  attenuation: nullable,
  cell: z.string(),
  score: z.number(),
  threshold: z.number(),
  operator: z.enum(['>', '>=']),
  alert: z.boolean(),
  truth: z.boolean().nullable(),
  reasons: z.string(),
  receiver: z.string().nullable(),
  transmitter: z.string().nullable(),
  scenario: z.string().nullable(),
  distance: nullable,
});

const counts = z.record(z.string(), z.int());

/** TraceSummary (src/trace/summary.ts) without what is of one file only. */
const traceCounts = {
  rows: z.int(),
  used: z.int(),
  rejected: counts,
  positives: z.int().nullable(),
  negatives: z.int().nullable(),
  unknownTruth: z.int().nullable(),
  time: z.strictObject({
    first: z.union([z.string(), z.number()]).nullable(),
    last: z.union([z.string(), z.number()]).nullable(),
    unit: z.string(),
  }),
  devices: z.strictObject({ count: z.int(), more: z.literal(true).optional(), models: counts }),
  table: z.string().nullable(),
  notices: counts,
};

export const inspectSchema = z.strictObject({
  ...envelope('trace.inspect'),
  /** All traces together. */
  data: z.strictObject({ ...traceCounts, exposures: z.int() }),
  traces: z.array(
    z.strictObject({
      file: z.string(),
      format: z.string(),
      ...traceCounts,
      rejectedLines: z.record(z.string(), z.array(z.int())),
      provenance: z.record(z.string(), z.json()).optional(),
    }),
  ),
  /** The first records of the traces, as --head asks for. */
  head: z.array(recordSchema).optional(),
});

export const presetsSchema = z.strictObject({
  ...envelope('presets'),
  data: z.strictObject({ n: z.int() }),
  presets: z.array(
    z.strictObject({
      name: z.string(),
      aliases: z.array(z.string()),
      date: z.string().nullable(),
      model: z.string(),
      title: z.string(),
      sources: z.array(z.string()),
      notes: z.array(z.string()),
      parameters: z.record(z.string(), z.json()),
    }),
  ),
});

export type FitResult = z.infer<typeof fitSchema>;
export type CheckResult = z.infer<typeof checkSchema>;
export type CompareResult = z.infer<typeof compareSchema>;
export type CurveResult = z.infer<typeof curveSchema>;
export type ExplainResult = z.infer<typeof explainSchema>;
export type WhatIfResult = z.infer<typeof whatifSchema>;
export type LintResult = z.infer<typeof lintSchema>;
export type Data = z.infer<typeof dataSchema>;
