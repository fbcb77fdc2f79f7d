/** JUnit XML: counts, cases, and texts that are no XML. */
import { expect, it } from 'vitest';
import { renderJunit } from '../../src/report/junit.ts';
import { parseXml } from '../helpers/xml.ts';

const written = renderJunit('a "suite" & more', [
  { group: 'g.one', name: 'passes <b>', outcome: 'passed', detail: '1 < 2' },
  { group: 'g.one', name: 'fails', outcome: 'failed', detail: 'expected "a"; seen \u0000' },
  { group: 'g.two', name: 'waits', outcome: 'skipped', detail: 'only elsewhere' },
]);
const [prologue = '', ...rest] = written.split('\n');
const suite = parseXml(rest.join('\n').trim()).children[0]!;

it('counts', () => {
  expect(prologue).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  expect(suite.attributes).toEqual({
    name: 'a "suite" & more',
    tests: '3',
    failures: '1',
    errors: '0',
    skipped: '1',
  });
});

it('has a case a check, with what was seen', () => {
  const cases = suite.children.map(({ attributes, children }) => ({ ...attributes, child: children[0]?.name }));
  expect(cases).toEqual([
    { classname: 'g.one', name: 'passes <b>', child: 'system-out' },
    { classname: 'g.one', name: 'fails', child: 'failure' },
    { classname: 'g.two', name: 'waits', child: 'skipped' },
  ]);
  const [passed, failed, skipped] = suite.children.map(({ children }) => children[0]!);
  expect(passed?.text).toBe('1 < 2');
  expect(failed?.attributes['message']).toBe('expected "a"; seen \ufffd');
  expect(skipped?.attributes['message']).toBe('only elsewhere');
});
