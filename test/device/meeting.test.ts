import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { beaconAt } from '../../src/device/heard.ts';
import { meeting, relay } from '../../src/device/meeting.ts';
import { newMemory } from '../../src/device/memory.ts';
import { NOON } from '../helpers/immuniBackend.ts';

const entropy = keyedEntropy(3, 'meeting');
const meet = (minutes: number, { skew = 0, attenuation = 50, time = NOON } = {}) =>
  meeting(
    [
      { memory: newMemory(), time },
      { memory: newMemory(), time: time + skew },
    ],
    { minutes, attenuation },
    entropy,
  );

describe('a meeting', () => {
  it.each([
    [1, 1],
    [4, 1],
    [5, 2],
    [30, 7],
    [62, 13],
  ])('of %i minutes has %i scans, one every five minutes from its begin on', (minutes, scans) => {
    const { memories, scans: told } = meet(minutes);
    expect([told, ...memories.map(({ heard }) => heard.length)]).toEqual([scans, scans, scans]);
    const [{ heard }] = memories;
    expect(Array.from({ length: scans }, (_, k) => beaconAt(heard, k).time)).toEqual(
      Array.from({ length: scans }, (_, k) => NOON + 300 * k),
    );
  });

  it('is heard with what is left of the power', () => {
    const [one, other] = meet(10, { attenuation: 61.6 }).memories;
    for (const { heard } of [one, other]) expect(beaconAt(heard, 0).rssi).toBe(-82);
  });

  it('has other identifiers in each direction, and new ones every ten minutes', () => {
    const [one, other] = meet(60).memories;
    const identifiers = ({ heard }: typeof one) =>
      new Set(Array.from({ length: heard.length }, (_, k) => beaconAt(heard, k).identifier.join()));
    expect([...identifiers(one)].filter((identifier) => identifiers(other).has(identifier))).toEqual([]);
    // 13 scans from a full interval on: 7 intervals.
    expect(identifiers(one).size).toBe(7);
    expect(one.keys).toHaveLength(1);
  });

  it('over midnight makes a key for each day', () => {
    const midnight = (Math.floor(NOON / 86_400) + 1) * 86_400;
    const { memories } = meet(60, { time: midnight - 1800 });
    expect(memories.map(({ keys }) => keys.length)).toEqual([2, 2]);
  });

  it('is at the time of each clock', () => {
    const [one, other] = meet(5, { skew: 3600 }).memories;
    expect(beaconAt(one.heard, 0).time).toBe(NOON);
    expect(beaconAt(other.heard, 0).time).toBe(NOON + 3600);
  });

  it('forgets what is older than two weeks', () => {
    const old = meet(30).memories[0];
    const later = NOON + 20 * 86_400;
    const { memories } = meeting(
      [
        { memory: old, time: later },
        { memory: newMemory(), time: later },
      ],
      { minutes: 5, attenuation: 50 },
      entropy,
    );
    expect(memories[0].heard.length).toBe(2);
    expect(memories[0].keys).toHaveLength(1);
  });
});

describe('scans at set times', () => {
  it.each([
    [30, 0, 7],
    [30, 120, 6],
    [4, 240, 1],
    [3, 240, 0],
    [0.3, 6, 1],
  ])('a meeting of %d minutes with the first scan after %i s has %i', (minutes, firstScan, scans) => {
    const near = { memory: newMemory(), time: NOON };
    const { memories, scans: told } = meeting([near, near], { minutes, attenuation: 50, firstScan }, entropy);
    expect([told, memories[0].heard.length]).toEqual([scans, scans]);
    if (scans > 0) expect(beaconAt(memories[0].heard, 0).time).toBe(NOON + firstScan);
  });
});

describe('a relay', () => {
  const near = { memory: newMemory(), time: NOON };
  const relayed = (changes: Partial<Parameters<typeof relay>[1]> = {}) =>
    relay([near, near], { minutes: 10, attenuation: 50, delay: 0, ...changes }, keyedEntropy(3, 'relay'));

  it('is heard by one, of the other, who hears nothing', () => {
    const [from, to] = relayed();
    expect([from.heard.length, from.keys.length]).toEqual([0, 1]);
    expect([to.heard.length, to.keys.length]).toEqual([3, 0]);
    expect(beaconAt(to.heard, 0)).toMatchObject({ time: NOON, rssi: -70 });
  });

  it('comes as late as it was delayed, with the identifiers of before', () => {
    const [, soon] = relayed();
    const [, late] = relayed({ delay: 5400 });
    expect(beaconAt(late.heard, 0).time).toBe(NOON + 5400);
    expect(beaconAt(late.heard, 0).identifier).toEqual(beaconAt(soon.heard, 0).identifier);
  });

  it('changes the power alone where bits are flipped', () => {
    const [, plain] = relayed();
    const [, flipped] = relayed({ powerBits: 0b0011_1100 });
    const [one, other] = [plain, flipped].map(({ heard }) => beaconAt(heard, 1));
    expect(other!.identifier).toEqual(one!.identifier);
    expect(Array.from(other!.encryptedMetadata, (byte, k) => byte ^ one!.encryptedMetadata[k]!)).toEqual([
      0, 0b0011_1100, 0, 0,
    ]);
  });
});
