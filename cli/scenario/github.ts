/** Results of scenarios for GitHub Actions: annotations on lines of files, and a summary of the step in Markdown. */
import type { Problem, Verdict } from '../../src/scenario/suite.ts';

/** GitHub shows no more of a step. */
const MOST_ANNOTATIONS = 10;

/** Lines for stdout, at most ten. */
export const annotations = (verdicts: readonly Verdict[]): string =>
  verdicts
    .flatMap(({ title, problems }) => problems.map((problem) => annotation(title, problem)))
    .slice(0, MOST_ANNOTATIONS)
    .join('');

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function annotation(title: string, { message, found, place: { file, line, column } }: Problem): string {
  const properties = { file, line, col: column, title };
  const written = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  return `::error ${written.join(',')}::${escaped(found ? `${message}\nfound: ${found}` : message)}\n`;
}

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** Markdown for the file that GITHUB_STEP_SUMMARY names. */
export function stepSummary(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(
    ({ file, title, outcome, problems }) =>
      `| ${outcome === 'passed' ? '✅' : '❌'} ${outcome} | ${cell(title)} | \`${file}\` | ${cell(problems.map(({ message }) => message).join('; '))} |`,
  );
  const passed = verdicts.filter(({ outcome }) => outcome === 'passed').length;
  const head = ['## Scenarios', '', `${passed} of ${verdicts.length} passed.`, ''];
  return [...head, '| outcome | scenario | file | problems |', '|---|---|---|---|', ...rows, ''].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
