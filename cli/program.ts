/** Builds the command tree around the one command that was called and runs it. */
import { Command, CommanderError } from 'commander';
import type { CommandEntry } from './command.ts';
import { commands } from './commands.ts';
import type { Edge } from './edge.ts';
import { version } from './version.ts';

const rootExamples = `
Examples:
  $ enlab calibrate fit field.ndjson --report out/report.html --out out/fit.json
  $ enlab calibrate check field.ndjson --all-presets
  $ enlab calibrate export out/fit.json --target immuni --out out/settings.json
  $ enlab trace import logs.csv --columns user=person_id,minutes=durata --out field.ndjson

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 bug, 2 usage or invalid file,
3 a check failed, 4 this machine cannot, 5 the other side failed, 130 interrupted.`;

/** Exit code of the run. Throws CommanderError for help and usage, EnlabError for everything a user can meet. */
export async function program(edge: Edge): Promise<number> {
  const root = configured(new Command('enlab'), edge)
    .description('Bench for Bluetooth exposure notification: replay traces, judge presets, prove the best thresholds.')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', rootExamples);
  const called = calledEntry(edge.arguments);
  let exitCode = 0;
  for (const entry of commands) {
    const command = leaf(root, entry, edge);
    if (entry !== called) continue;
    const { define } = await entry.load();
    define(command, edge, (code) => {
      exitCode = code;
    });
  }
  if (edge.arguments.length === 0) {
    edge.stdout.write(root.helpInformation() + rootExamples.trimStart());
    return 0;
  }
  await root.parseAsync([...edge.arguments], { from: 'user' });
  return exitCode;
}

/** The entry whose words the arguments begin with; options of the root may not stand between them. */
const calledEntry = (words: readonly string[]): CommandEntry | undefined =>
  commands.find(({ name }) => name.split(' ').every((word, k) => words[k] === word));

/** The command of an entry, below its parent ("calibrate") where its name has two words. */
function leaf(root: Command, { name, summary, group }: CommandEntry, edge: Edge): Command {
  const words = name.split(' ');
  const own = words.at(-1)!;
  let parent = root;
  if (words.length === 2) {
    const known = root.commands.find((command) => command.name() === words[0]);
    parent = known ?? configured(root.command(words[0]!), edge).helpGroup(`${group}:`).summary(`${words[0]} ...`);
  }
  return configured(parent.command(own), edge).summary(summary).description(`${summary}.`).helpGroup(`${group}:`);
}

/** Errors and help go through the edge; nothing exits on its own. */
const configured = (command: Command, edge: Edge): Command =>
  command
    .exitOverride((error: CommanderError) => {
      throw error;
    })
    .configureOutput({
      writeOut: (text) => edge.stdout.write(text),
      writeErr: (text) => edge.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'error E-USAGE: ')),
      getOutHelpWidth: () => Math.min(edge.stdout.width, 110),
      getErrHelpWidth: () => Math.min(edge.stderr.width, 110),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('  hint: add --help to see options and examples');
