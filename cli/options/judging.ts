/** Options of every command that judges exposures: truth, level, reading, intervals. */
import { type Command, Option } from 'commander';
import { type Level, levels } from '../../calibration/subjects.ts';
import type { Reading } from '../../src/risk/reading.ts';
import { integer, number } from './values.ts';

export interface ReadingFlags {
  readonly reduce: Reading['reduce'];
  readonly binSplit: Reading['binSplit'];
  /** Absent = bucket, unless a --rule brings its own operators. */
  readonly durationEdge?: Reading['durationEdge'];
  /** Fill what a trace lacks; absent level = the one whose factor is neutral (contract.md 1). */
  readonly days: number;
  readonly transmissionLevel?: number;
}

export interface JudgingFlags extends ReadingFlags {
  readonly truth?: string;
  /** Absent = user where users exist. */
  readonly level?: Level;
  /** Replicates; 0 = no intervals but those with a formula. */
  readonly bootstrap: number;
  readonly seed: number;
  /** Share of people with a true contact: without it predictive values, costs and alerts per 1,000 are undefined. */
  readonly prevalence?: number;
  readonly cohort: boolean;
  /** In false alerts. */
  readonly fnCost: number;
  readonly thresholdProbability: number;
}

export const addReadingOptions = (command: Command): Command =>
  command
    .optionsGroup('Reading exposures:')
    .addOption(
      new Option(
        '--reduce <how>',
        'cells of an exposure: one from its mean, one per attenuation edge, or as ENv1 reports it',
      )
        .choices(['auto', 'mean', 'cumulative', 'env1'])
        .default('auto', 'cumulative for histograms, else mean'),
    )
    .addOption(
      new Option('--bin-split <how>', 'histogram bins that a threshold cuts')
        .choices(['proportional', 'lower', 'upper'])
        .default('proportional'),
    )
    .addOption(
      new Option(
        '--duration-edge <how>',
        'are exactly 15 min enough? ge: yes (D5); gt, bucket: no (D4); bucket floors to whole minutes first, so that 15.9 are not either (default: bucket)',
      ).choices(['bucket', 'gt', 'ge']),
    )
    .addOption(
      new Option('--days <n>', 'days since exposure, where a trace lacks them')
        .argParser(integer({ min: 0, max: 60 }))
        .default(0),
    )
    .addOption(
      new Option(
        '--transmission-level <n>',
        'level, where a trace lacks it (default: the one whose factor is neutral)',
      ).argParser(integer({ min: 0, max: 8 })),
    );

export const addJudgingOptions = (command: Command, bootstraps: number): Command =>
  addReadingOptions(command)
    .optionsGroup('Truth and intervals:')
    .option('--truth <rule>', '"within 2 m" or "minutes >= 15 within 2 m"; labels in a trace override')
    .addOption(new Option('--level <level>', 'who is alerted (default: user where users exist)').choices(levels))
    .addOption(
      new Option('--bootstrap <n>', 'replicates; 0 = none')
        .argParser(integer({ min: 0, max: 100_000 }))
        .default(bootstraps),
    )
    .addOption(
      new Option('--seed <n>', 'seed of every draw').argParser(integer({ min: 0, max: 0xffffffff })).default(1),
    )
    .addOption(
      new Option('--prevalence <p>', 'share of people with a true contact').argParser(number({ min: 0, max: 1 })),
    )
    .addOption(
      new Option('--cohort', 'the data are a cohort: take the prevalence from them')
        .conflicts('prevalence')
        .default(false, 'no'),
    )
    .addOption(
      new Option('--fn-cost <n>', 'cost of a missed contact, in false alerts')
        .argParser(number({ min: 0 }))
        .default(10),
    )
    .addOption(
      new Option('--threshold-probability <p>', 'net benefit: risk at which an alert is worth it')
        .argParser(number({ min: 0.0001, max: 0.9999 }))
        .default(0.05),
    );
