/**
 * The program as a process: start-up against bare node, and the main job on 1e5 rows with 1,000 bootstraps and a
 * report: `npm run build && npx tsx bench/command.ts`. Medians of alternating rounds.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { keyed } from '../src/core/random.ts';
import type { TraceRecord } from '../src/core/records.ts';
import { traceText } from '../src/trace/write.ts';

const ROUNDS = 9;
const ROWS = 100_000;
const USERS = 39_000;
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Milliseconds of one run; the exit code must be 0. */
function wall(...words: readonly string[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return performance.now() - begin;
}

/** 1e5 exposures of 39,000 users in three scenarios; a contact is near and long, reported with noise. */
async function* field(): AsyncIterable<readonly TraceRecord[]> {
  const draw = keyed(1, 'bench field');
  for (let row = 0; row < ROWS; row += 5_000) {
    yield Array.from({ length: 5_000 }, (): TraceRecord => {
      const distance = 0.4 * Math.exp(Math.log(25) * draw.uniform());
      const minutes = -14 * Math.log(1 - draw.uniform());
      return {
        type: 'exposure',
        user: `u${draw.below(USERS)}`,
        scenario: ['bus', 'office', 'home'][draw.below(3)]!,
        day: 18_568,
        minutes: Math.round(minutes),
        attenuation: Math.max(0, Math.round(47 + 20 * Math.log10(distance) + 6 * draw.normal())),
        label: distance <= 2 && minutes >= 15,
      };
    });
  }
}

const help: number[] = [];
const bare: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  bare.push(wall('-e', '0'));
  help.push(wall(program, '--help'));
}
console.log(
  `enlab --help ${median(help).toFixed(0)} ms, node -e 0 ${median(bare).toFixed(0)} ms: ratio ${(median(help) / median(bare)).toFixed(2)}`,
);

const folder = mkdtempSync(join(tmpdir(), 'enlab-bench-'));
try {
  const trace = join(folder, 'field.ndjson');
  await pipeline(Readable.from(traceText({ synthetic: 'bench/command.ts' }, field())), createWriteStream(trace));
  const [report, out] = [join(folder, 'report.html'), join(folder, 'fit.json')];
  const runs = [1, 2, 3].map(() => wall(program, 'calibrate', 'fit', trace, '--report', report, '--out', out));
  console.log(`fit, ${ROWS} rows, 1,000 bootstraps, report: ${(median(runs) / 1000).toFixed(1)} s wall`);
} finally {
  rmSync(folder, { recursive: true });
}
