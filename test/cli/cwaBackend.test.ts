/** The Corona-Warn-App's servers from the command line and over HTTP: both ways to a TAN, a submission, a package. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backendConformSchema,
  backendIssueTeletanSchema,
  backendReportTestSchema,
  backendStatusSchema,
} from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { cwaHash, dayPackage, hourPackage } from '../../src/protocol/wire/cwa/distribution.ts';
import { submitFake, submitKeys } from '../../src/protocol/wire/cwa/submission.ts';
import { registrationToken, tan, testResult } from '../../src/protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { type Asked, buildRequest } from '../../src/protocol/wire/messages.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { keyOf } from '../helpers/cwaBackend.ts';

/** Noon of the day after that of the keys' helper. */
const START = 'backend start --system cwa --data out/cwa --clock virtual --begin 2020-06-22T12:00Z --least-keys 1';
const TEST = createHash('sha256').update('the sheet of Anna').digest('hex');

let place: Workplace;
let server: Awaited<ReturnType<Workplace['serve']>>;
let started: { readonly url: string; readonly publicKey: string };
let runs = 0;
beforeEach(async () => {
  place = new Workplace();
  server = await place.serve(START);
  started = JSON.parse(server.line) as typeof started;
});
afterEach(async () => {
  await server.stop();
});

async function ask<E extends Endpoint>(endpoint: E, asked: Asked<E>) {
  const { method, path, headers, body } = buildRequest(endpoint, asked);
  const reply = await fetch(started.url + path, {
    method,
    headers: headers as Record<string, string>,
    ...(body.length > 0 && { body: body as Uint8Array<ArrayBuffer> }),
  });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const said = () => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  return { status: reply.status, headers: reply.headers, bytes, said };
}

const output = (line: string) => place.output(line, { entropy: keyedEntropy(5, line, runs++) });
const submitted = (authorization: string, mark = 0) =>
  ask(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': authorization },
    body: { keys: [keyOf(1, mark), keyOf(2, mark)] } as never,
  });

describe('somebody who is ill', () => {
  it('scans a code, is told the result, submits, and the keys are in a package that verifies', async () => {
    const registered = await ask(registrationToken, { body: { key: TEST, keyType: 'GUID' } });
    const token = registered.said()['registrationToken'] as string;
    const resultOf = async () => (await ask(testResult, { body: { registrationToken: token } })).said()['testResult'];
    expect(await resultOf()).toBe(0);
    const report = `backend report-test ${TEST} --result positive --data out/cwa`;
    expect((await place.json(report, backendReportTestSchema)).data).toEqual({ test: TEST, result: 'positive' });
    expect(await resultOf()).toBe(2);
    const made = (await ask(tan, { body: { registrationToken: token } })).said()['tan'] as string;
    expect((await submitted(made)).status).toBe(200);
    expect((await submitted(made)).status).toBe(403);
    await output('backend clock +12h --data out/cwa');
    const day = await ask(dayPackage, { parameters: { country: 'DE', date: '2020-06-22' } });
    expect(day.status).toBe(200);
    const binary = unzipSync(day.bytes)['export.bin']!;
    expect(day.headers.get('cwa-hash')).toBe(cwaHash(binary));
    writeFileSync(join(place.folder, 'day.zip'), day.bytes);
    place.put('public.pem', started.publicKey);
    expect(await output('backend verify day.zip --public-key public.pem')).toContain('2');
  });

  it('calls the hotline instead', async () => {
    const { data } = await place.json('backend issue-teletan --data out/cwa', backendIssueTeletanSchema);
    expect(data).toMatchObject({ type: 'TEST', issued: 1, 'issued an hour at most': 1000 });
    // 3.6 million of 31^9.
    expect(data['chance of 3,600,000 guesses']).toBe(1.4e-7);
    const key = String(data['code']).replaceAll('-', '');
    const registered = await ask(registrationToken, { body: { key, keyType: 'TELETAN' } });
    const token = registered.said()['registrationToken'] as string;
    const made = (await ask(tan, { body: { registrationToken: token } })).said()['tan'] as string;
    expect((await submitted(made)).status).toBe(200);
    await output('backend publish --data out/cwa');
    const parameters = { country: 'DE', date: '2020-06-22', hour: '12' };
    expect((await ask(hourPackage, { parameters })).status).toBe(200);
    expect((await place.json('backend status --data out/cwa', backendStatusSchema)).data).toMatchObject({
      keys: 2,
      sessions: 1,
      tans: 0,
    });
  });

  it('leaves no code behind: none stands in a file or in the log', async () => {
    const registered = await ask(registrationToken, { body: { key: TEST, keyType: 'GUID' } });
    const token = registered.said()['registrationToken'] as string;
    await output(`backend report-test ${TEST} --result positive --data out/cwa`);
    const made = (await ask(tan, { body: { registrationToken: token } })).said()['tan'] as string;
    const folder = join(place.folder, 'out/cwa');
    const { stderr } = await server.stop();
    server = await place.serve(START);
    for (const text of [TEST, token, made]) {
      const needles = [text, Buffer.from(text.replaceAll('-', ''), 'hex')];
      for (const name of readdirSync(folder))
        for (const needle of needles) expect(readFileSync(join(folder, name)).includes(needle), name).toBe(false);
      expect(stderr).not.toContain(text);
    }
  });
});

it('follows its rules, which are tried over HTTP', async () => {
  await server.stop();
  server = await place.serve(START.replace(' --least-keys 1', '').replace('out/cwa', 'out/rules'));
  const line = 'backend conform --system cwa --data out/rules --junit out/rules.xml --format json';
  const ran = await place.output(line);
  const { counts } = backendConformSchema.parse(JSON.parse(ran));
  expect(counts).toMatchObject({ differs: 0, 'not tested': 0, 'as documented': 3 });
  expect(place.text('out/rules.xml')).toContain('classname="cwa.upload"');
}, 60_000);

it('a fake submission is answered like a genuine one, whatever is in it', async () => {
  const fake = await ask(submitFake, { headers: { 'cwa-fake': '1' }, body: Buffer.from('anything') });
  expect(fake.status).toBe(200);
  expect(fake.headers.get('cwa-saved-checkins')).toBe('0');
  expect((await ask(submitFake, { headers: {} as never, body: Buffer.from('') })).status).toBe(400);
});

it.each([
  [`report-test ${TEST.slice(1)} --result positive`, 2, 'E-USAGE', '64 hexadecimal digits'],
  [`report-test ${TEST} --result maybe`, 2, 'E-USAGE', 'negative, positive, invalid'],
  ['issue-teletan --type LAB', 2, 'E-USAGE', 'TEST, EVENT'],
  ['extract --epidemiological --out out/x.ndjson', 5, 'E-SERVER', 'collects no reports'],
  ['extract --ministry --out out/x.csv', 5, 'E-SERVER', 'collects no operational info'],
  ['authorise-otp 9K2RAY8UUQ --symptoms 2020-06-15', 5, 'E-SERVER', ''],
])('"backend %s" is exit %i', async (words, exit, code, message) => {
  expectError(await place.enlab(`backend ${words} --data out/cwa`), exit, code, message);
});

it('an operator of Immuni cannot do what those of the Corona-Warn-App do', async () => {
  const other = await place.serve('backend start --system immuni --data out/immuni --clock virtual');
  for (const words of ['issue-teletan', `report-test ${TEST} --result positive`])
    expectError(await place.enlab(`backend ${words} --data out/immuni`), 5, 'E-SERVER', 'never says');
  await other.stop();
});

it.each([
  ['--system cwa --analytics dpia', '--analytics is of --system immuni'],
  ['--system immuni --tans-per-token 1', '--tans-per-token is of --system cwa'],
  ['--system immuni --fault cwa-frozen-average', '--fault cwa-frozen-average is of --system cwa'],
  ['--system cwa --fault immuni-double-delay', '--fault immuni-double-delay is of --system immuni'],
  ['--system cwa --fault late', 'no-equalisation'],
  ['--system immuni --key-multiplier 2', '--key-multiplier is of --system cwa'],
  ['--system cwa --preset immuni-2020-06-05', 'has no settings of the Corona-Warn-App'],
])('"backend start %s" is refused', async (words, message) => {
  expectError(await place.enlab(`backend start ${words} --data out/other`), 2, 'E-USAGE', message);
});
