/** The examples of docs/scenarios.md that are whole scenarios: they run, and their checks hold. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenarioText } from '../src/scenario/text.ts';
import { judgeExposures } from '../src/scenario/verdicts/judge.ts';
import { resolveVerdicts } from '../src/scenario/verdicts/resolve.ts';
import { readRisk } from './helpers/scenario.ts';
import { played } from './helpers/story.ts';

const page = readFileSync(new URL('../docs/scenarios.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n(title: [\s\S]*?)```/g)].map(([, text]) => text!);

describe('examples of docs/scenarios.md', () => {
  it('are a story and a table of verdicts', () => {
    expect(examples.map((text) => /^(actors|exposures):/m.exec(text)![1])).toEqual(['actors', 'exposures']);
  });

  it('hold: the story', async () => {
    const { checks } = await played(examples[0]!);
    expect(checks.length).toBeGreaterThan(1);
    for (const { check, result } of checks) expect([check.text, result.holds]).toEqual([check.text, true]);
  });

  it('hold: the verdicts', () => {
    const { checks } = judgeExposures(resolveVerdicts(parseScenarioText(examples[1]!, 'example.yaml'), readRisk));
    expect(checks.length).toBeGreaterThan(3);
    for (const { check, result } of checks) expect([check.text, result.holds]).toEqual([check.text, true]);
  });
});
