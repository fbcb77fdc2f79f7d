import { describe, expect, it } from 'vitest';
import { parseIsoTime } from '../../../src/core/time.ts';
import { actorsOf } from '../../../src/scenario/story/resolve.ts';
import { refusedStory, storyOf } from '../../helpers/story.ts';

const head = 'title: x\nsystem: immuni\nactors: { anna: , bruno: { clock: -90min, off: [network] } }\n';

describe('a story', () => {
  it('has actors, and steps with their times', () => {
    const { actors, timeline, begin, seed } = storyOf(
      `${head}begin: 2020-09-14T08:00Z\nseed: 7\ntimeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { wait: +149s }
  - { sync: [anna, bruno] }
  - { at: +2d, check: anna.uploads == 1 }
`,
    );
    expect(actors).toEqual({ anna: {}, bruno: { clock: -5400, off: ['network'] } });
    expect({ begin, seed }).toEqual({ begin: parseIsoTime('2020-09-14T08:00Z'), seed: 7 });
    expect(timeline.map(({ step, at }) => [step.verb, at])).toEqual([
      ['meet', 0],
      ['authorise', 86_400],
      ['upload', 86_400],
      ['wait', 86_549],
      ['sync', 86_549],
      ['check', 172_800],
    ]);
    expect(timeline[1]!.step).toMatchObject({ symptoms: 2 });
    expect(timeline[3]!.place).toEqual({ file: 'own.yaml', line: 10, column: 5 });
  });

  it.each([
    ['90s', 90],
    ['+90 s', 90],
    ['1.5h', 5400],
    ['+30min', 1800],
    ['14d', 1_209_600],
  ])('reads %s as %i seconds', (text, seconds) => {
    const { timeline } = storyOf(`${head}timeline: [{ at: ${text}, publish: true }]\n`);
    expect(timeline[0]!.at).toBe(seconds);
  });
});

describe('an attack', () => {
  it.each([
    ['attack: relay, from: anna, to: bruno, minutes: 5, attenuation: 50', ['anna', 'bruno']],
    ['attack: published, to: bruno, minutes: 5, attenuation: 50', ['bruno']],
    ['attack: flood, to: bruno, minutes: 5, attenuation: 50, identifiers: 3', ['bruno']],
    ['attack: track, from: anna, minutes: 5', ['anna']],
    ['attack: track, from: [bruno, anna], minutes: 5', ['bruno', 'anna']],
    ['attack: link', []],
    ['attack: guess, perSecond: 2', []],
    ['attack: pollute, reports: 2', []],
  ])('%s is about %j', (text, names) => {
    const [placed] = storyOf(`${head}timeline: [{ ${text} }]\n`).timeline;
    expect(placed!.step.verb).toBe('attack');
    expect(actorsOf(placed!.step)).toEqual(names);
  });

  it('has what is usual where nothing is said', () => {
    const { timeline } = storyOf(
      `${head}timeline: [{ attack: replay, from: anna, to: bruno, minutes: 5, attenuation: 50 }, { attack: pollute, reports: 2 }]\n`,
    );
    expect(timeline.map(({ step }) => step)).toEqual([
      { verb: 'attack', attack: 'replay', from: 'anna', to: 'bruno', after: 0, minutes: 5, attenuation: 50 },
      { verb: 'attack', attack: 'pollute', reports: 2, platform: 'ios', device: 'none' },
    ]);
  });
});

describe('names of phones', () => {
  it.each(['server', 'attacker'])('%s is none: it has facts of its own', (name) => {
    const error = refusedStory(`title: x\nsystem: immuni\nactors: { ${name}: }\ntimeline: [{ publish: true }]\n`);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringMatching(/facts of their own/) });
    expect(error.place).toMatchObject({ line: 3 });
  });

  it.each([
    ['framework: { embargo: 1 }', /framework.embargo: it must be a boolean/],
    ['framework: { addressLagSeconds: 600 }', /addressLagSeconds: it must be at most 599/],
    ['framework: { clock: true }', /has no clock/],
  ])('a phone with %s is refused', (text, message) => {
    const error = refusedStory(
      `title: x\nsystem: immuni\nactors: { anna: { ${text} } }\ntimeline: [{ publish: true }]\n`,
    );
    expect(error.message).toMatch(message);
  });
});

describe('a story that cannot be', () => {
  it.each([
    ['timeline: [{ sync: carla }]', /there is no actor carla/, 4, 12],
    ['timeline: [{ sync: ana }]', /there is no actor ana/, 4, 12],
    ['timeline: [{ meet: [anna, anna], minutes: 5, attenuation: 50 }]', /anna does not meet itself/, 4, 12],
    ['timeline: [{ meet: [anna], minutes: 5, attenuation: 50 }]', /meet: /, 4, 20],
    ['timeline: [{ meet: [anna, bruno], minutes: 0, attenuation: 50 }]', /minutes: it must be at least 0.1/, 4, 44],
    ['timeline: [{ meet: [anna, bruno], attenuation: 50 }]', /minutes: it is missing/, 4, 12],
    ['timeline: [{ meet: [anna, bruno], minuets: 5, minutes: 5, attenuation: 50 }]', /has no minuets/, 4, 35],
    ['timeline: [{ attack: jam, from: anna, to: bruno, minutes: 5, attenuation: 50 }]', /attack/, 4, 22],
    [
      'timeline: [{ attack: relay, from: anna, to: carl, minutes: 5, attenuation: 50 }]',
      /there is no actor carl/,
      4,
      12,
    ],
    ['timeline: [{ attack: flood, to: anna, minutes: 5, attenuation: 50 }]', /identifiers: it is missing/, 4, 12],
    [
      'timeline: [{ attack: flood, to: anna, minutes: 5, attenuation: 50, identifiers: 0 }]',
      /identifiers: it must be at least 1/,
      4,
      81,
    ],
    [
      'timeline: [{ attack: published, from: bruno, to: anna, minutes: 5, attenuation: 50 }]',
      /the step attack has no from/,
      4,
      33,
    ],
    ['timeline: [{ attack: track, from: [], minutes: 5 }]', /from: it needs at least 1 entry/, 4, 35],
    ['timeline: [{ attack: track, from: [anna, carl], minutes: 5 }]', /there is no actor carl/, 4, 12],
    ['timeline: [{ attack: link, to: anna }]', /the step attack has no to/, 4, 28],
    ['timeline: [{ attack: guess }]', /perSecond: it is missing/, 4, 12],
    ['timeline: [{ attack: guess, perSecond: 1000 }]', /perSecond: it must be at most 100/, 4, 40],
    ['timeline: [{ attack: pollute, reports: 1.5 }]', /reports: it must be a whole number/, 4, 40],
    ['timeline: [{ attack: pollute, reports: 5, device: stolen }]', /device: /, 4, 51],
    ['timeline: [{ clock: anna }]', /ahead: it is missing/, 4, 12],
    ['timeline: [{ clock: anna, ahead: yesterday }]', /ahead: it must be an amount of time/, 4, 34],
    ['timeline: [{ clock: carl, ahead: -1d }]', /there is no actor carl/, 4, 12],
    ['timeline: [{ upload: anna, changed: { rollingPeriod: 145 } }]', /rollingPeriod: it must be at most 144/, 4, 54],
    ['timeline: [{ upload: anna, changed: { report: MAYBE } }]', /changed.report: /, 4, 47],
    ['timeline: [{ publish: true }]\nserver: { embargo: often }', /server.embargo: it must be a boolean/, 5, 20],
    ['timeline: [{ publish: true }]\nserver: { analytics: closed }', /server.analytics: /, 5, 22],
    ['timeline: [{ dance: anna }]', /no step "dance"/, 4, 12],
    ['timeline: [{ at: +1d }]', /no step ""/, 4, 12],
    ['timeline: [{ at: +1d, publish: true }, { at: +1h, publish: true }]', /before the one above it/, 4, 40],
    ['timeline: [{ publish: true }, { wait: -5s }]', /before the one above it/, 4, 31],
    ['timeline: [{ at: soon, publish: true }]', /at: it must be an amount of time/, 4, 18],
    ['timeline: []', /timeline: it needs at least 1 entry/, 4, 11],
    ['timeline: [{ publish: true }]\nbegin: yesterday', /begin: it must be a time/, 5, 8],
    ['timeline: [{ publish: true }]\nsystem: robert', /unique/, 5, 1],
    ['timeline: [{ publish: true }]\nserver: { leastKeys: -1 }', /server.leastKeys: it must be at least 0/, 5, 22],
    ['timeline: [{ publish: true }]\ntimelime: []', /a story has no timelime/, 5, 1],
    ['timeline: [{ sync: anna, off: [] }]', /has no off/, 4, 26],
  ])('%s', (text, message, line, column) => {
    const error = refusedStory(`${head}${text}\n`);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringMatching(message) });
    expect([error.place?.line, error.place?.column]).toEqual([line, column]);
  });

  it.each([
    ['immuni', '{ test: anna }', 'test is a step of the Corona-Warn-App', 'authorise; or write system: cwa'],
    ['immuni', '{ result: anna }', 'result is a step of the Corona-Warn-App', 'authorise; or write system: cwa'],
    ['immuni', '{ teletan: anna }', 'teletan is a step of the Corona-Warn-App', 'authorise; or write system: cwa'],
    ['cwa', '{ authorise: anna }', 'authorise is a step of Immuni', 'test, result, teletan; or write system: immuni'],
    ['cwa', '{ attack: guess, perSecond: 1 }', 'guess is an attack on Immuni', 'system: immuni'],
    ['cwa', '{ attack: pollute, reports: 1 }', 'pollute is an attack on Immuni', 'system: immuni'],
  ])('of %s: %s', (system, step, message, hint) => {
    const text = `title: x\nsystem: ${system}\nactors: { anna: }\ntimeline: [{ publish: true }, ${step}]\n`;
    expect(refusedStory(text)).toMatchObject({
      code: 'E-FILE-INVALID',
      message,
      hint: expect.stringContaining(hint),
      place: { line: 4, column: 31 },
    });
  });

  it.each([
    ['timeline: [{ syncc: anna }]', 'did you mean sync?'],
    ['timeline: [{ sync: ana }]', 'did you mean anna?'],
    ['timeline: [{ sync: anna, metres: 2 }]', 'it may have: at, sync'],
    ['timeline: [{ upload: anna, symptoms: soon }]', 'steps, what each takes, and facts: docs/scenarios.md#stories'],
    ['timeline: [{ publish: true }]\nserver: { embrago: true }', 'did you mean embargo?'],
    ['timeline: [{ publish: true }]\ntimelime: []', 'did you mean timeline?'],
  ])('%s has a suggestion', (text, hint) => {
    expect(refusedStory(`${head}${text}\n`).hint).toBe(hint);
  });
});
