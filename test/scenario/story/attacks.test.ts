/** Attacks of stories, by what phones and backends make of them; the shipped scenarios have one of each. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../src/scenario/figures.ts';
import { played } from '../../helpers/story.ts';

const immuni = 'title: x\nsystem: immuni\nbegin: 2020-09-14T08:00Z\n';
const cwa = 'title: x\nsystem: cwa\nbegin: 2020-09-14T08:00Z\n';

async function figuresOf(text: string): Promise<Readonly<Record<string, Figures>>> {
  const { facts } = await played(text);
  return Object.fromEntries(Object.entries(facts).map(([name, { figures }]) => [name, figures[0]!]));
}

describe('a clock that is set', () => {
  const set = (actor: string, ahead: string, steps = '') =>
    figuresOf(`${immuni}actors: { anna: , bruno: , victim: ${actor} }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +3d, clock: victim, ahead: ${ahead} }
  - { attack: published, to: victim, minutes: 30, attenuation: 50 }
  - { clock: victim, ahead: 0s }
${steps}  - { sync: victim }
`);

  it.each([
    ['to the day of a key', '{ }', '-3d', 1, 1, undefined],
    ['to another day', '{ }', '-2d', 0, 0, undefined],
    ['by an hour', '{ }', '-1h', 0, 0, undefined],
    ['to the day of a key, and is noticed', '{ framework: { steadyClock: true } }', '-3d', 1, 0, 1],
    ['by minutes, and is not noticed', '{ framework: { steadyClock: true } }', '-9min', 0, 0, 0],
    [
      'to the day of a key, of a phone that was wrong before',
      '{ clock: +2h, framework: { steadyClock: true } }',
      '-3d',
      1,
      0,
      1,
    ],
  ])('%s', async (_, actor, ahead, hears, notified, jumps) => {
    const { victim, attacker } = await set(actor, ahead);
    expect(victim).toMatchObject({ heard: 7 * hears, notified });
    expect(victim!['clockJumps']).toBe(jumps);
    expect(attacker).toMatchObject({ keys: 1 });
  });

  it('a phone that notices it finds a genuine meeting all the same', async () => {
    const text = (actor: string) => `${immuni}actors: { anna: , victim: ${actor} }
timeline:
  - { clock: victim, ahead: -3d }
  - { meet: [anna, victim], minutes: 30, attenuation: 50 }
  - { clock: victim, ahead: 0s }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +2d, sync: victim }
`;
    const steady = await figuresOf(text('{ framework: { steadyClock: true } }'));
    expect(steady['victim']).toMatchObject({ notified: 1, clockJumps: 1, exposures: 1 });
    const misled = await figuresOf(text('{ }'));
    expect(misled['victim']).toMatchObject({ notified: 0, exposures: 0, heard: 7 });
  });

  it('lets a phone live no longer than it does', async () => {
    const { anna } = await figuresOf(`${immuni}actors: { anna: }
timeline:
  - { at: +2d, live: anna }
  - { clock: anna, ahead: -14d }
  - { live: anna }
  - { clock: anna, ahead: 0s }
  - { at: +3d, live: anna }
`);
    // A key a day for three days and the one that has begun: the two weeks that seemed to pass made none.
    expect(anna!['keys']).toBe(4);
  });
});

describe('keys that are still valid', () => {
  const early = (embargoOfServer: boolean, embargoOfPhone: boolean) =>
    figuresOf(`${immuni}server: { embargo: ${embargoOfServer} }
actors: { anna: , bruno: , victim: { framework: { embargo: ${embargoOfPhone} } } }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +1h, authorise: anna }
  - { upload: anna }
  - { at: +4h, attack: published, to: victim, minutes: 30, attenuation: 50 }
  - { at: +1d, sync: victim }
`);

  it.each([
    [true, true, 0, 0],
    [true, false, 0, 0],
    [false, true, 7, 0],
    [false, false, 7, 1],
  ])('embargo of the server %s, of the phone %s: hears %i, warned %i', async (server, phone, heard, notified) => {
    expect((await early(server, phone))['victim']).toMatchObject({ heard, notified });
  });
});

describe('somebody who listens', () => {
  const chain = async (lag: number, off = '') =>
    (
      await figuresOf(`${immuni}actors: { anna: { framework: { addressLagSeconds: ${lag} }${off} }, bruno: }
timeline: [{ attack: track, from: [anna, bruno], minutes: 240 }]
`)
    )['attacker']!['chain']!;

  it('links as many identifiers as there are where addresses are late', async () => {
    expect(await chain(0)).toBe(1);
    expect(await chain(1)).toBeGreaterThanOrEqual(12);
    expect(await chain(1)).toBeLessThanOrEqual(24);
    // As late as the first is, the chains of two phones stay two.
    expect(await chain(599)).toBe(await chain(1));
  });

  it('hears nothing of a phone that is not in the air', async () => {
    const { attacker, anna } = await figuresOf(
      `${immuni}actors: { anna: { off: [bluetooth] } }\ntimeline: [{ attack: track, from: anna, minutes: 60 }]\n`,
    );
    expect(attacker).toMatchObject({ chain: 0 });
    expect(anna).toMatchObject({ keys: 0 });
  });
});

describe('keys of a person', () => {
  const linked = async (server: string) =>
    (
      await figuresOf(`${cwa}server: ${server}
actors: { erik: }
timeline:
  - { at: +5d, live: erik }
  - { teletan: erik }
  - { sync: erik }
  - { upload: erik, symptoms: 1 }
  - { at: +5.2d, attack: link }
`)
    )['attacker']!;

  it.each([
    ['{ leastKeys: 1 }', { keys: 5, linkedKeys: 5, keyGroups: 1 }],
    ['{ leastKeys: 1, keyMultiplier: 3 }', { keys: 15, linkedKeys: 0, keyGroups: 0 }],
    ['{ }', { keys: 0, linkedKeys: 0, keyGroups: 0 }],
  ])('on a server with %s', async (server, expected) => {
    expect(await linked(server)).toMatchObject(expected);
  });

  it('are found in the file of a day after those of its hours, and count once', async () => {
    const { attacker } = await figuresOf(`${cwa}server: { leastKeys: 1 }
actors: { erik: }
timeline:
  - { at: +4d, live: erik }
  - { teletan: erik }
  - { sync: erik }
  - { upload: erik, symptoms: 1 }
  - { at: +4.5d, attack: link }
  - { at: +6d, attack: link }
`);
    expect(attacker).toMatchObject({ keys: 4, linkedKeys: 4, keyGroups: 1 });
  });

  it('are looked for at a server of Immuni too', async () => {
    const { attacker } = await figuresOf(`${immuni}actors: { anna: }
timeline:
  - { attack: link }
  - { at: +2d, live: anna }
  - { authorise: anna }
  - { upload: anna }
  - { at: +3d, attack: link }
`);
    expect(attacker).toMatchObject({ keys: 2, linkedKeys: 2, keyGroups: 1 });
  });
});

describe('a flood', () => {
  it('is heard by a phone that is near, and found by none', async () => {
    const { victim, server } = await figuresOf(`${immuni}actors: { anna: , victim: }
timeline:
  - { attack: flood, to: victim, minutes: 10, attenuation: 30, identifiers: 200 }
  - { meet: [anna, victim], minutes: 20, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +2d, sync: victim }
`);
    expect(victim).toMatchObject({ heard: 605, nearest: 30, exposures: 1, notified: 1 });
    expect(server).toMatchObject({ batches: 1 });
  });
});

describe('one-time passwords', () => {
  it('are not guessed; the chance is that of those that are authorised', async () => {
    const { attacker } = await figuresOf(`${immuni}actors: { anna: , bruno: }
timeline:
  - { attack: guess, perSecond: 0.2 }
  - { check: attacker.chance == 0 }
  - { authorise: anna }
  - { authorise: bruno }
  - { attack: guess, perSecond: 0.5 }
`);
    expect(attacker).toMatchObject({ guesses: 105, guessed: 0 });
    expect(attacker!['chance']).toBeCloseTo((2 * 75) / 3_814_697_265_625, 20);
  });

  it('are of Immuni only', async () => {
    const story = played(`${cwa}actors: { erik: }\ntimeline: [{ attack: guess, perSecond: 0.1 }]\n`);
    await expect(story).rejects.toMatchObject({ code: 'E-FILE-INVALID', place: { line: 5 } });
  });
});

describe('operational info of nobody', () => {
  const counted = async (head: string, attack: string, steps = '') =>
    (await figuresOf(`${immuni}${head}actors: { anna: }\ntimeline:\n  - { attack: pollute, ${attack} }\n${steps}`))[
      'server'
    ]!['operationalInfo'];

  it.each([
    ['', 'reports: 4', 0],
    ['', 'reports: 4, device: genuine', 2],
    ['', 'reports: 4, platform: android', 0],
    ['', 'reports: 4, platform: android, device: genuine', 0],
    ['behaviour: deployed\n', 'reports: 4, platform: android', 0],
    ['behaviour: deployed\n', 'reports: 4, platform: android, device: genuine', 4],
    ['server: { analytics: open }\n', 'reports: 4', 4],
    ['server: { analytics: open }\n', 'reports: 4, platform: android', 4],
  ])('%s%s: %i count', async (head, attack, count) => {
    expect(await counted(head, attack)).toBe(count);
  });

  it('counts once a month and kind where the deployed server has looked three times at the device', async () => {
    const again = '  - { wait: +2min }\n  - { attack: pollute, reports: 4, device: genuine }\n';
    expect(await counted('behaviour: deployed\n', 'reports: 4, device: genuine')).toBe(0);
    expect(await counted('behaviour: deployed\n', 'reports: 4, device: genuine', again)).toBe(1);
  });

  it('is of Immuni only', async () => {
    const story = played(`${cwa}actors: { erik: }\ntimeline: [{ attack: pollute, reports: 1 }]\n`);
    await expect(story).rejects.toMatchObject({ code: 'E-FILE-INVALID', place: { line: 5 } });
  });
});

describe('keys of a client that is not the app', () => {
  const found = (changed: string) =>
    figuresOf(`${cwa}server: { leastKeys: 1 }
actors: { erik: , frida: }
timeline:
  - { meet: [erik, frida], minutes: 30, attenuation: 40 }
  - { at: +1d, teletan: erik }
  - { sync: erik }
  - { upload: erik, symptoms: 1, changed: ${changed} }
  - { wait: +3h }
  - { sync: frida }
`);

  it.each([
    ['{ }', 1],
    ['{ report: CONFIRMED_TEST }', 1],
    ['{ report: REVOKED }', 0],
    // It ends at half past eight, a minute after the last scan; at eight it had ended before the first.
    ['{ rollingPeriod: 52 }', 1],
    ['{ rollingPeriod: 48 }', 0],
  ])('%s: %i', async (changed, exposures) => {
    const { erik, frida, server } = await found(changed);
    expect(frida).toMatchObject({ exposures });
    expect(erik).toMatchObject({ uploads: 1, uploaded: 1 });
    expect(server).toMatchObject({ keys: 1 });
  });

  it('of Immuni come in two batches, and the phone takes both: no server and no phone remembers them', async () => {
    const { bruno, server } = await figuresOf(`${immuni}actors: { anna: , bruno: }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { wait: +1h }
  - { authorise: anna }
  - { upload: anna, changed: { rollingPeriod: 120 } }
  - { at: +2d, sync: bruno }
`);
    expect(server).toMatchObject({ batches: 2 });
    expect(bruno).toMatchObject({ exposures: 2, notified: 1 });
  });
});

it('a story in which nobody looks from outside has no attacker to ask about', async () => {
  const story = (steps: string) => figuresOf(`${immuni}actors: { anna: , bruno: }\ntimeline: [${steps}]\n`);
  const carried = await story('{ attack: relay, from: anna, to: bruno, minutes: 5, attenuation: 50 }');
  expect(Object.keys(carried)).toEqual(['anna', 'bruno', 'server']);
  expect(Object.keys(await story('{ attack: link }'))).toEqual(['anna', 'bruno', 'server', 'attacker']);
});
