/** Rules named on a command line: presets, files, words. */

import { type Judge, modelJudge, presetJudge, ruleJudge } from '../calibration/judges.ts';
import { EnlabError } from '../src/core/errors.ts';
import { decodeConfiguration } from '../src/risk/config/registry.ts';
import { allPresets, presetIn } from '../src/risk/presets.ts';
import type { Edge } from './edge.ts';
import { readConfiguration } from './files.ts';

/**
 * A preset by name, or a file with one or with the configuration of an app: whatever has a dot or a slash is a file.
 * Throws E-PRESET-UNKNOWN, E-FILE-*.
 */
export function presetOrFile(edge: Edge, name: string): Judge {
  if (!/[./\\]/.test(name)) return presetJudge(name);
  const content = readConfiguration(edge, name);
  const preset = typeof content === 'string' ? presetIn(content, name) : null;
  if (preset) return modelJudge(name, 'file', preset.model, preset.parameters);
  const { model, parameters, fitted } = decodeConfiguration(content, name);
  return { ...modelJudge(name, 'file', model, parameters), ...(fitted && { fitted }) };
}

/** Options that make the same rule decide otherwise. */
const DECIDING = ['level', 'truth', 'reduce', 'binSplit', 'durationEdge', 'days', 'transmissionLevel', 'deviceTable'];

/** Says on stderr where a configuration was fitted under other options than it is judged with now. */
export function noteOtherOptions(
  { stderr }: Edge,
  judges: readonly Judge[],
  options: Readonly<Record<string, unknown>>,
) {
  for (const { name, fitted } of judges) {
    const others = DECIDING.filter((key) => fitted?.[key] !== undefined && fitted[key] !== options[key]);
    if (others.length === 0) continue;
    const words = others.map((key) => `${key} ${String(fitted![key])} (here ${String(options[key])})`);
    stderr.write(`note: ${name} was fitted with ${words.join(', ')}\n`);
  }
}

/** A rule in words where it compares something, else a preset or file: what compare takes as A and B. */
export const anyJudge = (edge: Edge, text: string): Judge =>
  /[<>]/.test(text) ? ruleJudge(text) : presetOrFile(edge, text);

export const everyPreset = (): readonly Judge[] => allPresets().map(({ name }) => presetJudge(name));

/** A --rule carries its own operators: --duration-edge beside it would contradict them (contract.md 1). */
export function assertOneEdge(rules: readonly string[], durationEdge: string | undefined): void {
  if (rules.length > 0 && durationEdge !== undefined)
    throw new EnlabError('E-USAGE', '--rule and --duration-edge exclude each other', {
      hint: 'a rule says itself whether 15 minutes count: write minutes>15 or minutes>=15',
    });
}
