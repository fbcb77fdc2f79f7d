/** The console in a real browser, without JavaScript: by keyboard alone, named fields, no request elsewhere, pictures. */
import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccount } from '../../src/backend/console/accounts.ts';
import { writeAccounts } from '../../src/backend/files.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { temporaryFolder } from '../helpers/immuniBackend.ts';
import { runBackend } from '../helpers/runningBackend.ts';

const executablePath = '/usr/bin/chromium';
const PASSWORD = 'kmpqr-79abc-defgh-xyz23';
const pictures = process.env['ENLAB_PICTURES'];

describe.skipIf(!existsSync(executablePath)).each([
  ['immuni', 'Authorise a code'],
  ['cwa', 'Issue a teleTAN'],
] as const)('console of %s', (system, title) => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let place: ReturnType<typeof temporaryFolder>;
  let backend: Awaited<ReturnType<typeof runBackend>>;
  const foreign: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    place = temporaryFolder();
    backend = await runBackend(place.folder, { system });
    writeAccounts(place.folder, { anna: await newAccount(PASSWORD, keyedEntropy(2, 'salt')) });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: 120_000 });
    context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1000, height: 900 } });
    page = await context.newPage();
    page.on('request', (request) => void (request.url().startsWith(backend.url) || foreign.push(request.url())));
    // Refusals are answers; what the policy of the page forbids is a fault.
    page.on(
      'console',
      (message) => void (message.text().includes('responded with a status') || complaints.push(message.text())),
    );
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await backend.close();
    place.remove();
  });

  const picture = async (name: string): Promise<void> => {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}/${system}-${name}.png`, fullPage: true });
  };

  it('logs in with the keyboard', async () => {
    await page.goto(`${backend.url}/console`);
    await picture('login');
    await page.getByLabel('Name').fill('anna');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await picture('wrong');
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByLabel('Type these symbols').fill((await page.locator('.captcha').textContent())!);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  });

  it('does its things, says so, and refuses nonsense beside the field', async () => {
    if (system === 'immuni') {
      await page.getByLabel('Code').fill('9K2-RAY8-UUW');
      await page.getByLabel('First symptoms').fill('2020-06-20');
      await page.getByRole('button', { name: 'Authorise' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByLabel('Code').getAttribute('aria-invalid')).toBe('true');
      await picture('refused');
      await page.getByLabel('Code').fill('9K2-RAY8-UUQ');
      await page.getByRole('button', { name: 'Authorise' }).click();
    } else {
      await page.getByRole('link', { name: 'Report a test' }).click();
      await page.getByLabel('Test').fill('no code');
      await page.getByLabel('Result').selectOption('positive');
      await page.getByRole('button', { name: 'Report' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByLabel('Test').getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByLabel('Result').inputValue()).toBe('positive');
      await picture('refused');
      await page.getByRole('link', { name: 'Issue a teleTAN' }).click();
      await page.getByLabel('For whom').selectOption('TEST');
      await page.getByRole('button', { name: 'Issue' }).click();
    }
    await page.getByRole('status').waitFor();
    await picture('done');
    expect(await page.getByRole('status').textContent()).toMatch(system === 'immuni' ? /Authorised/ : /Read it out/);
  });

  it('shows the state, on a narrow screen as well, and in the dark', async () => {
    await page.getByRole('link', { name: 'Status' }).click();
    await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor();
    await picture('status');
    await page.setViewportSize({ width: 390, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('status-narrow');
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
  });

  it('has one heading, names for all fields, a language, and asks nobody else', async () => {
    await page.goto(`${backend.url}/console`);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('h1').count()).toBe(1);
    for (const field of await page.locator('main input:not([type=hidden]), main select').all())
      expect(await page.locator(`label[for=${await field.getAttribute('id')}]`).count()).toBe(1);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
  });
});
