import { defineConfig } from 'vitest/config';

const ci = process.env.CI === 'true';

/** Suites that need other programs or much time: `vitest run --mode system`; everything else is the unit suite. */
const suites = ['system', 'vm'];

export default defineConfig(({ mode }) => {
  const suite = suites.includes(mode) ? mode : 'unit';
  return {
    test: {
      include: [suite === 'unit' ? 'test/**/*.test.{ts,tsx}' : `test/${suite}/**/*.test.{ts,tsx}`],
      exclude: suite === 'unit' ? suites.map((other) => `test/${other}/**`) : [],
      // By default one core is left idle. The other suites start programs that need it.
      ...(suite === 'unit' && { maxWorkers: '100%' }),
      testTimeout: suite === 'unit' ? 20_000 : 300_000,
      // Starting a browser beside a suite that keeps both cores busy takes longer than the default of 10 s.
      hookTimeout: suite === 'unit' ? 20_000 : 1_500_000,
      // The counts of the closing line of .ci/run come from these files, not from the text for people.
      reporters: ci ? ['default', ['json', { outputFile: `coverage/tests-${suite}.json` }]] : ['default'],
      coverage: {
        enabled: ci && suite === 'unit',
        provider: 'v8',
        include: ['src/**/*.ts', 'cli/**/*.{ts,tsx}', 'calibration/**/*.ts'],
        reporter: ['text-summary', 'json-summary', 'lcovonly'],
        thresholds: { lines: 80, functions: 80, branches: 70 },
      },
    },
  };
});
