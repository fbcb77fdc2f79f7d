/**
 * The layer table, the bans, and the lint configuration that enforces both (docs/architecture.md explains them).
 * `npm run layers` rewrites .oxlintrc.json; test/system/lint.test.ts plants a violation of each to prove that it bites.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = ['src/core', 'src/stats', 'src/protocol', 'src/propagation', 'src/risk', 'src/trace', 'src/device'];

/** Layer -> layers, or places inside one, that it may import. `cli` may import everything; nobody may import `cli`. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/stats': ['src/core'],
  'src/protocol': ['src/core'],
  'src/risk': ['src/core'],
  'src/trace': ['src/core'],
  'src/report': ['src/core'],
  'src/propagation': ['src/core', 'src/stats'],
  'src/radio': ['src/core', 'src/protocol'],
  'src/backend': ['src/core', 'src/stats', 'src/protocol', 'src/risk/config'],
  'src/device': ['src/core', 'src/protocol', 'src/risk', 'src/trace'],
  'src/field': ['src/core', 'src/stats', 'src/protocol', 'src/trace', 'src/propagation', 'src/radio'],
  'src/population': shared,
  'src/load': shared,
  'src/scenario': [...shared, 'src/radio', 'src/backend', 'src/field', 'src/population', 'calibration'],
  calibration: ['src/core', 'src/stats', 'src/risk', 'src/trace'],
};

export const everyLayer: readonly string[] = [...Object.keys(layers), 'cli'];
/** A glob in each folder of the product; tests and tools may do what they like. */
const inProduct = (glob: string): readonly string[] => ['src', 'calibration', 'cli'].map((top) => `${top}/${glob}`);
const outside = ['test', 'tools', 'bench'];

/** Layers that `layer` must not import. Places it may import inside one of them are excepted by `places`. */
export const forbidden = (layer: string): readonly string[] =>
  layer === 'cli' ? [] : everyLayer.filter((other) => other !== layer && !layers[layer]?.includes(other));

/** Parts of a forbidden layer that are open to `layer` all the same. */
export const places = (layer: string): readonly string[] =>
  (layers[layer] ?? []).filter((place) => !everyLayer.includes(place));

const inFolder = (place: string): string => `**/${place.replace('src/', '')}/**`;

const edgeMessage = 'only cli/edge.ts touches the outside world; take it as a parameter';
const randomMessage = 'draw from a keyed stream (src/core/random.ts); cli/edge.ts owns the entropy of the system';

/** Date stands here whole, because no rule tells `new Date()` from `new Date(ms)`: src/core/time.ts formats times. */
const edgeGlobals = [
  'process',
  'globalThis',
  'global',
  'console',
  'fetch',
  'crypto',
  'performance',
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
];

const edgeProperties = [
  { object: 'Math', property: 'random', message: randomMessage },
  { object: 'AbortSignal', property: 'timeout', message: edgeMessage },
];

/** Results of a power may differ in the last bit between engines, and so could a draw or a decision. */
const powerProperty = { object: 'Math', property: 'pow', message: 'engines round powers differently: multiply' };
const exactFolders = ['core', 'stats', 'risk', 'propagation', 'population'].map((folder) => `src/${folder}/**`);

/** `default` and with it `* as`: a whole module would carry the random sources along. */
const randomSources = [
  'default',
  'randomBytes',
  'randomInt',
  'randomUUID',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
];

/** Modules of Node without a clock, a file, a socket or a process in them: free for all. */
const pureModules = 'buffer crypto events path stream stream/promises string_decoder url util zlib'.split(' ');
const fileModules = ['fs', 'fs/promises'];
const workerModules = ['worker_threads'];

const filePlaces = ['**/files.ts', '**/store/**'];
/** Workers are loaded by path, which no import rule sees; test/layers.test.ts checks the paths. */
const workerPlaces = ['**/*.worker.ts', '**/workers.ts'];

const nodeModules = (...allowed: readonly string[][]) => [
  'error',
  { allow: allowed.flat().map((name) => `node:${name}`) },
];

const databaseBan = {
  name: 'better-sqlite3',
  allowTypeImports: true,
  message: `opened only in ${filePlaces.join(' and ')}`,
};

/** An override replaces a rule's whole setting, so that each layer carries everything that holds for it. */
const imports = (layer: string, may: { openFiles?: boolean; drawEntropy?: boolean } = {}) => [
  'error',
  {
    paths: [
      ...(may.drawEntropy ? [] : [{ name: 'node:crypto', importNames: randomSources, message: randomMessage }]),
      ...(may.openFiles ? [] : [databaseBan]),
    ],
    patterns: [
      {
        group: [
          ...[...forbidden(layer), ...outside].map(inFolder),
          ...places(layer).map((place) => `!${inFolder(place)}`),
        ],
        message: `${layer} may import only: ${layer === 'cli' ? 'src, calibration' : layers[layer]?.join(', ') || 'nothing of ours'}`,
      },
    ],
  },
];

const bannedGlobals = (names: readonly string[]) => ['error', ...names.map((name) => ({ name, message: edgeMessage }))];

export const lintConfig = () => ({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise'],
  jsPlugins: ['./tools/lintRules.mjs'],
  categories: { correctness: 'error', suspicious: 'error' },
  // AssemblyScript looks like TypeScript, but has types and globals of its own; its compiler checks it.
  ignorePatterns: ['node_modules/**', 'dist/**', 'coverage/**', 'src/**/wasm/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default-member': 'off',
    'max-lines': ['error', { max: 450 }],
    'max-lines-per-function': ['error', { max: 80 }],
    // tsc does this (noImplicitReturns) and knows when a switch is exhaustive.
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-unsafe-type-assertion': 'off',
    // Messages here go to threads, which have no origin.
    'unicorn/require-post-message-target-origin': 'off',
  },
  overrides: [
    {
      files: inProduct('**'),
      rules: {
        'enlab/no-computed-import': 'error',
        'import/no-nodejs-modules': nodeModules(pureModules),
        'no-restricted-globals': bannedGlobals(edgeGlobals),
        'no-restricted-properties': ['error', ...edgeProperties],
      },
    },
    {
      files: filePlaces.flatMap(inProduct),
      rules: { 'import/no-nodejs-modules': nodeModules(pureModules, fileModules) },
    },
    {
      files: workerPlaces.flatMap(inProduct),
      rules: { 'import/no-nodejs-modules': nodeModules(pureModules, workerModules) },
    },
    {
      files: [...exactFolders, 'calibration/**'],
      rules: { 'enlab/no-power': 'error', 'no-restricted-properties': ['error', ...edgeProperties, powerProperty] },
    },
    {
      files: ['src/core/time.ts'],
      rules: { 'no-restricted-globals': bannedGlobals(edgeGlobals.filter((name) => name !== 'Date')) },
    },
    ...everyLayer.flatMap((layer) => [
      { files: [`${layer}/**`], rules: { 'no-restricted-imports': imports(layer) } },
      {
        files: filePlaces.map((place) => `${layer}/${place}`),
        rules: { 'no-restricted-imports': imports(layer, { openFiles: true }) },
      },
    ]),
    {
      files: ['cli/edge.ts'],
      rules: {
        'import/no-nodejs-modules': 'off',
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        'no-restricted-imports': imports('cli', { drawEntropy: true }),
      },
    },
    // A suite is one long function with its helpers inside.
    { files: ['test/**'], rules: { 'max-lines-per-function': 'off', 'unicorn/consistent-function-scoping': 'off' } },
  ],
});

/** One override a line: the file is read as differences, not as text. */
export function lintConfigText(): string {
  const { overrides, ...base } = lintConfig();
  const lines = overrides.map((override) => `    ${JSON.stringify(override)}`).join(',\n');
  return `${JSON.stringify(base, null, 2).slice(0, -2)},\n  "overrides": [\n${lines}\n  ]\n}\n`;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  writeFileSync(fileURLToPath(new URL('../.oxlintrc.json', import.meta.url)), lintConfigText());
}
