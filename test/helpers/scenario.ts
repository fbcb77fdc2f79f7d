/** Scenarios for tests: rules that need no files, and runs in this thread. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { httpClient } from '../../cli/edge.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { withRealPhones } from '../../src/scenario/phones/town.ts';
import { type Overrides, type RiskReader, resolveScenario, type Scenario } from '../../src/scenario/resolve.ts';
import type { TownRunner } from '../../src/scenario/run.ts';
import { runTown } from '../../src/scenario/town.ts';

export const readRisk: RiskReader = (name) => {
  if (/[<>]/.test(name)) return { name: ruleJudge(name).name };
  return { name, source: presetJudge(name).source! };
};

export const resolved = (text: string, overrides: Overrides = {}): Scenario =>
  resolveScenario(text, 'own.yaml', readRisk, overrides);

/** What a text is refused with. */
export function refused(text: string, overrides: Overrides = {}): EnlabError {
  try {
    resolved(text, overrides);
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('this was not refused');
}

/** Towns in this thread, with real phones where they are asked for. */
export const withPhones = (signal = new AbortController().signal): TownRunner =>
  withRealPhones(here, {
    http: httpClient(signal),
    pid: 4711,
    async inFolder(work) {
      const folder = mkdtempSync(join(tmpdir(), 'enlab-phones-'));
      try {
        return await work(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  });

export const here: TownRunner = { run: (task, listener) => Promise.resolve(runTown(task, listener)) };

/** 500 people, 30 days. */
export const smallTown = 'title: Small\ndays: 30\npopulation: { agents: 500 }\ndisease: { firstInfected: 10 }\n';
