/** docs/errors.md from the catalogue: `npm run docs:errors`. test/core/errors.test.ts keeps the two equal. */
import { writeFileSync } from 'node:fs';
import { catalogue, exitCodes } from '../src/core/errors.ts';

const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  bug: 'a bug of ours',
  usage: 'usage, or an invalid file',
  checkFailed: 'a check or threshold failed',
  machine: 'this machine cannot',
  otherSide: 'the other side failed',
  interrupted: 'interrupted',
};

const INTRODUCTION = `# Errors

Generated from \`src/core/errors.ts\` by \`npm run docs:errors\`: change the catalogue, not this page.

An error is printed on stderr as what happened, where (\`file:line:column\`) and what to do. The advice below is the
general one; where enlab knows better, it prints that instead. Scripts rely on the exit code, and 0 is success.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function section(kind: keyof typeof exitCodes): string {
  const rows = Object.entries(catalogue)
    .filter(([, { exit }]) => exit === exitCodes[kind])
    .map(([code, { meaning, hint }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(hint)} |`);
  const head = ['| code | what happened | what to do |', '|---|---|---|'];
  const table = rows.length > 0 ? [...head, ...rows] : ['No command ends this way yet.'];
  return [`\n## Exit ${exitCodes[kind]}: ${exitMeanings[kind]}\n`, ...table, ''].join('\n');
}

export const errorsPage = (): string =>
  INTRODUCTION + (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).map(section).join('');

if (import.meta.url === `file://${process.argv[1]}`) {
  writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage());
}
