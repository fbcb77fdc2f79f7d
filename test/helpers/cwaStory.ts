/** Erik and Frida, phones of the Corona-Warn-App that met, and a backend in which four days pass. */
import { expect } from 'vitest';
import { deviceStatusSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { Workplace } from './cli.ts';

const START = 'backend start --system cwa --data out/cwa --clock virtual --begin 2020-06-22T12:00Z --least-keys 1';

/** What the QR code of Erik's test says. */
export const CODE = 'https://localhost/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA';

export async function beginStory() {
  const place = new Workplace();
  const server = await place.serve(START);
  const { url } = JSON.parse(server.line) as { url: string };
  let runs = 0;
  /** What a command says on stderr, with new random numbers for each. */
  const run = async (line: string): Promise<string> => {
    const { exitCode, stderr } = await place.enlab(line, { entropy: keyedEntropy(6, line, runs++) });
    expect(exitCode, `${line}\n${stderr}`).toBe(0);
    return stderr;
  };
  for (const name of ['erik', 'frida'])
    await run(`device new --app cwa-v1 --store out/${name} --clock virtual --begin 2020-06-16T12:00Z`);
  for (const name of ['erik', 'frida']) await run(`device advance +6d --store out/${name}`);
  await run('device meet out/erik out/frida --minutes 30 --attenuation 45');
  return {
    place,
    url,
    run,
    /** A command of a phone that asks the backend. */
    ask: (command: string, name: string) => run(`device ${command} --store out/${name} --url ${url}`),
    status: (name: string) => place.json(`device status --store out/${name}`, deviceStatusSchema),
    /** Erik's phone sends the key of the day of the upload, and says so; a day later Frida's looks for keys. */
    twoDaysLater: async (): Promise<string> => {
      await run('backend clock +1d --data out/cwa');
      const said = await run(`device advance +1d --store out/erik --url ${url}`);
      await run('backend clock +1d --data out/cwa');
      await run('device advance +2d --store out/frida');
      await run(`device sync --store out/frida --url ${url}`);
      return said;
    },
    end: () => server.stop(),
  };
}
