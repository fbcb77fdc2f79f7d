/** Runs side by side: `npx tsx bench/threads.ts` (docs/benchmarks.md), after `npm run build`. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { presetJudge } from '../calibration/judges.ts';
import { type RiskReader, resolveScenario } from '../src/scenario/resolve.ts';
import { runScenario } from '../src/scenario/run.ts';
import { TownWorkers } from '../src/scenario/workers.ts';

const riskNamed: RiskReader = (name) => ({ name, source: presetJudge(name).source! });
const text = readFileSync(new URL('../scenarios/nation.yaml', import.meta.url), 'utf8');
const scenario = resolveScenario(text, 'nation.yaml', riskNamed, { agents: 200_000, replicates: 2 });

/** Four runs, two of each arm. Rounds alternate, as the machine's speed wanders. */
for (const round of [1, 2, 3]) {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (const threads of [1, 2]) {
    const workers = new TownWorkers(threads);
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    await runScenario(scenario, workers);
    walls.push((performance.now() - begin) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1e6);
    await workers.close();
  }
  console.log(
    `${round}: four runs: ${walls.map((wall) => wall.toFixed(1)).join(' s by one thread, ')} s by two: ${(walls[0]! / walls[1]!).toFixed(2)} x; ` +
      `CPU ${cpus.map((cpu) => cpu.toFixed(1)).join(' and ')} s`,
  );
}
