import { describe, expect, it } from 'vitest';
import { parseIsoTime } from '../../../src/core/time.ts';
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
    ['timeline: [{ dance: anna }]', /no step "dance"/, 4, 12],
    ['timeline: [{ at: +1d }]', /no step ""/, 4, 12],
    ['timeline: [{ at: +1d, publish: true }, { at: +1h, publish: true }]', /before the one above it/, 4, 40],
    ['timeline: [{ publish: true }, { wait: -5s }]', /before the one above it/, 4, 31],
    ['timeline: [{ at: soon, publish: true }]', /at: it must be an amount of time/, 4, 18],
    ['timeline: []', /timeline: it must be at least 1/, 4, 11],
    ['timeline: [{ publish: true }]\nbegin: yesterday', /begin: it must be a time/, 5, 8],
    ['timeline: [{ publish: true }]\nsystem: robert', /unique/, 5, 1],
    ['timeline: [{ publish: true }]\nserver: { leastKeys: -1 }', /server.leastKeys: it must be at least 0/, 5, 22],
    ['timeline: [{ publish: true }]\ntimelime: []', /a scenario has no timelime/, 5, 1],
    ['timeline: [{ sync: anna, off: [] }]', /has no off/, 4, 26],
  ])('%s', (text, message, line, column) => {
    const error = refusedStory(`${head}${text}\n`);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringMatching(message) });
    expect([error.place?.line, error.place?.column]).toEqual([line, column]);
  });

  it.each([
    ['timeline: [{ syncc: anna }]', 'did you mean sync?'],
    ['timeline: [{ sync: ana }]', 'did you mean anna?'],
    ['timeline: [{ publish: true }]\ntimelime: []', 'did you mean timeline?'],
  ])('%s has a suggestion', (text, hint) => {
    expect(refusedStory(`${head}${text}\n`).hint).toBe(hint);
  });
});
