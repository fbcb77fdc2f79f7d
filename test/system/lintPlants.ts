/** What test/system/lint.test.ts plants: source files that a rule must report, and neighbours it must leave alone. */

export interface Plant {
  /** The rule that must report the file; "allowed" = no rule may, beyond those planted in the same file. */
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

/** "=== RULE FILE" starts a plant, its text follows. */
const parse = (book: string): readonly Plant[] =>
  book
    .split(/^=== /m)
    .slice(1)
    .map((plant) => {
      const [head = '', ...lines] = plant.split('\n');
      const [rule = '', file = ''] = head.split(' ');
      return { rule, file, text: lines.join('\n') };
    });

const written = parse(`
=== no-restricted-properties src/trace/randomDestructured.ts
const { random } = Math;
export const y = (): number => random();
=== no-restricted-properties src/trace/randomInBrackets.ts
export const y = (): number => Math['random']();
=== no-restricted-properties src/trace/timeoutSignal.ts
export const y = (): unknown => AbortSignal.timeout(1);
=== no-restricted-globals cli/clock.ts
export const y = (): number => Date.now();
=== allowed src/core/time.ts
export const y = (): unknown => new Date(0);
=== no-restricted-globals src/core/time.ts
export const pid = (): number => process.pid;

=== no-restricted-imports src/core/allOfCrypto.ts
import * as y from 'node:crypto';
export { y };
=== no-restricted-imports src/core/defaultOfCrypto.ts
import y from 'node:crypto';
export { y };
=== no-restricted-imports src/core/entropyIn/files.ts
export { randomBytes } from 'node:crypto';
=== no-restricted-imports src/core/layerIn/files.ts
export { x } from '../../stats/x.ts';
=== no-restricted-imports src/core/typeImport.ts
import type { x } from '../../cli/x.ts';
export type Y = typeof x;
=== no-restricted-imports src/core/dynamicImport.ts
export const y = async (): Promise<unknown> => import('../../cli/x.ts');
=== no-computed-import cli/computedImport.ts
export const y = async (z: string): Promise<unknown> => import(z);
=== no-restricted-imports src/core/testHelper.ts
export { x } from '../../test/x.ts';
=== no-restricted-imports cli/tool.ts
export { x } from '../tools/x.ts';
=== allowed cli/edge.ts
export { randomBytes } from 'node:crypto';
export const y = (): unknown => [process.argv, Date.now(), Math.random(), setTimeout(() => {}, 1)];
=== no-restricted-imports cli/edge.ts
export { x } from '../bench/x.ts';
=== no-restricted-imports src/backend/model.ts
export { x } from '../risk/models/x.ts';
=== allowed src/backend/configuration.ts
export { x } from '../risk/config/x.ts';

=== allowed src/stats/pure.ts
export { join } from 'node:path';
export { createHash } from 'node:crypto';
=== no-nodejs-modules src/trace/dynamicModule.ts
export const y = async (): Promise<unknown> => import('node:fs');
=== no-nodejs-modules src/trace/halfOfName_files.ts
export * as y from 'node:fs';
=== allowed src/trace/files.ts
export * as y from 'node:fs';
=== allowed cli/files.ts
export * as y from 'node:fs/promises';
=== no-nodejs-modules calibration/files.ts
export * as y from 'node:worker_threads';
=== no-nodejs-modules calibration/workers.ts
export * as y from 'node:fs';
=== allowed src/population/workers.ts
export * as y from 'node:worker_threads';
=== allowed calibration/fit.worker.ts
export * as y from 'node:worker_threads';
=== no-restricted-imports src/trace/database.ts
import Y from 'better-sqlite3';
export { Y };
=== allowed src/trace/databaseType.ts
import type Y from 'better-sqlite3';
export type { Y };
=== allowed src/trace/store/database.ts
import Y from 'better-sqlite3';
export * as fs from 'node:fs';
export { Y };
=== allowed test/helpers/files.ts
export * as y from 'node:os';
export const z = (): number => Date.now();
=== allowed src/report/powerOfAxis.ts
export const y = (x: number): number => x ** Math.pow(x, 2);

=== no-cycle src/trace/cycleA.ts
export { b as a } from './cycleB.ts';
=== no-cycle src/trace/cycleB.ts
export { a as b } from './cycleA.ts';
=== consistent-type-imports src/trace/typeAsValue.ts
import { x } from './x.ts';
export type Y = typeof x;
=== no-explicit-any src/trace/any.ts
export const y = (z: any): unknown => z;
=== no-floating-promises src/trace/floating.ts
export const y = (z: Promise<void>): void => {
  z;
};
=== no-misused-promises src/trace/misused.ts
export const y = (z: Promise<void>): number => (z ? 1 : 2);
=== switch-exhaustiveness-check src/trace/forgottenCase.ts
export function y(z: 'a' | 'b'): void {
  switch (z) {
    case 'a':
      y('b');
  }
}
`);

/** Comments count: STYLE.md means lines of the file. */
const linesOf = (lines: number): string => `${'// reason\n'.repeat(lines - 1)}export const y = 1;\n`;
const functionOf = (lines: number): string => `export function y(): void {\n${'  y();\n'.repeat(lines - 2)}}\n`;

const sizes: readonly Plant[] = [
  { rule: 'max-lines', file: 'src/trace/lines451.ts', text: linesOf(451) },
  { rule: 'allowed', file: 'src/trace/lines450.ts', text: linesOf(450) },
  { rule: 'max-lines-per-function', file: 'src/trace/function81.ts', text: functionOf(81) },
  { rule: 'allowed', file: 'src/trace/function80.ts', text: functionOf(80) },
  { rule: 'allowed', file: 'test/function81.ts', text: functionOf(81) },
];

const uses = [
  'process.pid; globalThis.process; global.process; console.log(1); fetch(""); crypto.randomUUID(); performance.now()',
  'new Date(); Date.now(); setTimeout(y, 1); setInterval(y, 1); setImmediate(y)',
].flatMap((line) => line.split('; '));

const globals: readonly Plant[] = uses.map((use, k) => ({
  rule: 'no-restricted-globals',
  file: `src/risk/global${k}_${use.replaceAll(/\W+/g, '_')}.ts`,
  text: `export const y = (): unknown => ${use};\n`,
}));

const exactFolders = ['src/core', 'src/stats', 'src/risk/models', 'src/propagation', 'src/population', 'calibration'];

/** Each in a file of its own: one finding would hide that another is missed. */
const inexact: readonly Plant[] = exactFolders.flatMap((folder) => [
  { rule: 'no-power', file: `${folder}/power.ts`, text: 'export const y = (x: number): number => x ** 2;\n' },
  {
    rule: 'no-power',
    file: `${folder}/powerAssigned.ts`,
    text: 'export const y = (x: number): number => (x **= 2);\n',
  },
  {
    rule: 'no-restricted-properties',
    file: `${folder}/mathPow.ts`,
    text: 'export const y = (x: number): number => Math.pow(x, 2);\n',
  },
  {
    rule: 'no-restricted-properties',
    file: `${folder}/random.ts`,
    text: 'export const y = (): number => Math.random();\n',
  },
]);

const closedModules =
  'process timers timers/promises perf_hooks os child_process net http vm module fs fs/promises worker_threads';

const nodeModules: readonly Plant[] = closedModules.split(' ').flatMap((name) =>
  [`node:${name}`, name].map((path) => ({
    rule: 'no-nodejs-modules',
    file: `src/stats/module_${path.replaceAll(/\W/g, '_')}.ts`,
    text: `export * as y from '${path}';\n`,
  })),
);

const randomSources = 'randomBytes randomInt randomUUID randomFill randomFillSync getRandomValues webcrypto';

const entropy: readonly Plant[] = randomSources.split(' ').map((name) => ({
  rule: 'no-restricted-imports',
  file: `src/core/${name}.ts`,
  text: `export { ${name} } from 'node:crypto';\n`,
}));

export const plants: readonly Plant[] = [...written, ...sizes, ...globals, ...inexact, ...nodeModules, ...entropy];
