/** The README's story of a town, as somebody types it, in a smaller town. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Workplace } from './helpers/cli.ts';

const root = new URL('../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const [, block] = /## A town with an app, step by step[\s\S]*?```sh\n([\s\S]*?)```/.exec(text('README.md'))!;
const lines = block!
  .trim()
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, ''));
const SMALL = ' --agents 1500 --days 45';

describe('a town with an app', () => {
  const place = new Workplace({ 'scenarios/town.yaml': text('scenarios/town.yaml') });
  for (const name of ['immuni-example', 'thirteen-to-nine', 'two-metres'])
    place.put(`scenarios/${name}.yaml`, text(`scenarios/${name}.yaml`));

  it('is six commands', () => {
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'enlab simulate scenarios/town.yaml',
      'enlab simulate scenarios/town.yaml',
      'enlab calibrate fit',
      'enlab calibrate export',
      'enlab simulate scenarios/town.yaml',
      'enlab scenario run',
    ]);
  });

  it('runs as it stands, one line after the other', async () => {
    for (const line of lines) {
      const command = line.replace(/^enlab /, '');
      const ran = await place.enlab(command.startsWith('simulate') ? command + SMALL : command);
      // In so small a town a check may fail.
      expect([0, 3], `${line}\n${ran.stderr}`).toContain(ran.exitCode);
      for (const [, file] of line.matchAll(/--(?:out|report|trace) (\S+)/g)) expect(place.has(file!)).toBe(true);
    }
    expect(place.text('out/town.html')).toContain('Which contacts warn');
    expect(JSON.parse(place.text('out/tuned.json'))).toHaveProperty('exposure_configuration');
  });
});
