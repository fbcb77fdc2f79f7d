/** The report in a real browser: what a reader sees at a desk, on a phone and on paper. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSvgs } from '../../src/report/figure.ts';
import { renderHtml } from '../../src/report/html.ts';
import { demoDocument } from '../helpers/demoDocument.ts';

const executablePath = '/usr/bin/chromium';
const missing = existsSync(executablePath) ? '' : ` (skipped: no ${executablePath})`;
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

describe.skipIf(missing !== '')(`the report in Chromium${missing}`, () => {
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  /** A new window of this width with the report in it; what the console and the network saw is kept. */
  async function open(width: number, file = 'report.html'): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 900 } });
    [complaints, requests] = [[], []];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(folder, file)).href);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'enlab-report-'));
    writeFileSync(join(folder, 'report.html'), await renderHtml(demoDocument));
    for (const [name, svg] of await renderSvgs(demoDocument)) writeFileSync(join(folder, name), svg);
    browser = await chromium.launch({ executablePath, args: [...quiet, ...offline], timeout: 120_000 });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  describe.each([1280, 400])('%i px wide', (width) => {
    beforeAll(() => open(width));
    afterAll(() => page.close());

    it('shows every plot', async () => {
      const boxes = await page.$$eval('figure svg', (svgs) =>
        svgs.map((svg) => {
          const { width: w, height: h, left, right } = svg.getBoundingClientRect();
          return { w, h, left, right, ink: svg.querySelectorAll('path, circle, rect, line, text').length };
        }),
      );
      expect(boxes).toHaveLength(8);
      for (const { w, h, left, right, ink } of boxes) {
        expect(w).toBeGreaterThan(300);
        expect(h).toBeGreaterThan(80);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(width);
        expect(ink).toBeGreaterThan(5);
      }
    });

    it('says nothing on the console and asks for nothing but itself', () => {
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([page.url()]);
    });

    it('does not scroll sideways', async () => {
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(width);
    });

    it('lets no text of a figure run out of it', async () => {
      const out = await page.$$eval('figure svg', (svgs) =>
        svgs.flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')]
            .filter((text) => {
              const box = text.getBoundingClientRect();
              return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
            })
            .map((text) => text.textContent);
        }),
      );
      expect(out).toEqual([]);
    });

    it('lets no two texts of a figure overlap', async () => {
      const pairs = await page.$$eval('figure svg', (svgs) =>
        svgs.flatMap((svg) => {
          // Line boxes are taller than letters: the middle 60 % is what is seen.
          const boxes = [...svg.querySelectorAll('text')].map((text) => {
            const { left, right, top, height } = text.getBoundingClientRect();
            return { left, right, top: top + 0.2 * height, bottom: top + 0.8 * height, text: text.textContent };
          });
          return boxes.flatMap((a, k) =>
            boxes
              .slice(k + 1)
              .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
              .map((b) => `${a.text} / ${b.text}`),
          );
        }),
      );
      expect(pairs).toEqual([]);
    });
  });

  it('prints all figures on A4', async () => {
    await open(1280);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThanOrEqual(4);
    expect(sheets).toBeLessThanOrEqual(9);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 665, height: 985 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(665);
    await page.close();
  });

  it('is black on white where the reader prefers dark pages', async () => {
    await open(1280);
    await page.emulateMedia({ colorScheme: 'dark' });
    const colour = (name: string) => page.evaluate<string>(`getComputedStyle(document.documentElement).${name}`);
    expect(await colour('backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await colour('color')).toBe('rgb(17, 17, 17)');
    await page.close();
  });

  it('links lead to their sections', async () => {
    await open(1280);
    for (const { id } of demoDocument.sections) {
      await page.click(`nav a[href="#${id}"]`);
      expect(await page.$eval(':target', (target) => target.id)).toBe(id);
    }
    await page.close();
  });

  it('every SVG file is XML that draws alone', async () => {
    for (const name of (await renderSvgs(demoDocument)).keys()) {
      await open(800, name);
      expect(await page.evaluate<string>('document.documentElement.localName')).toBe('svg');
      expect(complaints).toEqual([]);
      await page.close();
    }
  });
});
