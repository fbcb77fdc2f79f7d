/**
 * node summary.mjs STEP=STATUS...: names what failed or was skipped, prints the closing line, exits 1 unless all is well.
 * A step named like a suite is counted test by test from coverage/tests-SUITE.json; any other step counts when it fails.
 */
import { existsSync, readFileSync } from 'node:fs';

const suites = ['unit', 'system', 'vm'];
const total = { passed: 0, failed: 0, skipped: 0 };

function fail(what) {
  total.failed++;
  console.log(`failed: ${what}`);
}

function countTest(test) {
  if (test.status === 'passed') total.passed++;
  else if (test.status === 'failed') fail(test.fullName);
  else {
    total.skipped++;
    console.log(`skipped: ${test.fullName}`);
  }
}

function countSuite(suite, status) {
  const path = `coverage/tests-${suite}.json`;
  const files = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : [];
  const before = { ...total };
  for (const { name, status: state, message, assertionResults: tests } of files) {
    for (const test of tests) countTest(test);
    // A file that cannot be imported has no failed test of its own.
    if (state === 'failed' && tests.every((test) => test.status !== 'failed'))
      fail(`${name}: ${message?.split('\n')[0]}`);
  }
  // A failed install, coverage below its threshold, an error outside a test, or nothing run at all.
  if (
    total.failed === before.failed &&
    (status !== 0 || total.passed + total.skipped === before.passed + before.skipped)
  )
    fail(`suite ${suite}: exit ${status} without a failed test`);
}

for (const outcome of process.argv.slice(2)) {
  const [step, status] = outcome.split('=');
  if (suites.includes(step)) countSuite(step, Number(status));
  else if (status !== '0') fail(`step: ${step}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
