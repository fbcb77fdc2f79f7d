/** Kinds of scenarios: simulated towns, stories of a few phones, exposures that rules judge. Their keys tell which. */
import type { HttpClient } from '../core/httpClient.ts';
import { keptFacts, keptOf } from './baseline.ts';
import type { PlainObject } from './merge.ts';
import type { FileReader } from './network.ts';
import { type Overrides, type RiskReader, resolveScenario } from './resolve.ts';
import { resultOf } from './result.ts';
import { runScenario, type TownRunner } from './run.ts';
import { playStory } from './story/play.ts';
import { resolveStory, type Story } from './story/resolve.ts';
import type { Runnable } from './suite.ts';
import { parseScenarioText } from './text.ts';
import { judgeExposures } from './verdicts/judge.ts';
import { resolveVerdicts } from './verdicts/resolve.ts';

/** What scenarios are given by whoever runs them. */
export interface RunnablePorts {
  readonly readRisk: RiskReader;
  readonly readFile?: FileReader;
  readonly towns: TownRunner;
  readonly http: HttpClient;
  readonly pid: number;
  /** Works in a folder of its own, which goes afterwards. */
  readonly inFolder: <Result>(work: (folder: string) => Promise<Result>) => Promise<Result>;
  /** What the backend of a story serves. */
  readonly settingsOf: (story: Story) => Readonly<Record<string, unknown>>;
}

/** Throws E-FILE-* with file, line and column. */
export function readRunnable(
  text: string,
  file: string,
  ports: RunnablePorts,
  overrides: Pick<Overrides, 'seed'>,
): Runnable {
  const parsed = parseScenarioText(text, file);
  const keys = Object.keys(parsed.value as PlainObject);
  if (keys.includes('actors')) return storyOf(resolveStory(parsed, overrides), ports);
  if (keys.includes('exposures')) {
    const { title, tags, ...own } = resolveVerdicts(parsed, ports.readRisk);
    return { title, tags, seed: 0, run: () => Promise.resolve(judgeExposures(own)) };
  }
  return townOf(resolveScenario(text, file, ports.readRisk, overrides, ports.readFile), ports);
}

const townOf = (scenario: ReturnType<typeof resolveScenario>, { towns }: RunnablePorts): Runnable => ({
  ...scenario,
  async run(signal) {
    const run = await runScenario(scenario, towns, { signal });
    // Of a part of the replicates nothing is checked.
    if (run.asked > run.scenario.replicates) throw signal.reason;
    const result = resultOf(run, {});
    const checks = run.checks.map((own, k) => ({ check: scenario.checks[k]!, result: own }));
    return { checks, kept: keptOf(result), town: { run, result } };
  },
});

const storyOf = (story: Story, { inFolder, settingsOf, http, pid }: RunnablePorts): Runnable => ({
  ...story,
  async run(signal) {
    const { facts, ...played } = await inFolder((folder) =>
      playStory(story, { folder, http, pid, settings: settingsOf(story) }, signal),
    );
    return { ...played, kept: keptFacts(story.seed, facts) };
  },
});
