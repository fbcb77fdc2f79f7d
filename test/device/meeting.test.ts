import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { beaconAt } from '../../src/device/heard.ts';
import { meeting } from '../../src/device/meeting.ts';
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
