/** Scenarios from files: what --arms, --agents and the like change in them, and the rules they name. */
import { dirname, isAbsolute, join } from 'node:path';
import { ruleJudge } from '../../calibration/judges.ts';
import { defined } from '../../src/core/object.ts';
import { readRunnable } from '../../src/scenario/kinds.ts';
import type { FileReader } from '../../src/scenario/network.ts';
import { MOST_NETWORK_BYTES } from '../../src/scenario/networkFile.ts';
import { type PhoneTownPorts, withRealPhones } from '../../src/scenario/phones/town.ts';
import { type Overrides, type RiskReader, resolveScenario, type Scenario } from '../../src/scenario/resolve.ts';
import type { TownRunner } from '../../src/scenario/run.ts';
import type { Runnable } from '../../src/scenario/suite.ts';
import { MOST_CHARACTERS } from '../../src/scenario/text.ts';
import { settingsFor } from '../backend/settings.ts';
import type { Edge } from '../edge.ts';
import { inTemporaryFolder, readText } from '../files.ts';
import { presetOrFile } from '../judges.ts';
import { version } from '../version.ts';

/** Throws E-FILE-*, E-USAGE. Rules in a scenario are files relative to it; those of the command line to where one is. */
export const readScenario = (edge: Edge, path: string, overrides: Overrides): Scenario =>
  resolveScenario(
    readText(edge, path, MOST_CHARACTERS),
    path,
    riskReader(edge, path),
    overrides,
    fileReader(edge, path),
  );

/** Files are relative to the scenario. */
const fileReader =
  (edge: Edge, scenario: string): FileReader =>
  (name) => {
    const path = isAbsolute(name) ? name : join(dirname(scenario), name);
    return { text: readText(edge, path, MOST_NETWORK_BYTES), path };
  };

/** Text of the network that a scenario names; undefined: it names none. Throws E-FILE-*. */
export const networkText = (edge: Edge, { file, networkFile }: Scenario): string | undefined =>
  networkFile === undefined ? undefined : fileReader(edge, file)(networkFile).text;

const riskReader =
  (edge: Edge, path: string): RiskReader =>
  (name, from) => {
    if (/[<>]/.test(name)) return { name: ruleJudge(name).name };
    const isFile = /[./\\]/.test(name);
    const judge = presetOrFile(edge, isFile && from === 'file' ? join(dirname(path), name) : name);
    return { name, ...defined({ source: judge.source }) };
  };

/** What towns with real phones need of this machine. */
export const phoneTownPorts = (edge: Edge): PhoneTownPorts => ({
  http: edge.http,
  pid: edge.processId,
  inFolder: (work) => inTemporaryFolder(edge, work),
});

/** A scenario of any kind, ready to run. Throws E-FILE-*. */
export const runnableIn = (edge: Edge, path: string, towns: TownRunner, overrides: Pick<Overrides, 'seed'>): Runnable =>
  readRunnable(
    readText(edge, path, MOST_CHARACTERS),
    path,
    {
      readRisk: riskReader(edge, path),
      readFile: fileReader(edge, path),
      towns: withRealPhones(towns, phoneTownPorts(edge)),
      ...phoneTownPorts(edge),
      settingsOf: ({ system, preset, config }) =>
        settingsFor[system](edge, defined({ preset, config: config && join(dirname(path), config) })),
    },
    overrides,
  );

/** What made a result: for manifests and reports. */
export const madeBy = (edge: Edge): Readonly<Record<string, string>> => ({
  enlab: version(),
  node: edge.engine.node,
  v8: edge.engine.v8,
  architecture: edge.engine.architecture,
  command: ['enlab', ...edge.arguments].join(' '),
});
