/** Every command in the order of the root help. To add one: docs/architecture.md. */
import type { CommandEntry } from './command.ts';

/** Groups of the root help, by who uses them. */
const tune = 'Thresholds, traces and populations (epidemiologists, CI)';
const keys = 'Keys and identifiers (developers, QA)';
const backend = 'Backend and phones (developers, QA, CI)';

/** Commands of two words by their first: what they are about. The root help lists their verbs behind it. */
export const families: Readonly<Record<string, string>> = {
  calibrate: 'thresholds, proven on traces',
  trace: 'traces of any known format',
  scenario: 'what must hold in a simulation',
  backend: 'servers',
  device: 'a phone',
  otp: 'one-time passwords of Immuni',
  teletan: 'teleTANs of the Corona-Warn-App',
};

export const commands: readonly CommandEntry[] = [
  {
    name: 'calibrate fit',
    group: tune,
    summary: 'proven best D1-D8 / A1-A8 for a trace, with intervals',
    load: () => import('./commands/calibrate/fit.ts'),
  },
  {
    name: 'calibrate check',
    group: tune,
    summary: 'what presets, rules and configurations do on a trace',
    load: () => import('./commands/calibrate/check.ts'),
  },
  {
    name: 'calibrate compare',
    group: tune,
    summary: 'two rules on the same people: differences and flips',
    load: () => import('./commands/calibrate/compare.ts'),
  },
  {
    name: 'calibrate curve',
    group: tune,
    summary: 'precision and recall of packets over dB thresholds',
    load: () => import('./commands/calibrate/curve.ts'),
  },
  {
    name: 'calibrate explain',
    group: tune,
    summary: 'one exposure judged step by step',
    load: () => import('./commands/calibrate/explain.ts'),
  },
  {
    name: 'calibrate whatif',
    group: tune,
    summary: 'vary one parameter, all dB or all minutes',
    load: () => import('./commands/calibrate/whatif.ts'),
  },
  {
    name: 'calibrate export',
    group: tune,
    summary: 'write the configuration an app can load',
    load: () => import('./commands/calibrate/export.ts'),
  },
  {
    name: 'calibrate lint',
    group: tune,
    summary: 'find mistakes in an app configuration',
    load: () => import('./commands/calibrate/lint.ts'),
  },
  {
    name: 'trace import',
    group: tune,
    summary: 'convert any known format to an enlab trace',
    load: () => import('./commands/trace/import.ts'),
  },
  {
    name: 'trace inspect',
    group: tune,
    summary: 'what is in a trace and what was rejected',
    load: () => import('./commands/trace/inspect.ts'),
  },
  {
    name: 'trace fit-path-loss',
    group: tune,
    summary: 'attenuation over true distances, as a place for scenarios',
    load: () => import('./commands/trace/fitPathLoss.ts'),
  },
  {
    name: 'replay',
    group: tune,
    summary: 'verdict of a preset for every exposure of a trace',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'presets',
    group: tune,
    summary: 'published parameter sets, dated and with sources',
    load: () => import('./commands/presets.ts'),
  },
  {
    name: 'simulate',
    group: tune,
    summary: 'towns and nations with an app, and without',
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'policy',
    group: tune,
    summary: 'infections averted against quarantine days, rule by rule',
    load: () => import('./commands/policy.ts'),
  },
  {
    name: 'scenario run',
    group: tune,
    summary: 'suites of scenarios with checks and baselines, for CI',
    load: () => import('./commands/scenario/run.ts'),
  },
  {
    name: 'scenario new',
    group: tune,
    summary: 'a commented scenario to begin with',
    load: () => import('./commands/scenario/new.ts'),
  },
  {
    name: 'match',
    group: keys,
    summary: 'which published keys were heard by a scanner',
    load: () => import('./commands/match.ts'),
  },
  {
    name: 'identifiers',
    group: keys,
    summary: 'RPIK, AEMK, RPI, AEM and frame of a key at a time',
    load: () => import('./commands/identifiers.ts'),
  },
  {
    name: 'otp check',
    group: keys,
    summary: 'check one-time passwords of Immuni as typed',
    load: () => import('./commands/otp/check.ts'),
  },
  {
    name: 'otp new',
    group: keys,
    summary: 'new one-time passwords with their SHA-256',
    load: () => import('./commands/otp/new.ts'),
  },
  {
    name: 'teletan check',
    group: keys,
    summary: 'check teleTANs of the Corona-Warn-App as typed',
    load: () => import('./commands/teletan/check.ts'),
  },
  {
    name: 'teletan new',
    group: keys,
    summary: 'new teleTANs',
    load: () => import('./commands/teletan/new.ts'),
  },
  {
    name: 'backend start',
    group: backend,
    summary: 'run the backend of a system on this machine',
    load: () => import('./commands/backend/start.ts'),
  },
  {
    name: 'backend authorise-otp',
    group: backend,
    summary: 'authorise a one-time password, as the health operator does',
    load: () => import('./commands/backend/authoriseOtp.ts'),
  },
  {
    name: 'backend report-test',
    group: backend,
    summary: 'report the result of a test, as laboratories do (CWA)',
    load: () => import('./commands/backend/reportTest.ts'),
  },
  {
    name: 'backend issue-teletan',
    group: backend,
    summary: 'issue a teleTAN, as the hotline does (CWA)',
    load: () => import('./commands/backend/issueTeletan.ts'),
  },
  {
    name: 'backend add-operator',
    group: backend,
    summary: 'let somebody use the console',
    load: () => import('./commands/backend/addOperator.ts'),
  },
  {
    name: 'backend clock',
    group: backend,
    summary: 'move the virtual clock of a backend',
    load: () => import('./commands/backend/clock.ts'),
  },
  {
    name: 'backend publish',
    group: backend,
    summary: 'publish the keys that wait, now',
    load: () => import('./commands/backend/publish.ts'),
  },
  {
    name: 'backend status',
    group: backend,
    summary: 'what a backend holds, and what time it is there',
    load: () => import('./commands/backend/status.ts'),
  },
  {
    name: 'backend configure',
    group: backend,
    summary: 'serve other settings, such as those that were tuned',
    load: () => import('./commands/backend/configure.ts'),
  },
  {
    name: 'backend extract',
    group: backend,
    summary: 'reports of exposures that came with uploads, as a trace to import',
    load: () => import('./commands/backend/extract.ts'),
  },
  {
    name: 'backend retention',
    group: backend,
    summary: 'what a backend keeps, where and for how long',
    load: () => import('./commands/backend/retention.ts'),
  },
  {
    name: 'backend purge',
    group: backend,
    summary: 'delete everything about people: the end of the emergency',
    load: () => import('./commands/backend/purge.ts'),
  },
  {
    name: 'backend backup',
    group: backend,
    summary: 'copy the databases of a running backend',
    load: () => import('./commands/backend/backup.ts'),
  },
  {
    name: 'backend conform',
    group: backend,
    summary: 'whether a server follows the rules of its system, for CI',
    load: () => import('./commands/backend/conform.ts'),
  },
  {
    name: 'backend leak-test',
    group: backend,
    summary: 'whether replies tell dummies from genuine requests',
    load: () => import('./commands/backend/leakTest.ts'),
  },
  {
    name: 'backend crash-test',
    group: backend,
    summary: 'whether a killed backend loses what it has acknowledged',
    load: () => import('./commands/backend/crashTest.ts'),
  },
  {
    name: 'backend inspect',
    group: backend,
    summary: 'what is in key export files, and what a phone did with them',
    load: () => import('./commands/backend/inspect.ts'),
  },
  {
    name: 'backend verify',
    group: backend,
    summary: 'signature and batch of key export files, for CI',
    load: () => import('./commands/backend/verify.ts'),
  },
  {
    name: 'backend generate-keys',
    group: backend,
    summary: 'a signed key export file of simulated keys',
    load: () => import('./commands/backend/generateKeys.ts'),
  },
  {
    name: 'device new',
    group: backend,
    summary: 'make a phone',
    load: () => import('./commands/device/new.ts'),
  },
  {
    name: 'device meet',
    group: backend,
    summary: 'let two phones be near each other',
    load: () => import('./commands/device/meet.ts'),
  },
  {
    name: 'device advance',
    group: backend,
    summary: 'move the clock of a phone',
    load: () => import('./commands/device/advance.ts'),
  },
  {
    name: 'device set',
    group: backend,
    summary: 'switch bluetooth, permission or notifications on and off',
    load: () => import('./commands/device/set.ts'),
  },
  {
    name: 'device register',
    group: backend,
    summary: 'enter the code of a test, or a teleTAN',
    load: () => import('./commands/device/register.ts'),
  },
  {
    name: 'device upload',
    group: backend,
    summary: 'send the keys after a positive test',
    load: () => import('./commands/device/upload.ts'),
  },
  {
    name: 'device sync',
    group: backend,
    summary: 'download keys, look for exposures, notify',
    load: () => import('./commands/device/sync.ts'),
  },
  {
    name: 'device status',
    group: backend,
    summary: 'what a phone knows, and why it warned',
    load: () => import('./commands/device/status.ts'),
  },
  {
    name: 'device windows',
    group: backend,
    summary: 'exposure windows of a phone (ENv2), as a trace',
    load: () => import('./commands/device/windows.ts'),
  },
  {
    name: 'device reset',
    group: backend,
    summary: 'install the app again: keys and sightings stay',
    load: () => import('./commands/device/reset.ts'),
  },
  {
    name: 'device erase',
    group: backend,
    summary: 'delete a phone',
    load: () => import('./commands/device/erase.ts'),
  },
];
