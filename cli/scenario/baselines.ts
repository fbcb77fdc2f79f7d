/** Baselines beside scenarios, and the line in CHANGELOG that explains why they changed. */
import { basename, dirname, extname, join } from 'node:path';
import { EnlabError } from '../../src/core/errors.ts';
import { type Baseline, baselineText, parseBaseline } from '../../src/scenario/baseline.ts';
import { isSound, type Verdict } from '../../src/scenario/suite.ts';
import type { Edge } from '../edge.ts';
import { isThere, readText, withDestinations } from '../files.ts';

/** "scenarios/town.yaml" -> "scenarios/baselines/town.json" */
const baselinePath = (file: string): string =>
  join(dirname(file), 'baselines', `${basename(file, extname(file))}.json`);

/** undefined: there is none. Throws E-FILE-INVALID for what is no baseline. */
export function readBaseline(edge: Edge, file: string): Baseline | undefined {
  const path = baselinePath(file);
  return isThere(edge, path) ? parseBaseline(readText(edge, path), path) : undefined;
}

const CHANGELOG = 'CHANGELOG.md';
const HEADING = '## [Unreleased]\n';
/** More differences of one scenario are counted, not written. */
const MOST_DIFFERENCES = 6;

const refused = (message: string, hint: string): EnlabError => new EnlabError('E-USAGE', message, { hint });

/** Throws E-USAGE where results may not be changed here. */
export function assertUpdatable(edge: Edge, because: string | undefined): void {
  if (edge.environment['CI']) throw refused('--update is not for CI', 'update where somebody looks at the results');
  if (because === undefined)
    throw refused(
      '--update needs --because TEXT',
      'it goes into CHANGELOG.md, for those who relied on the old results',
    );
}

/** Of the file in which changed results are explained. Throws E-USAGE where there is none. */
function changelog(edge: Edge): string {
  const text = isThere(edge, CHANGELOG) ? readText(edge, CHANGELOG) : '';
  if (text.includes(HEADING)) return text;
  throw refused(
    `results changed, and there is no ${CHANGELOG} with "${HEADING.trim()}" here to say why`,
    'run it in the folder of the project, or write that file; baselines were left as they are',
  );
}

/** Baselines of all that ran and whose checks hold; changed results are explained. Throws E-USAGE where they cannot be. */
export async function updateBaselines(edge: Edge, verdicts: readonly Verdict[], because: string): Promise<void> {
  const fit = verdicts.filter(isSound);
  const changed = fit.filter(({ differences }) => differences.length > 0);
  const outputs = [...fit.map(({ file }) => baselinePath(file)), ...(changed.length > 0 ? [CHANGELOG] : [])];
  const log = changed.length > 0 ? changelog(edge) : '';
  await withDestinations(edge, { inputs: [], outputs }, async (destinations) => {
    for (const [k, { ran }] of fit.entries())
      destinations[k]!.write(baselineText({ ...ran!.kept, engine: edge.engine }));
    const lines = `\n- **Results:** ${because}\n${changed.map(changeLine).join('')}`;
    destinations[fit.length]?.write(log.replace(HEADING, () => `${HEADING}${lines}`));
  });
}

function changeLine({ file, differences }: Verdict): string {
  const words = differences.slice(0, MOST_DIFFERENCES).map(({ name, was, is }) => `${name} ${was} -> ${is}`);
  const rest = differences.length - words.length;
  return `  ${file}: ${words.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.\n`;
}
