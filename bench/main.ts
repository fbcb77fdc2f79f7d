/**
 * All benchmarks: `npm run bench`. It never gates; docs/benchmarks.md records a run. Figures of a shared machine wander,
 * so compare the ratios, which are taken within one run.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

for (const name of [
  'calibration',
  'command',
  'trace',
  'random',
  'exports',
  'matching',
  'backend',
  'cwa',
  'phones',
  'simulation',
  'exposures',
  'threads',
]) {
  console.log(`\n== bench/${name}.ts`);
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  spawnSync(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
}
