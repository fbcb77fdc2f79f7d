/** Both stories of the Corona-Warn-App, and that of Immuni, with an operator in a real browser and phones that are told. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deviceStatusSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { Workplace } from '../helpers/cli.ts';
import { beginStory, CODE } from '../helpers/cwaStory.ts';

const executablePath = '/usr/bin/chromium';

describe.skipIf(!existsSync(executablePath))('an operator in a browser', () => {
  let browser: Browser;
  const open: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 120_000 });
  }, 180_000);
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });
  afterAll(() => browser.close());

  /** Without JavaScript, logged in with the password that the command printed. */
  async function operator(place: Workplace, data: string, url: string): Promise<Page> {
    const password = (await place.output(`backend add-operator anna --data ${data}`)).trim();
    const context = await browser.newContext({ javaScriptEnabled: false });
    open.push(() => context.close());
    const page = await context.newPage();
    await page.goto(`${url}/console`);
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    return page;
  }

  async function story() {
    const begun = await beginStory();
    open.push(() => begun.end());
    return { ...begun, page: await operator(begun.place, 'out/cwa', begun.url) };
  }

  /** By the way that everybody finds. */
  async function report(page: Page, result: string): Promise<string | null> {
    await page.getByRole('link', { name: 'Report a test' }).click();
    await page.getByLabel('Test').fill(CODE);
    await page.getByLabel('Result').selectOption(result);
    await page.getByRole('button', { name: 'Report' }).click();
    return page.getByRole('status').textContent();
  }

  it('reports the test of a QR code: two uploads, and the other phone is told', async () => {
    const { page, ask, status, twoDaysLater } = await story();
    expect(await ask(`register ${CODE}`, 'erik')).toContain('is pending');
    expect(await report(page, 'positive')).toBe('Reported: the test is positive.');
    expect(await ask('sync', 'erik')).toContain('the result of the test is positive');
    expect(await ask('upload --symptoms 2020-06-21', 'erik')).toContain('sent 6 keys');
    await twoDaysLater();
    expect((await status('erik')).test).toMatchObject({ state: 'positive', followUp: 'done' });
    expect((await status('frida')).notification).toMatchObject({ lastExposure: '2020-06-22' });
  });

  it('issues a teleTAN after a new installation: two uploads, and the other phone is told', async () => {
    const { page, ask, run, status, twoDaysLater } = await story();
    await ask(`register ${CODE}`, 'erik');
    await report(page, 'positive');
    await run('device reset --store out/erik');
    await page.getByRole('link', { name: 'Issue a teleTAN' }).click();
    await page.getByRole('button', { name: 'Issue' }).click();
    const code = await page.locator('.code').textContent();
    expect(await ask(`register ${code}`, 'erik')).toContain('is positive');
    expect(await ask('upload --symptoms 2020-06-21', 'erik')).toContain('sent 6 keys');
    await twoDaysLater();
    expect((await status('erik')).test).toMatchObject({ followUp: 'done' });
    expect((await status('frida')).notification).toMatchObject({ lastExposure: '2020-06-22' });
  });

  it('authorises a code of Immuni, and the other phone is told', async () => {
    const place = new Workplace();
    const run = (line: string) => place.output(line, { entropy: keyedEntropy(8, line) });
    const server = await place.serve(
      'backend start --system immuni --data out/backend --clock virtual --begin 2020-09-12T12:00Z',
    );
    open.push(() => server.stop());
    const { url } = JSON.parse(server.line) as { url: string };
    for (const name of ['anna', 'bruno'])
      await run(`device new --store out/${name} --clock virtual --begin 2020-09-12T12:00Z`);
    await run('device meet out/anna out/bruno --minutes 20 --attenuation 50');
    await run('backend clock +1d --data out/backend');
    for (const name of ['anna', 'bruno']) await run(`device advance +1d --store out/${name}`);
    const page = await operator(place, 'out/backend', url);
    await page.getByLabel('Code').fill('9K2-RAY8-UUQ');
    await page.getByLabel('First symptoms').fill('2020-09-12');
    await page.getByRole('button', { name: 'Authorise' }).click();
    expect(await page.getByRole('status').textContent()).toContain('Authorised.');
    await run(`device upload 9K2-RAY8-UUQ --store out/anna --url ${url}`);
    await run('backend clock +30min --data out/backend');
    await run(`device sync --store out/bruno --url ${url}`);
    const { notification } = await place.json('device status --store out/bruno', deviceStatusSchema);
    expect(notification).not.toBeNull();
  });
});
