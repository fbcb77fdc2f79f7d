/** Scenarios from files: what --arms, --agents and the like change in them, and the rules they name. */
import { dirname, join } from 'node:path';
import { ruleJudge } from '../../calibration/judges.ts';
import { defined } from '../../src/core/object.ts';
import type { Overrides, RiskReader, Scenario } from '../../src/scenario/resolve.ts';
import { resolveScenario } from '../../src/scenario/resolve.ts';
import type { Edge } from '../edge.ts';
import { readText } from '../files.ts';
import { presetOrFile } from '../judges.ts';
import { version } from '../version.ts';

/** Throws E-FILE-*, E-USAGE. Rules in a scenario are files relative to it; those of the command line to where one is. */
export const readScenario = (edge: Edge, path: string, overrides: Overrides): Scenario =>
  resolveScenario(readText(edge, path), path, riskReader(edge, path), overrides);

const riskReader =
  (edge: Edge, path: string): RiskReader =>
  (name, from) => {
    if (/[<>]/.test(name)) return { name: ruleJudge(name).name };
    const isFile = /[./\\]/.test(name);
    const judge = presetOrFile(edge, isFile && from === 'file' ? join(dirname(path), name) : name);
    return { name, ...defined({ source: judge.source }) };
  };

/** What made a result: for manifests and reports. */
export const madeBy = (edge: Edge): Readonly<Record<string, string>> => ({
  enlab: version(),
  node: edge.engine.node,
  v8: edge.engine.v8,
  architecture: edge.engine.architecture,
  command: ['enlab', ...edge.arguments].join(' '),
});
