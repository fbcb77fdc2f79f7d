import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../../src/core/errors.ts';
import { parseScenarioText } from '../../../src/scenario/text.ts';
import { judgeExposures } from '../../../src/scenario/verdicts/judge.ts';
import { resolveVerdicts } from '../../../src/scenario/verdicts/resolve.ts';
import { readRisk } from '../../helpers/scenario.ts';

const head = 'title: x\nexposures: { short: minutes=10 attenuation=57, long: minutes=20 attenuation=57 }\n';
const verdictsOf = (rules: string) =>
  resolveVerdicts(parseScenarioText(`${head}rules:\n${rules}`, 'own.yaml'), readRisk);
const failedIn = (rules: string) =>
  judgeExposures(verdictsOf(rules)).checks.flatMap(({ check, result }) => (result.holds ? [] : [check.text]));

describe('expected verdicts', () => {
  it.each([
    ['  - { rule: immuni-2020-06-05, alerts: [long], fewestMinutes: 16, mostAttenuation: 73 }\n', []],
    ['  - { rule: immuni-2020-06-05, alerts: [long], scores: { long: 25, short: 0 } }\n', []],
    [
      '  - { rule: "attenuation<=60 minutes>=10", alerts: [short, long], fewestMinutes: 10, mostAttenuation: 60 }\n',
      [],
    ],
    ['  - { rule: "attenuation<=60 minutes>20", alerts: [], fewestMinutes: 21, mostAttenuation: null }\n', []],
    ['  - { rule: swisscovid-2020-05-24, alerts: [], fewestMinutes: null }\n', []],
    ['  - { rule: immuni-2020-06-05, with: { threshold: 26 }, alerts: [] }\n', []],
    ['  - { rule: immuni-2020-06-05, alerts: [] }\n', ['immuni-2020-06-05: alert of long is 0']],
    ['  - { rule: immuni-2020-06-05, alerts: [short, long] }\n', ['immuni-2020-06-05: alert of short is 1']],
    [
      '  - { rule: immuni-2020-06-05, alerts: [long], fewestMinutes: 15 }\n',
      ['immuni-2020-06-05: fewest minutes is 15'],
    ],
    [
      '  - { rule: immuni-2020-06-05, alerts: [long], mostAttenuation: null }\n',
      ['immuni-2020-06-05: most attenuation is none'],
    ],
    [
      '  - { rule: immuni-2020-06-05, alerts: [long], scores: { long: 24 } }\n',
      ['immuni-2020-06-05: score of long is 24'],
    ],
  ])('%s fails in %j', (rules, failed) => {
    expect(failedIn(rules)).toEqual(failed);
  });

  it('say where they stand, what was found, and keep all of it for a baseline', () => {
    const { checks, kept } = judgeExposures(verdictsOf('  - { rule: immuni-2020-06-05, alerts: [] }\n'));
    expect(checks[1]).toMatchObject({
      check: { place: { file: 'own.yaml', line: 4, column: 5 } },
      result: { facts: [{ name: 'alert of long', estimate: { value: 1 } }] },
    });
    expect(kept.arms['immuni-2020-06-05']!.figures).toMatchObject({
      'alert of long': { value: 1 },
      'fewest minutes': { value: 16 },
      'most attenuation': { value: 73 },
    });
  });
});

describe('verdicts that cannot be', () => {
  it.each([
    [
      'title: x\nexposures: { a: minutes=10 }\nrules: [{ rule: immuni-dpia, alerts: [] }]\n',
      /lacks minutes or attenuation/,
      2,
    ],
    ['title: x\nexposures: {}\nrules: [{ rule: immuni-dpia, alerts: [] }]\n', /there is no exposure/, 2],
    ['title: x\nexposures: { a: minutes=10 attenuation=50 }\nrules: []\n', /rules: it needs at least 1 entry/, 3],
    [`${head}rules:\n  - { rule: immuni, alerts: [] }\n`, /there is no preset/, 4],
    [`${head}rules:\n  - { rule: immuni-dpia, alerts: [lnog] }\n`, /there is no exposure lnog/, 4],
    [`${head}rules:\n  - { rule: immuni-dpia, alerts: [], scores: { other: 1 } }\n`, /there is no exposure other/, 4],
    [`${head}rules:\n  - { rule: immuni-dpia, with: { threshold: no }, alerts: [] }\n`, /immuni takes no/, 4],
    [
      `${head}rules:\n  - { rule: minutes>=5, with: { threshold: 1 }, alerts: [] }\n`,
      /a rule in words has no parameters/,
      4,
    ],
    [`${head}rules:\n  - { rule: immuni-dpia, alert: [] }\n`, /it is missing: a list|has no alert/, 4],
  ])('%s', (text, message, line) => {
    let thrown: unknown;
    try {
      resolveVerdicts(parseScenarioText(text, 'own.yaml'), readRisk);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EnlabError);
    expect((thrown as EnlabError).message).toMatch(message);
    expect((thrown as EnlabError).place).toMatchObject({ file: 'own.yaml', line });
  });
});
