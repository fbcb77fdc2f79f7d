/** backend conform from the command line: against a backend of enlab, from outside, and against what is no backend. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendConformSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { parseXml, type XmlElement } from '../helpers/xml.ts';

const START = 'backend start --system immuni --data out/backend --clock virtual --begin 2020-06-22T12:00Z';
const CONFORM = 'backend conform --system immuni';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});

const suiteIn = (file: string): XmlElement =>
  parseXml(place.text(file).replace(/^<\?xml[^>]*>\n/, '')).children.find(({ name }) => name === 'testsuite')!;
const casesWith = (suite: XmlElement, name: string): readonly XmlElement[] =>
  suite.children.flatMap(({ children }) => children.filter((child) => child.name === name));

describe('a backend of enlab', () => {
  let server: Awaited<ReturnType<Workplace['serve']>>;
  let started: { readonly url: string; readonly operatorToken: string };
  beforeEach(async () => {
    server = await place.serve(START);
    started = JSON.parse(server.line) as typeof started;
  });
  afterEach(async () => {
    await server.stop();
  });

  it('follows its rules, also when they are tried again', async () => {
    const byToken = `--target ${started.url} --token ${started.operatorToken}`;
    for (const [seed, which] of ['--data out/backend', byToken].entries()) {
      const line = `${CONFORM} ${which} --junit out/rules.xml --format json`;
      const entropy = keyedEntropy(seed, 'conform');
      const { counts, data } = parsed(await place.output(line, { entropy }), backendConformSchema);
      expect(counts).toMatchObject({ differs: 0, 'not tested': 0, 'as documented': 4 });
      const suite = suiteIn('out/rules.xml');
      expect(suite.attributes).toMatchObject({ tests: String(data.length), failures: '0', skipped: '0' });
      expect(casesWith(suite, 'system-out')).toHaveLength(data.length);
    }
  }, 60_000);

  it('is tried from outside at its time; at another one it differs, exit 3', async () => {
    const outside = `${CONFORM} --target get=${started.url} --target upload=${started.url}`;
    const { counts } = await place.json(`${outside} --at 2020-06-22T12:00:00Z`, backendConformSchema);
    expect(counts).toMatchObject({ differs: 0, 'as documented': 0 });
    expect(counts['not tested']).toBeGreaterThan(0);
    const early = await place.enlab(`${outside} --at 2019-01-01 --junit out/early.xml`);
    expect(early.exitCode).toBe(3);
    const suite = suiteIn('out/early.xml');
    expect(casesWith(suite, 'skipped')).toHaveLength(Number(suite.attributes['skipped']));
    const [failure] = casesWith(suite, 'failure');
    expect(failure?.attributes['message']).toMatch(/^expected 401 \(1101\) .*; seen 400 \(1001\)$/);
  }, 60_000);
});

describe('what is no backend', () => {
  it('differs in every rule that can be tried', async () => {
    const other = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('hello'),
    );
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const ran = await place.enlab(`${CONFORM} --target ${url} --format json`);
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toMatch(/error E-CHECK: \d+ rules of \d+ differ/);
    const { counts } = backendConformSchema.parse(JSON.parse(ran.stdout));
    // It takes the first build and the last; and says 200 to whoever asks for its health.
    expect(counts).toMatchObject({ 'as deployed': 0, 'as documented': 1 });
    expect(counts['follows']).toBe(3);
    other.close();
  });

  it.each([
    ['', 2, 'E-USAGE', 'which server?'],
    ['--data d --target http://127.0.0.1:1', 2, 'E-USAGE', 'which server?'],
    ['--data d --token t', 2, 'E-USAGE', 'which server?'],
    ['--target nonsense', 2, 'E-USAGE', 'It must be an address'],
    ['--target mail=http://127.0.0.1:1', 2, 'E-USAGE', 'There is no service "mail"'],
    ['--target upload=http://127.0.0.1:1 --token t', 2, 'E-USAGE', '--token needs the address'],
    ['--data nowhere', 5, 'E-SERVER', 'no backend runs on this folder'],
    ['--target http://127.0.0.1:1', 5, 'E-SERVER', 'no answer from http://127.0.0.1:1'],
    ['--target http://127.0.0.1:1 --token t', 5, 'E-SERVER', 'no answer from http://127.0.0.1:1'],
  ])('"%s" is exit %i', async (flags, exit, code, message) => {
    expectError(await place.enlab(`${CONFORM} ${flags}`), exit, code, message);
  });
});
