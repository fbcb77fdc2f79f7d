/** The contract of every tracing system: what phones that know nothing but the interface can rely on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entropy, keyedEntropy } from '../../src/core/entropy.ts';
import { SECONDS_PER_DAY, type UnixSeconds } from '../../src/core/units.ts';
import { tracingSystems } from '../../src/protocol/systems.ts';
import type { Heard, Memory } from '../../src/protocol/tracingSystem.ts';
import { toHex } from '../helpers/gaenVectors.ts';

/** A Thursday in 2020, 10:00 UTC. */
const NOON = 1_591_261_200;
const POWER = -12;
const DAY = SECONDS_PER_DAY;
const LATER = NOON + 3 * DAY;

describe.each(tracingSystems.map((system) => [system.name, system] as const))('%s', (_, system) => {
  /** A phone that registered and holds the secret of each day up to `days` after noon. */
  function phone(id: number, days = 0): Memory<unknown, unknown> {
    const entropy: Entropy = keyedEntropy(7, 'phone', id);
    let memory: Memory<unknown, unknown> = { registration: system.register(entropy), secrets: [], heard: [] };
    for (let day = 0; day <= days; day++) {
      const secret = system.setUpIdentifiers(memory, NOON + day * DAY, entropy);
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

  it('makes the same identifiers from the same entropy, and others from other', () => {
    expect(toHex(frameOf(phone(1), NOON))).toBe(toHex(frameOf(phone(1), NOON)));
    expect(toHex(frameOf(phone(1), NOON))).not.toBe(toHex(frameOf(phone(2), NOON)));
  });

  it('keeps a secret while it is valid', () => {
    const memory = phone(1);
    const unused: Entropy = () => expect.fail('no new secret is needed');
    expect(system.setUpIdentifiers(memory, NOON + 60, unused)).toBe(memory.secrets[0]);
  });

  it('uses an identifier no longer than it may, and never again that day', () => {
    const memory = phone(1);
    const [shortest, longest] = system.rotation;
    expect(shortest).toBeLessThanOrEqual(longest);
    const seen: string[] = [];
    for (let time = NOON; time < NOON + 8 * longest; time += shortest / 5) {
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
    for (const time of [NOON - 2 * DAY, NOON + 2 * DAY])
      expect(() => system.broadcast(secret, time, POWER)).toThrow(RangeError);
  });

  it('reads the identifier of its own frames, and finds a reason in everything else', () => {
    const { identifier, frame } = system.broadcast(phone(1).secrets[0], NOON, POWER);
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

  it('tells whoever heard somebody who reports, and nobody else', async () => {
    const ill = phone(1, 3);
    const near = hears(phone(2), { time: NOON + 30, frame: frameOf(ill, NOON + 30), rssi: -70 });
    const elsewhere = hears(phone(3), { time: NOON + 30, frame: frameOf(phone(4), NOON + 30), rssi: -70 });
    const report = system.report(ill, NOON, LATER);
    expect(await system.checkStatus(near, [report], LATER)).toEqual([{ time: NOON + 30, attenuation: POWER + 70 }]);
    expect(await system.checkStatus(elsewhere, [report], LATER)).toEqual([]);
    expect(await system.checkStatus(near, [], LATER)).toEqual([]);
    expect(await system.checkStatus(near, [system.report(phone(5, 3), NOON, LATER)], LATER)).toEqual([]);
  });

  it('lists contacts in the order in which they were heard, each once, with an unknown attenuation where RSSI is', async () => {
    const ill = phone(1, 3);
    const times = [NOON + 60, NOON + 120, NOON + 3_600];
    const near = hears(phone(2), ...times.map((time) => ({ time, frame: frameOf(ill, time), rssi: null })));
    const reports = [system.report(ill, NOON, LATER), system.report(phone(5, 3), NOON, LATER)];
    expect(await system.checkStatus(near, reports, LATER)).toEqual(times.map((time) => ({ time, attenuation: null })));
  });

  it('overlooks frames that are not of the system', async () => {
    const ill = phone(1, 3);
    const junk = { time: NOON, frame: Uint8Array.of(2, 1, 6), rssi: -50 };
    const near = hears(phone(2), junk, { time: NOON, frame: frameOf(ill, NOON), rssi: -50 });
    expect(await system.checkStatus(near, [system.report(ill, NOON, LATER)], LATER)).toHaveLength(1);
  });

  it('tolerates clocks that differ by as much as it says, and no more', async () => {
    const ill = phone(1, 3);
    const reports = [system.report(ill, NOON, LATER)];
    const heardAt = async (time: UnixSeconds) => {
      const near = hears(phone(2), { time, frame: frameOf(ill, NOON), rssi: -70 });
      return (await system.checkStatus(near, reports, LATER)).length;
    };
    for (const sign of [-1, 1]) {
      expect(await heardAt(NOON + sign * system.clockTolerance)).toBe(1);
      expect(await heardAt(NOON + sign * (system.clockTolerance + system.rotation[1]))).toBe(0);
    }
  });

  it('reports nothing that could still be used to impersonate the phone, and nothing from before', async () => {
    const ill = phone(1, 3);
    const heardNow = hears(phone(2), { time: NOON, frame: frameOf(ill, NOON), rssi: -70 });
    expect(await system.checkStatus(heardNow, [system.report(ill, NOON, NOON + 60)], NOON + 60)).toEqual([]);
    expect(await system.checkStatus(heardNow, [system.report(ill, NOON + DAY, LATER)], LATER)).toEqual([]);
  });
});
