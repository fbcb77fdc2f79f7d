/**
 * The golden baseline of the presets: `npx tsx tools/presetBaseline.ts` rewrites fixtures/golden/presets.json. Run it
 * when a model or a preset is meant to change, read the difference, and write a "Results:" line in the CHANGELOG.
 */
import { writeFileSync } from 'node:fs';
import { allPresets } from '../src/risk/presets.ts';
import { outcomes } from './presetProbes.ts';

/** One line a probe, so that a change reads well. */
export function baselineText(): string {
  const presets = allPresets().map((preset) => {
    const lines = Object.entries(outcomes(preset, preset.parameters)).map(
      ([name, outcome]) => `    ${JSON.stringify(name)}: ${JSON.stringify(outcome)}`,
    );
    return `  ${JSON.stringify(preset.name)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${presets.join(',\n')}\n}\n`;
}

if (import.meta.url === `file://${process.argv[1]}`)
  writeFileSync(new URL('../fixtures/golden/presets.json', import.meta.url), baselineText());
