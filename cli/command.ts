/** What a command is. Modules of commands are loaded only when they are called: the start stays fast. */
import type { Command } from 'commander';
import type { Edge } from './edge.ts';

export interface CommandModule {
  /** Adds arguments, options, examples and the action to a command that has its name and summary already. */
  readonly define: (command: Command, edge: Edge) => void;
}

export interface CommandEntry {
  /** "calibrate fit" */
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  readonly load: () => Promise<CommandModule>;
}

/** Runnable examples at the end of a command's help. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): void {
  const text = lines.map(([line, what]) => `  # ${what}\n  $ ${line}`).join('\n');
  command.addHelpText('after', `\nExamples:\n${text}`);
}
