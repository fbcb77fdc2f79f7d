/** Builds the command tree around the one command that was called and runs it. */
import { Command, type CommanderError } from 'commander';
import { EnlabError } from '../src/core/errors.ts';
import { nearest } from '../src/core/nearest.ts';
import type { CommandEntry } from './command.ts';
import { commands, families } from './commands.ts';
import type { Edge } from './edge.ts';
import { RepeatableOption } from './options/values.ts';
import { version } from './version.ts';

const rootExamples = `
Examples:
  $ enlab calibrate fit field.ndjson --report out/report.html --out out/fit.json
  $ enlab calibrate export out/fit.json --target immuni --out out/settings.json
  $ enlab trace import logs.csv --columns user=person_id --out field.ndjson

"enlab calibrate --help" and "enlab COMMAND --help" say more. Results go to
stdout, everything else to stderr. Exit codes: 0 done, 1 bug, 2 usage or file,
3 a check failed, 4 this machine cannot, 5 the other side failed, 130 stopped.`;

/** Runs what was called. Throws CommanderError for help and usage, EnlabError for everything a user can meet. */
export async function program(edge: Edge): Promise<void> {
  const words = edge.arguments.length === 0 ? ['--help'] : edge.arguments;
  const called = calledEntry(words);
  if (!called) assertNoUnknownCommand(words);
  const root = configured(new Command('enlab'), edge)
    .description('Bench for Bluetooth exposure notification: traces, thresholds, simulated towns.')
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', rootExamples);
  const leaves = commands.map((entry) => leaf(root, entry, edge));
  if (called) {
    const { define } = await called.load();
    const command = leaves[commands.indexOf(called)]!;
    define(command, edge);
    refuseRepeats(command);
  }
  await root.parseAsync([...words], { from: 'user' });
}

/** Of an option with one value that is given twice, commander would silently take the last: E-USAGE instead. */
function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (option.isBoolean() || option instanceof RepeatableOption) continue;
    let times = 0;
    command.on(`option:${option.name()}`, () => {
      times++;
      if (times < 2) return;
      throw new EnlabError('E-USAGE', `${option.long} is given more than once`, {
        hint: 'only the last one would count: give one; a list is one value, with commas',
      });
    });
  }
}

/** The entry whose words the arguments begin with; options of the root may not stand between them. */
const calledEntry = (words: readonly string[]): CommandEntry | undefined =>
  commands.find(({ name }) => name.split(' ').every((word, k) => words[k] === word));

/** Throws E-USAGE with the nearest command, wherever it is in the tree: "fit" means "calibrate fit". */
function assertNoUnknownCommand(given: readonly string[]): void {
  const options = given.findIndex((word) => word.startsWith('-'));
  const words = given.slice(0, options < 0 ? 2 : Math.min(options, 2));
  const names = commands.map(({ name }) => name);
  const parents = [...new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!))];
  // Of equal words the first command counts, as it stands in the help: "check" means "calibrate check".
  const lastWords = new Map(names.toReversed().map((name) => [name.split(' ').at(-1)!, name]));
  const [first, second] = words;
  if (first === undefined || (second === undefined && parents.includes(first))) return;
  const isPair = second !== undefined && (parents.includes(first) || lastWords.has(second));
  const own = isPair ? second : first;
  const asked = isPair ? `${first} ${second}` : first;
  const guess =
    lastWords.get(own) ??
    nearest(asked, [...names, ...parents]) ??
    lastWords.get(nearest(own, [...lastWords.keys()]) ?? '');
  throw new EnlabError('E-USAGE', `there is no command "${asked}"`, {
    hint: `${guess === undefined ? '' : `did you mean "enlab ${guess}"? `}"enlab --help" lists all commands`,
  });
}

/** The command of an entry, below its parent ("calibrate") where its name has two words. */
function leaf(root: Command, { name, summary, group }: CommandEntry, edge: Edge): Command {
  const words = name.split(' ');
  const own = words.at(-1)!;
  let parent = root;
  if (words.length === 2) {
    const known = root.commands.find((command) => command.name() === words[0]);
    parent = known ?? family(root, words[0]!, group, edge);
  }
  return configured(parent.command(own), edge).summary(summary).description(`${summary}.`).helpGroup(`${group}:`);
}

/** "calibrate": one line of the root help, which must fit a screen however many verbs there are. */
function family(root: Command, name: string, group: string, edge: Edge): Command {
  const verbs = commands.filter((entry) => entry.name.startsWith(`${name} `)).map((entry) => entry.name.split(' ')[1]!);
  return configured(root.command(name), edge)
    .summary(`${verbs.join(', ')}: ${families[name]}`)
    .description(`${families[name]![0]!.toUpperCase()}${families[name]!.slice(1)}.`)
    .usage('<command> [options]')
    .helpGroup(`${group}:`);
}

/** Errors and help go through the edge; nothing exits on its own. */
const configured = (command: Command, edge: Edge): Command =>
  command
    .helpCommand(false)
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
