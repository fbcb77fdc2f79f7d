import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { flooded, impersonated } from '../../src/device/attacks.ts';
import { broadcast } from '../../src/device/broadcasting.ts';
import { detect } from '../../src/device/detection.ts';
import { beaconAt } from '../../src/device/heard.ts';
import { meeting } from '../../src/device/meeting.ts';
import { newMemory } from '../../src/device/memory.ts';
import { newKey } from '../../src/protocol/gaen/keys.ts';
import { keyTableOf } from '../../src/protocol/gaen/keyTable.ts';
import { NOON } from '../helpers/immuniBackend.ts';

const DAY = 86_400;
const near = { memory: newMemory(), time: NOON };
const entropy = () => keyedEntropy(6, 'attacks');
const today = newKey(NOON / 600, entropy());
const times = { minutes: 20, attenuation: 44.4 };
const published = (publishedAt: number, embargo?: boolean) => ({ publishedAt, now: publishedAt, embargo });

describe('somebody who knows a key', () => {
  const { heard } = impersonated(near, [today], times);

  it('sends what its owner sends at the time', () => {
    expect(heard.length).toBe(5);
    const owner = broadcast({ ...newMemory(), keys: [today] }, NOON + 600, -20, entropy());
    expect(beaconAt(heard, 2)).toMatchObject({ time: NOON + 600, identifier: owner.identifier, rssi: -64 });
  });

  it('is taken for its owner, metadata and all', async () => {
    const [found] = await detect(keyTableOf([today]), heard, published(NOON + 2 * DAY));
    expect(found!.keyData).toEqual(today.keyData);
    expect(found!.exposure.slices.map(({ low }) => low)).toEqual([44, 44, 44, 44, 44]);
  });

  it('has nothing to send with a key of another day', () => {
    const old = newKey(NOON / 600 - 144, entropy());
    expect(impersonated(near, [old], times).heard.length).toBe(0);
    expect(impersonated(near, [], times).heard.length).toBe(0);
    expect(impersonated({ ...near, time: NOON - DAY }, [old, today], times).heard.length).toBe(5);
  });

  it('sends with all that are valid', () => {
    const other = newKey(NOON / 600, keyedEntropy(7, 'other'));
    expect(impersonated(near, [today, other], times).heard.length).toBe(10);
  });

  it('is heard at the time that the phone stamps', () => {
    const back = impersonated({ memory: newMemory(), time: NOON, stamp: NOON + 3 * DAY }, [today], times).heard;
    expect(beaconAt(back, 1).time).toBe(NOON + 3 * DAY + 300);
    expect(beaconAt(back, 1).identifier).toEqual(beaconAt(heard, 1).identifier);
  });
});

describe('a phone', () => {
  const { heard } = impersonated(near, [today], times);
  const keys = keyTableOf([today]);
  /** The key ends at midnight, and is accepted until two hours later. */
  const over = NOON + DAY / 2 + 7200;

  it.each([
    ['while it is valid', NOON + 3600, undefined, 0],
    ['just before phones stop to accept it', over - 600, undefined, 0],
    ['then', over, undefined, 1],
    ['while it is valid, without the embargo', NOON + 3600, false, 1],
    ['while it is valid, with it', NOON + 3600, true, 0],
  ])('finds the owner of a key that is published %s: %#', async (_, publishedAt, embargo, found) => {
    expect(await detect(keys, heard, published(publishedAt, embargo))).toHaveLength(found);
  });
});

describe('a flood', () => {
  const options = { minutes: 10, attenuation: 40, identifiers: 50 };

  it('is as many identifiers in each scan, no two alike', () => {
    const { heard } = flooded(near, options, entropy());
    expect(heard.length).toBe(150);
    const seen = Array.from({ length: 150 }, (_, row) => beaconAt(heard, row));
    expect(new Set(seen.map(({ identifier }) => identifier.join())).size).toBe(150);
    expect(new Set(seen.map(({ time }) => time - NOON))).toEqual(new Set([0, 300, 600]));
    expect(new Set(seen.map(({ rssi }) => rssi))).toEqual(new Set([-60]));
  });

  it('leaves what is found as it is', async () => {
    const { memories } = meeting([near, near], { minutes: 20, attenuation: 50 }, entropy());
    const [ill, other] = memories;
    const keys = keyTableOf(ill.keys);
    const alone = await detect(keys, other.heard, published(NOON + 2 * DAY));
    const crowded = flooded({ memory: other, time: NOON }, { ...options, minutes: 20 }, entropy()).heard;
    const found = await detect(keys, crowded, published(NOON + 2 * DAY));
    expect(found).toEqual(alone);
    expect(found).toHaveLength(1);
  });
});

it('a meeting is written down at the time that each phone stamps', () => {
  const stamped = { ...near, stamp: NOON + DAY };
  const { memories } = meeting([stamped, near], { minutes: 5, attenuation: 50 }, entropy());
  expect(memories.map(({ heard }) => beaconAt(heard, 1).time - NOON)).toEqual([DAY + 300, 300]);
});
