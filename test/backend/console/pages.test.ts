/** The console over HTTP without a browser: sessions, forged forms, attempts, the trail. */
import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newAccount, newPassword } from '../../../src/backend/console/accounts.ts';
import { MANY, MOST_REFUSALS } from '../../../src/backend/console/trail.ts';
import { writeAccounts } from '../../../src/backend/files.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { registrationToken, testResult } from '../../../src/protocol/wire/cwa/verification.ts';
import { checkOtpEndpoint } from '../../../src/protocol/wire/immuni/ingestion.ts';
import { otpToken } from '../../../src/protocol/wire/immuni/otp.ts';
import { bearer } from '../../../src/protocol/wire/immuni/parts.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';
import { runBackend } from '../../helpers/runningBackend.ts';

const PASSWORD = newPassword(keyedEntropy(1, 'password'));
const OTP = '9K2-RAY8-UUQ';
const encoder = new TextEncoder();

let place: ReturnType<typeof temporaryFolder>;
let backend: Awaited<ReturnType<typeof runBackend>>;

async function started(system: 'immuni' | 'cwa' = 'immuni', at?: number) {
  backend = await runBackend(place.folder, { system, ...(at && { begin: at }) });
}
beforeEach(async () => {
  place = temporaryFolder();
  await started();
  writeAccounts(place.folder, { anna: await newAccount(PASSWORD, keyedEntropy(2, 'salt')) });
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

/** A browser without a screen: cookies are kept, forms are filled in as they were sent. */
class Visit {
  cookie = '';
  text = '';
  status = 0;

  async go(path: string, method = 'GET', body?: string): Promise<this> {
    const headers = {
      ...(this.cookie && { cookie: this.cookie }),
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const reply = await backend.send(method, path, headers, body === undefined ? undefined : encoder.encode(body));
    const [set] = [reply.headers['set-cookie'] ?? []].flat();
    if (set) this.cookie = set.split(';')[0]!;
    [this.text, this.status] = [reply.text, reply.status];
    return reply.status === 303 ? this.go('/console') : this;
  }

  get page() {
    return parseHTML(this.text).document;
  }

  token(): string {
    return this.page.querySelector('main input[name=_csrf]')!.getAttribute('value')!;
  }

  said(): string {
    return this.page.querySelector('#outcome')?.textContent ?? '';
  }

  submit(path: string, values: Readonly<Record<string, string>>): Promise<this> {
    return this.go(path, 'POST', new URLSearchParams({ _csrf: this.token(), ...values }).toString());
  }

  /** As the page asks for it: with the captcha where there is one. */
  login(operator: string, password: string): Promise<this> {
    const captcha = this.page.querySelector('.captcha')?.textContent ?? '';
    return this.submit('/console/login', { operator, password, captcha });
  }
}

const visit = () => new Visit().go('/console');
const loggedIn = async () => (await visit()).login('anna', PASSWORD);

describe('an operator of Immuni', () => {
  it('logs in, authorises a code, and the phone may send', async () => {
    const anna = await loggedIn();
    expect(anna.page.querySelector('h1')!.textContent).toBe('Authorise a code');
    expect(anna.text).toContain('here for the first time');
    await anna.submit('/console/authorise', { code: '9k2 ray8 uuq', onset: '2020-06-20' });
    expect([anna.status, anna.said()]).toEqual([200, 'Authorised. The app can send within 2.5 minutes.']);
    const headers = { authorization: bearer(otpToken('9K2RAY8UUQ')), 'immuni-dummy-data': '0' } as const;
    expect((await backend.ask(checkOtpEndpoint, { headers, body: { padding: '' } })).status).toBe(204);
    await anna.submit('/console/authorise', { code: OTP, onset: '2020-06-20' });
    expect(anna.said()).toBe('This code is already authorised.');
  });

  it.each([
    [{ code: '9K2-RAY8-UUW', onset: '2020-06-20' }, /This is no code of the app/, 'code'],
    [{ code: '', onset: '2020-06-20' }, /This is no code of the app/, 'code'],
    [{ code: OTP, onset: '20 June' }, /Enter a day/, 'onset'],
    [{ code: OTP, onset: '2020-06-23' }, /still to come/, 'onset'],
    [{ code: OTP, onset: '2019-06-20' }, /did not accept this day/, 'onset'],
    [{ code: '<script>alert(1)</script>', onset: '' }, /This is no code/, 'code'],
  ])('%o is refused, and what was typed is still there', async (values, message, field) => {
    const anna = await loggedIn();
    await anna.submit('/console/authorise', values);
    expect(anna.status).toBe(422);
    expect(anna.said()).toMatch(message);
    const wrong = anna.page.querySelector(`#${field}`)!;
    expect(wrong.getAttribute('aria-invalid')).toBe('true');
    expect(anna.page.querySelector('#code')!.getAttribute('value')).toBe(values.code);
    expect(anna.page.querySelector('script')).toBeNull();
  });

  it('sees when they were here last, and logs out', async () => {
    const anna = await loggedIn();
    const kept = anna.cookie;
    await anna.submit('/console/logout', {});
    expect(anna.page.querySelector('h1')!.textContent).toBe('Log in');
    await anna.login('anna', PASSWORD);
    expect(anna.text).toMatch(/anna, last here/);
    // The session of before is no more.
    const old = new Visit();
    old.cookie = kept;
    expect((await old.go('/console')).page.querySelector('h1')!.textContent).toBe('Log in');
  });

  it('sees the state of the backend', async () => {
    const anna = await (await loggedIn()).go('/console/status');
    expect(anna.page.querySelector('meta[http-equiv=refresh]')).not.toBeNull();
    expect(anna.text).toContain('deadlines missed');
    expect(anna.text).not.toContain(PASSWORD);
    expect((await (await visit()).go('/console/status')).status).toBe(401);
  });
});

async function loggedInAtCwa(): Promise<Visit> {
  await backend.close();
  place.remove();
  place = temporaryFolder();
  await started('cwa');
  writeAccounts(place.folder, { anna: await newAccount(PASSWORD, keyedEntropy(2, 'salt')) });
  return loggedIn();
}

it('an operator of the Corona-Warn-App reports a test', async () => {
  const anna = await loggedInAtCwa();
  await anna.go('/console/test');
  expect(anna.page.querySelector('nav a[aria-current]')!.textContent).toBe('Report a test');
  const test = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  await anna.submit('/console/test', { test, result: 'positive' });
  expect([anna.status, anna.said()]).toEqual([200, 'Reported: the test is positive.']);
  const headers = { 'cwa-fake': '0' } as const;
  const registered = await backend.ask(registrationToken, { headers, body: { key: test, keyType: 'GUID' } });
  const token = (JSON.parse(registered.text) as { registrationToken: string }).registrationToken;
  const { text } = await backend.ask(testResult, { headers, body: { registrationToken: token } });
  expect(JSON.parse(text)).toMatchObject({ testResult: 2 });
  expect(readFileSync(`${place.folder}/access.ndjson`, 'utf8')).not.toContain(test);
});

it.each([
  [
    { test: 'hello', result: 'positive' },
    'This is no code of a test, such as 3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA.',
    'test',
  ],
  [
    { test: '', result: 'positive' },
    'This is no code of a test, such as 3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA.',
    'test',
  ],
  [{ test: '3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA', result: 'pending' }, 'Choose one of the three.', undefined],
  [{ test: '3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA' }, 'Choose one of the three.', undefined],
])('an operator of the Corona-Warn-App cannot report %o', async (values, message, field) => {
  const anna = await loggedInAtCwa();
  await anna.go('/console/test');
  await anna.submit('/console/test', values);
  expect([anna.status, anna.said()]).toEqual([422, message]);
  expect(anna.page.querySelector('[aria-invalid]')?.id).toBe(field);
});

it('an operator of the Corona-Warn-App issues a teleTAN, which is shown once', async () => {
  const anna = await loggedInAtCwa();
  await anna.submit('/console/teletan', { type: 'TEST' });
  const code = anna.page.querySelector('.code')!.textContent;
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{3}-[2-9A-HJKMNP-Z]{3}-[2-9A-HJKMNP-Z]{4}$/);
  await anna.go('/console');
  expect(anna.text).not.toContain(code);
  await anna.submit('/console/teletan', { type: 'ALL' });
  expect(anna.said()).toBe('Choose one of the two.');
});

describe('somebody else', () => {
  it('with a wrong password learns nothing, must pass the captcha, and is locked out after five', async () => {
    const eve = await visit();
    expect(eve.page.querySelector('.captcha')).toBeNull();
    await eve.login('anna', 'guess');
    expect([eve.status, eve.said()]).toEqual([403, 'Name or password is wrong. After 5 attempts the name is locked.']);
    const other = await (await visit()).login('nobody', 'guess');
    expect(other.said()).toBe(eve.said());
    await eve.submit('/console/login', { operator: 'anna', password: PASSWORD, captcha: 'WRONG' });
    expect(eve.said()).toBe('The symbols were others.');
    for (let attempt = 2; attempt <= 5; attempt++) await eve.login('anna', 'guess');
    await eve.login('anna', PASSWORD);
    expect([eve.status, eve.said()]).toEqual([429, 'Too many wrong passwords. Try again in 15 minutes.']);
    // A new session has no more attempts.
    expect((await (await visit()).login('anna', PASSWORD)).status).toBe(429);
    expect((await (await visit()).login('nobody', PASSWORD)).status).toBe(403);
  });

  it.each([
    ['without a token', ''],
    ['with a token of another session', undefined],
  ])('sends a form %s: nothing is done', async (_how, given) => {
    const anna = await loggedIn();
    const token = given ?? (await loggedIn()).token();
    const body = new URLSearchParams({ _csrf: token, code: OTP, onset: '2020-06-20' }).toString();
    await anna.go('/console/authorise', 'POST', body);
    expect([anna.status, anna.said()]).toEqual([403, 'The form was old or not from here. Try again.']);
    await anna.go('/console');
    await anna.submit('/console/authorise', { code: OTP, onset: '2020-06-20' });
    expect(anna.said()).toMatch(/^Authorised/);
  });

  it('plants a session: login makes a new one', async () => {
    const eve = await visit();
    const planted = eve.cookie;
    const anna = new Visit();
    anna.cookie = planted;
    await anna.go('/console');
    await anna.login('anna', PASSWORD);
    expect(anna.cookie).not.toBe(planted);
    expect((await eve.go('/console')).page.querySelector('h1')!.textContent).toBe('Log in');
  });

  it('makes up a session, or fills the memory with them: there is none', async () => {
    const eve = new Visit();
    eve.cookie = 'enlab-console=c4rmZ2Vk.made-up';
    expect((await eve.go('/console/authorise', 'POST', '_csrf=x')).status).toBe(403);
    expect((await eve.go('/console', 'POST', 'x='.repeat(20_000))).status).toBe(404);
    expect((await eve.go('/console/login', 'POST', 'x='.repeat(20_000))).status).toBe(413);
  });
});

it('a flood of wrong passwords leaves few lines in the trail', async () => {
  await Promise.all(Array.from({ length: 30 }, async (_, k) => (await visit()).login(`name${k}`, 'wrong')));
  const lines = readFileSync(`${place.folder}/access.ndjson`, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(MOST_REFUSALS);
  expect(lines.at(-1)).toContain(MANY);
});

it('the trail says who did what, and never a code', async () => {
  const anna = await loggedIn();
  await anna.submit('/console/authorise', { code: OTP, onset: '2020-06-20' });
  await (await visit()).login(PASSWORD, 'typed into the wrong field');
  const trail = readFileSync(`${place.folder}/access.ndjson`, 'utf8');
  expect(
    trail
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { operator: 'anna', action: 'login', outcome: 'done' },
    { operator: 'anna', action: 'authorise a code', outcome: 'done' },
    { operator: '(unknown)', action: 'wrong password', outcome: 'refused' },
  ]);
  const written = `${trail}${backend.log.join('\n')}${readFileSync(`${place.folder}/operators.json`, 'utf8')}`;
  for (const secret of ['9K2', '9k2', PASSWORD]) expect(written).not.toContain(secret);
  await anna.go('/console');
  expect(anna.page.querySelectorAll('tbody tr').length).toBe(3);
});

it('loads nothing from elsewhere and is not kept by browsers', async () => {
  const { headers, text } = await backend.send('GET', '/console', {});
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
  expect(text).not.toMatch(/https?:\/\//);
});
