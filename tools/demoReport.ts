/**
 * Renders the demonstration document (invented numbers, every kind of block) for looking at it:
 *   npx tsx tools/demoReport.ts out/demo.html          the page
 *   npx tsx tools/demoReport.ts out/demo.html 100      and the terminal text, 100 columns wide, on stdout
 */
import { writeFileSync } from 'node:fs';
import { renderHtml } from '../src/report/html.ts';
import { renderText } from '../src/report/text.ts';
import { demoDocument } from '../test/helpers/demoDocument.ts';

const [file, width] = process.argv.slice(2);
if (!file) throw new Error('usage: tsx tools/demoReport.ts FILE.html [COLUMNS]');
writeFileSync(file, await renderHtml(demoDocument));
if (width) process.stdout.write(renderText(demoDocument, { width: Number(width), color: process.stdout.isTTY }));
