/** A run with random draws says first how to get the same figures again. */
import type { Edge } from './edge.ts';

/** "seed 1; repeat with: enlab calibrate fit field.ndjson --seed 1" on stderr, for whoever wants the same intervals. */
export function announceSeed(edge: Edge, seed: number): void {
  const words = edge.arguments;
  const isGiven = words.some((word) => word === '--seed' || word.startsWith('--seed='));
  const command = ['enlab', ...words, ...(isGiven ? [] : ['--seed', `${seed}`])].map(quoted).join(' ');
  edge.stderr.write(`seed ${seed}; repeat with: ${command}\n`);
}

/** A word as POSIX shells read it. */
const quoted = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
