/** Stories for tests: a real backend in a temporary folder, phones in memory. */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsFor } from '../../cli/backend/settings.ts';
import { type Edge, httpClient } from '../../cli/edge.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { type Played, playStory } from '../../src/scenario/story/play.ts';
import { resolveStory, type Story } from '../../src/scenario/story/resolve.ts';
import { parseScenarioText } from '../../src/scenario/text.ts';

export const storyOf = (text: string): Story => resolveStory(parseScenarioText(text, 'own.yaml'));

/** What a text is refused with. */
export function refusedStory(text: string): EnlabError {
  try {
    storyOf(text);
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('this was not refused');
}

export async function played(text: string, signal = new AbortController().signal): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'enlab-story-'));
  // Requests let go of it a little after they end, as at the edge.
  setMaxListeners(0, signal);
  try {
    const story = storyOf(text);
    // Parameter sets that ship need no files.
    const settings = settingsFor[story.system]({} as Edge, {});
    return await playStory(story, { folder, http: httpClient(signal), pid: 4711, settings }, signal);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
