/** The contract of every tracing system: what phones that know nothing but the interface can rely on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entropy, keyedEntropy } from '../../src/core/entropy.ts';
import { type Dbm, SECONDS_PER_DAY, type UnixSeconds } from '../../src/core/units.ts';
import { tracingSystems } from '../../src/protocol/systems.ts';
import type { Heard, Memory, TracingSystem } from '../../src/protocol/tracingSystem.ts';
import { toHex } from '../helpers/gaenVectors.ts';
import { byDay, centralised } from '../helpers/toySystems.ts';

/** A Thursday in 2020, 09:00 UTC. */
const START = 1_591_261_200;
const POWER = -12;
const DAY = SECONDS_PER_DAY;
const LATER = START + 3 * DAY;

const systems: readonly TracingSystem[] = [...tracingSystems, centralised(), byDay()];

describe.each(systems.map((system) => [system.name, system] as const))('%s', (_, system) => {
  /** A phone that registered and holds the secret of each day up to `days` later. */
  function phone(id: number, days = 0): Memory<unknown, unknown> {
    const entropy: Entropy = keyedEntropy(7, 'phone', id);
    let memory: Memory<unknown, unknown> = { registration: system.register(entropy), secrets: [], heard: [] };
    for (let day = 0; day <= days; day++) {
      const secret = system.setUpIdentifiers(memory, START + day * DAY, entropy);
      memory = { ...memory, secrets: [...memory.secrets, secret] };
    }
    return memory;
  }

  const frameOf = (memory: Memory<unknown, unknown>, time: UnixSeconds): Uint8Array =>
    system.broadcast(memory.secrets[0], time, POWER).frame;
  const hears = (memory: Memory<unknown, unknown>, ...heard: readonly Heard[]) => ({
    ...memory,
    heard: [...memory.heard, ...heard],
  });
  /** Both hear each other: in some systems the ill phone's log tells of a contact, in others that of the healthy one. */
  function meet(
    [a, b]: readonly [Memory<unknown, unknown>, Memory<unknown, unknown>],
    sent: UnixSeconds,
    { at = sent, rssi = -70 }: { readonly at?: UnixSeconds; readonly rssi?: Dbm | null } = {},
  ): [Memory<unknown, unknown>, Memory<unknown, unknown>] {
    return [
      hears(a, { time: at, frame: frameOf(b, sent), rssi }),
      hears(b, { time: at, frame: frameOf(a, sent), rssi }),
    ];
  }

  it('makes the same identifiers from the same entropy, and others from other', () => {
    expect(toHex(frameOf(phone(1), START))).toBe(toHex(frameOf(phone(1), START)));
    expect(toHex(frameOf(phone(1), START))).not.toBe(toHex(frameOf(phone(2), START)));
  });

  it('keeps a secret while it is valid', () => {
    const memory = phone(1);
    const unused: Entropy = () => expect.fail('no new secret is needed');
    expect(system.setUpIdentifiers(memory, START + 60, unused)).toBe(memory.secrets[0]);
  });

  it('uses an identifier no longer than it may, and never again that day', () => {
    const memory = phone(1);
    const [shortest, longest] = system.rotation;
    expect(shortest).toBeLessThanOrEqual(longest);
    const seen: string[] = [];
    for (let time = START; time < START + 8 * longest; time += shortest / 5) {
      const identifier = toHex(system.broadcast(memory.secrets[0], time, POWER).identifier);
      if (seen.at(-1) !== identifier) {
        expect(seen).not.toContain(identifier);
        seen.push(identifier);
      }
    }
    expect(seen.length).toBeGreaterThanOrEqual(8);
    expect(seen.length).toBeLessThanOrEqual((8 * longest) / shortest + 1);
  });

  it('refuses to broadcast with a secret of another time', () => {
    const [secret] = phone(1).secrets;
    for (const time of [START - 2 * DAY, START + 2 * DAY])
      expect(() => system.broadcast(secret, time, POWER)).toThrow(RangeError);
  });

  it('reads the identifier of its own frames, and finds a reason in everything else', () => {
    const { identifier, frame } = system.broadcast(phone(1).secrets[0], START, POWER);
    expect(system.readIdentifier(frame)).toEqual(identifier);
    for (let length = 0; length < frame.length; length++)
      expect(typeof system.readIdentifier(frame.subarray(0, length))).toBe('string');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (junk) => {
        const read = system.readIdentifier(junk);
        if (typeof read !== 'string') expect(toHex(junk)).toContain(toHex(read));
      }),
    );
  });

  it('tells whoever met somebody who reports, and nobody else', async () => {
    const [ill, near] = meet([phone(1, 3), phone(2)], START + 30);
    const [elsewhere] = meet([phone(3), phone(4)], START + 30);
    const report = system.report(ill, START, LATER);
    expect(await system.checkStatus(near, [report], LATER)).toEqual([{ time: START + 30, attenuation: POWER + 70 }]);
    expect(await system.checkStatus(elsewhere, [report], LATER)).toEqual([]);
    expect(await system.checkStatus(near, [], LATER)).toEqual([]);
    expect(await system.checkStatus(near, [system.report(phone(5, 3), START, LATER)], LATER)).toEqual([]);
  });

  it('lists contacts in the order in which they were heard, each once, with an unknown attenuation where RSSI is', async () => {
    const times = [START + 60, START + 120, START + 3_600];
    let pair: [Memory<unknown, unknown>, Memory<unknown, unknown>] = [phone(1, 3), phone(2)];
    for (const time of times.toReversed()) pair = meet(pair, time, { rssi: null });
    const reports = [system.report(pair[0], START, LATER), system.report(phone(5, 3), START, LATER)];
    const contacts = await system.checkStatus(pair[1], reports, LATER);
    expect(contacts).toEqual(times.map((time) => ({ time, attenuation: null })));
  });

  it('overlooks frames that are not of the system', async () => {
    const junk = { time: START, frame: Uint8Array.of(2, 1, 6), rssi: -50 };
    const [ill, near] = meet([hears(phone(1, 3), junk), hears(phone(2), junk)], START);
    expect(await system.checkStatus(near, [system.report(ill, START, LATER)], LATER)).toHaveLength(1);
  });

  it('tolerates clocks that differ as far as it says, and no further', async () => {
    const since = START - DAY;
    const contactsAt = async (at: UnixSeconds) => {
      const [ill, near] = meet([phone(1, 3), phone(2)], START, { at });
      return (await system.checkStatus(near, [system.report(ill, since, LATER)], LATER)).length;
    };
    const [first, last] = system.receptionWindow(START);
    expect(first).toBeLessThanOrEqual(START);
    expect(last).toBeGreaterThanOrEqual(START);
    expect([await contactsAt(first - 1), await contactsAt(first)]).toEqual([0, 1]);
    expect([await contactsAt(last), await contactsAt(last + 1)]).toEqual([1, 0]);
  });

  it('finds no contact where somebody sends again what is published', async () => {
    const ill = phone(1, 3);
    const published = START + 3_600;
    const report = system.report(ill, START, published);
    for (const sent of [START, START + 3_000]) {
      const replayed = hears(phone(2), { time: published + 60, frame: frameOf(ill, sent), rssi: -50 });
      expect(await system.checkStatus(replayed, [report], published + 120)).toEqual([]);
    }
  });

  it('reports nothing from before', async () => {
    const [ill, near] = meet([phone(1, 3), phone(2)], START);
    expect(await system.checkStatus(near, [system.report(ill, START, LATER)], LATER)).toHaveLength(1);
    expect(await system.checkStatus(near, [system.report(ill, START + DAY, LATER)], LATER)).toEqual([]);
  });
});
