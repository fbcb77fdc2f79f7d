import { describe, expect, it } from 'vitest';
import { played } from '../../helpers/story.ts';

const immuni = 'title: x\nsystem: immuni\nbegin: 2020-09-14T08:00Z\n';
const factsOf = async (text: string, name: string) => (await played(text)).facts[name]!.figures[0]!;

describe('a story of Immuni', () => {
  const story = `${immuni}actors: { anna: , bruno: , carla: }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { check: bruno.heard == 7 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { check: bruno.notified == 0, because: it has not looked }
  - { at: +2d, sync: [bruno, carla] }
checks: [bruno.notified == 1, carla.notified == 1]
`;

  it('has facts about its actors and its server, and checks in their order', async () => {
    const { facts, checks, remarks } = await played(story);
    expect(checks.map(({ check, result }) => [check.text, result.holds])).toEqual([
      ['bruno.heard == 7', true],
      ['bruno.notified == 0', true],
      ['bruno.notified == 1', true],
      ['carla.notified == 1', false],
    ]);
    expect(checks[1]!.check.because).toBe('it has not looked');
    expect(remarks).toEqual([]);
    const [anna, bruno, carla, server] = ['anna', 'bruno', 'carla', 'server'].map((name) => facts[name]!.figures[0]!);
    expect(anna).toMatchObject({ uploads: 1, uploaded: 1, refusals: 0, heard: 7, notified: 0 });
    expect(bruno).toMatchObject({
      notified: 1,
      shown: 1,
      exposures: 1,
      minutes: 35,
      score: 25,
      notifiedAfter: 48,
      files: 1,
    });
    expect(carla).toMatchObject({ notified: 0, exposures: 0, heard: 0, notifiedAfter: null, files: 1 });
    expect(server).toMatchObject({ batches: 1, waitingKeys: 0 });
  });

  it('publishes what is sent in the first ten minutes after midnight, when the key of the day has just begun', async () => {
    const text = `title: x
system: immuni
begin: 2020-09-14T08:00Z
actors: { anna: , bruno: }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +39h, live: anna }
  - { wait: +1h }
  - { wait: +3min }
  - { live: anna }
  - { authorise: anna }
  - { upload: anna }
  - { at: +45h, sync: bruno }
`;
    const { facts } = await played(text);
    // Keys of three days; the third began three minutes ago, and the server would drop all of them for it.
    expect(facts['anna']!.figures[0]).toMatchObject({ uploads: 1, keys: 3 });
    expect(facts['bruno']!.figures[0]).toMatchObject({ notified: 1 });
  });

  it('is the same each time', async () => {
    expect((await played(story)).facts).toEqual((await played(story)).facts);
  });

  it('goes on where a phone is refused something, and says what', async () => {
    const { facts, remarks } = await played(`${immuni}actors: { anna: , bruno: { off: [network] } }
timeline:
  - { upload: anna }
  - { sync: bruno }
  - { switch: bruno, on: [network] }
  - { sync: bruno }
`);
    expect(remarks).toEqual([expect.stringMatching(/^anna was refused: /), 'bruno was refused: the phone is offline']);
    expect(facts['bruno']!.figures[0]).toMatchObject({ refusals: 1 });
  });

  it('has meetings of those only who are in the air', async () => {
    const bruno = await factsOf(
      `${immuni}actors: { anna: , bruno: { off: [bluetooth] } }\ntimeline: [{ meet: [anna, bruno], minutes: 30, attenuation: 50 }]\n`,
      'bruno',
    );
    expect(bruno).toMatchObject({ heard: 0, keys: 0 });
  });

  it('counts time of each phone by its own clock', async () => {
    const { facts } = await played(`${immuni}actors: { anna: , early: { clock: +1h } }
timeline:
  - { meet: [anna, early], minutes: 30, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +2d, sync: early }
`);
    expect(facts['early']!.figures[0]).toMatchObject({ notified: 1, notifiedAfter: 49 });
  });

  it('fails at the step that its system does not have, or that has nothing to work on', async () => {
    const teletan = played(`${immuni}actors: { anna: }\ntimeline: [{ publish: true }, { teletan: anna }]\n`);
    await expect(teletan).rejects.toMatchObject({
      code: 'E-FILE-INVALID',
      place: { file: 'own.yaml', line: 5, column: 31 },
    });
    const result = played(`${immuni.replace('immuni', 'cwa')}actors: { anna: }\ntimeline: [{ result: anna }]\n`);
    await expect(result).rejects.toMatchObject({ code: 'E-FILE-INVALID', message: 'there is no test yet' });
  });

  it('fails at a check of what is not there', async () => {
    const wrong = played(`${immuni}actors: { anna: }\ntimeline: [{ check: anna.hapiness > 0 }]\n`);
    await expect(wrong).rejects.toMatchObject({ code: 'E-FILE-INVALID', message: 'there is no figure hapiness' });
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(played(story, signal)).rejects.toThrow('enough');
  });
});

describe('attacks', () => {
  const attacked = async (attack: string, attenuation: number) =>
    (
      await played(`${immuni}actors: { anna: , victim: }
timeline:
  - { attack: ${attack}, from: anna, to: victim, minutes: 30, attenuation: ${attenuation} }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +2d, sync: victim }
`)
    ).facts['victim']!.figures[0]!;

  it.each([
    ['relay', 50, 1],
    ['relay', 80, 0],
    ['bitflip', 80, 1],
    ['replay, after: +115min', 50, 1],
    ['replay, after: +145min', 50, 0],
  ])('%s at %i dB warns %i', async (attack, attenuation, notified) => {
    expect(await attacked(attack, attenuation)).toMatchObject({ notified, heard: 7, nearest: attenuation });
  });
});

describe('scans every five minutes', () => {
  const scanned = async (at: string, minutes: number) =>
    (
      await played(
        `${immuni}scans: every 5 minutes\nactors: { me: , you: }\ntimeline: [{ at: ${at}, meet: [me, you], minutes: ${minutes}, attenuation: 40 }]\n`,
      )
    ).facts['you']!.figures[0]!;

  it.each([
    ['+1min', 3.5, 0],
    ['+1min', 4, 1],
    ['+5min', 0.1, 1],
    ['+4.9min', 0.2, 1],
    ['+5.1min', 4, 0],
    ['+2min', 30, 6],
  ])('of a meeting at %s of %d minutes hear it %i times', async (at, minutes, heard) => {
    expect(await scanned(at, minutes)).toMatchObject({ heard, nearest: heard === 0 ? null : 40 });
  });
});

describe('a story of the Corona-Warn-App', () => {
  const cwa = 'title: x\nsystem: cwa\nbegin: 2020-09-14T08:00Z\nserver: { leastKeys: 1 }\nactors: { erik: , frida: }\n';

  it.each([
    ['positive', 1],
    ['negative', 0],
    ['invalid', 0],
  ])('lets somebody upload whose test is %s: %i', async (is, uploads) => {
    const erik = await factsOf(
      `${cwa}timeline:
  - { meet: [erik, frida], minutes: 30, attenuation: 40 }
  - { test: erik }
  - { at: +1d, result: erik, is: ${is} }
  - { sync: erik }
  - { upload: erik, symptoms: none }
`,
      'erik',
    );
    expect(erik).toMatchObject({ uploads, uploaded: uploads });
  });

  it('gives two TANs for a teleTAN, and no third', async () => {
    const { facts } = await played(`${cwa}timeline:
  - { meet: [erik, frida], minutes: 30, attenuation: 40 }
  - { at: +1d, teletan: erik }
  - { sync: erik }
  - { upload: erik, symptoms: 1 }
  - { upload: erik, symptoms: 1 }
  - { upload: erik, symptoms: 1 }
  - { at: +3d, sync: frida }
`);
    expect(facts['erik']!.figures[0]).toMatchObject({ uploads: 2, refusals: 1 });
    expect(facts['frida']!.figures[0]).toMatchObject({ exposures: 1 });
    expect(facts['server']!.figures[0]!['keys']).toBeGreaterThanOrEqual(1);
  });
});
