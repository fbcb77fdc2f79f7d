/** What commands that simulate towns have in common: what the file says otherwise, and how many runs go side by side. */
import { type Command, Option } from 'commander';
import type { Edge } from '../edge.ts';
import { integer } from './values.ts';

/** Values of these options. */
export interface TownFlags {
  readonly agents?: number;
  readonly days?: number;
  readonly replicates?: number;
  readonly seed?: number;
  readonly jobs: number;
}

/** `what`: of which there are as many runs as replicates, "an arm". */
export const addTownOptions = (command: Command, { processors }: Edge, what: string): Command =>
  command
    .addOption(new Option('--agents <n>', 'people, instead of those of the file').argParser(integer({ min: 2 })))
    .addOption(new Option('--days <n>', 'days, instead of those of the file').argParser(integer({ min: 1, max: 1000 })))
    .addOption(
      new Option('--replicates <n>', `runs ${what}, with other draws`).argParser(integer({ min: 1, max: 1000 })),
    )
    .addOption(
      new Option('--seed <n>', 'of the first run; the others follow').argParser(integer({ min: 0, max: 0xffff_ffff })),
    )
    .addOption(
      new Option('--jobs <n>', 'runs side by side').argParser(integer({ min: 1, max: 256 })).default(processors),
    );
