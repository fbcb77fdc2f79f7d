/**
 * Tables of docs/wire.md, docs/backend.md and docs/cwa.md between their markers, from the descriptions in src: `npm run docs:wire`.
 * test/protocol/wire/page.test.ts and test/backend/page.test.ts keep them equal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { differences as cwaRuleDifferences } from '../src/backend/cwa/rules.ts';
import type { Difference as RuleDifference } from '../src/backend/differences.ts';
import { differences as immuniRuleDifferences } from '../src/backend/immuni/rules.ts';
import { cwaDifferences } from '../src/protocol/wire/cwa/documented.ts';
import { cwaEndpoints } from '../src/protocol/wire/cwa/endpoints.ts';
import type { Difference } from '../src/protocol/wire/documented.ts';
import type { Endpoint } from '../src/protocol/wire/endpoint.ts';
import { immuniDifferences } from '../src/protocol/wire/immuni/documented.ts';
import { immuniEndpoints } from '../src/protocol/wire/immuni/endpoints.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const repliesOf = ({ replies }: Endpoint): string =>
  Object.entries(replies)
    .map(([status, { meaning, fixed }]) => {
      const cache = fixed['cache-control'];
      return `${status} ${meaning}${cache === undefined ? '' : ` (\`${cache}\`)`}`;
    })
    .join('; ');

const bodyOf = ({ body: { contentType, limit } }: Endpoint): string =>
  contentType === '' ? '-' : `${contentType.split(';', 1)[0]}, <= ${limit.toLocaleString('en')} B`;

const endpointTable = (endpoints: readonly Endpoint[]): string =>
  table(
    ['name', 'call', 'what for', 'body', 'replies'],
    endpoints.map((endpoint) => [
      endpoint.name,
      `\`${endpoint.method} ${endpoint.path}\``,
      endpoint.host === undefined ? `${endpoint.purpose} (not public)` : endpoint.purpose,
      bodyOf(endpoint),
      repliesOf(endpoint),
    ]),
  );

const differenceTable = (differences: readonly Difference[]): string =>
  table(
    ['what', 'documented', 'deployed'],
    differences.map(({ what, documented, deployed }) => [what, documented, deployed]),
  );

const ruleTable = (differences: readonly Omit<RuleDifference<object>, 'rule'>[]): string =>
  table(
    ['what', 'documented', 'deployed', 'why it matters'],
    differences.map(({ what, documented, deployed, why }) => [what, documented, deployed, why]),
  );

const wireTables: Readonly<Record<string, string>> = {
  'immuni endpoints': endpointTable(immuniEndpoints),
  'cwa endpoints': endpointTable(cwaEndpoints),
  'immuni differences': differenceTable(immuniDifferences),
  'cwa differences': differenceTable(cwaDifferences),
};

const backendTables = { 'immuni rules': ruleTable(immuniRuleDifferences) };
const cwaTables = { 'cwa rules': ruleTable(cwaRuleDifferences) };

/** A page with its tables as the descriptions are now. Error when a marker is missing. */
function filled(text: string, name: string, tables: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [title, content] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${title} -->`, `<!-- end of ${title} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/${name} has no place for "${title}"`);
    result = `${result.slice(0, from + begin.length)}\n${content}\n${result.slice(to)}`;
  }
  return result;
}

export const wirePage = (text: string): string => filled(text, 'wire.md', wireTables);
export const backendPage = (text: string): string => filled(text, 'backend.md', backendTables);
export const cwaPage = (text: string): string => filled(text, 'cwa.md', cwaTables);

if (import.meta.url === `file://${process.argv[1]}`)
  for (const [name, page] of Object.entries({ 'wire.md': wirePage, 'backend.md': backendPage, 'cwa.md': cwaPage })) {
    const file = new URL(`../docs/${name}`, import.meta.url);
    writeFileSync(file, page(readFileSync(file, 'utf8')));
  }
