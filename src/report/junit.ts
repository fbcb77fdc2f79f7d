/** Results of checks as JUnit XML (the form of Apache Ant's junitreport), which continuous integration displays. */
import { element, escapeXml } from '../core/xml.ts';

export interface CheckCase {
  /** What belongs together, such as a service. */
  readonly group: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, or why it was skipped. */
  readonly detail: string;
}

export function renderJunit(suite: string, cases: readonly CheckCase[]): string {
  const count = (outcome: CheckCase['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  const counts = { tests: cases.length, failures: count('failed'), errors: 0, skipped: count('skipped') };
  const written = cases.map((one) => element('testcase', { classname: one.group, name: one.name }, contentOf(one)));
  const body = element('testsuite', { name: suite, ...counts }, '\n', ...written.map((line) => `${line}\n`));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, '\n', body, '\n')}\n`;
}

function contentOf({ outcome, detail }: CheckCase): string {
  if (outcome === 'failed') return element('failure', { message: detail });
  return outcome === 'skipped' ? element('skipped', { message: detail }) : element('system-out', {}, escapeXml(detail));
}
