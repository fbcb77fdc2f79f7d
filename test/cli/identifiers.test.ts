import { describe, expect, it } from 'vitest';
import { identifiersSchema } from '../../cli/schemas.ts';
import { parseFrame } from '../../src/protocol/gaen/frame.ts';
import { keyDataOf } from '../../src/protocol/gaen/simulatedKeys.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fromHex, gaenVectors, toHex } from '../helpers/gaenVectors.ts';

const place = new Workplace();
const tek = toHex(gaenVectors.tek);

describe('enlab identifiers', () => {
  it('prints the published vectors for a whole day', async () => {
    const line = `identifiers --tek ${tek} --at 2020-04-02T00:00Z --tx-power 8 --count 144`;
    const result = await place.json(line, identifiersSchema);
    expect(result).toMatchObject({
      data: { n: 144 },
      simulated: false,
      rollingStartIntervalNumber: gaenVectors.rolling_start_interval_number,
      rpik: toHex(gaenVectors.rpik),
      aemk: toHex(gaenVectors.aemk),
      metadata: toHex(gaenVectors.metadata),
    });
    expect(result.identifiers.map(({ rpi, aem }) => [rpi, aem])).toEqual(
      gaenVectors.advertised.map(({ rpi, aem }) => [toHex(rpi), toHex(aem)]),
    );
    for (const { frame, rpi } of result.identifiers)
      expect(parseFrame(fromHex(frame))).toMatchObject({ identifier: fromHex(rpi) });
  });

  it.each([
    ['base64', Buffer.from(gaenVectors.tek).toString('base64'), '1585785600'],
    ['upper case, with a date', tek.toUpperCase(), '2020-04-02'],
    ['a time in the middle of the interval', tek, '2020-04-02T00:09:59.9Z'],
    ['a time zone', tek, '2020-04-02T02:00+02:00'],
  ])('reads %s', async (_, key, at) => {
    const { identifiers } = await place.json(`identifiers --tek ${key} --at ${at}`, identifiersSchema);
    expect(identifiers).toMatchObject([
      { time: '2020-04-02T00:00:00.000Z', rpi: toHex(gaenVectors.advertised[0]!.rpi) },
    ]);
  });

  it('writes the frame of either phone', async () => {
    const frames = ['ios', 'android'].map(async (profile) => {
      const line = `identifiers --tek ${tek} --at 1585785600 --profile ${profile}`;
      return (await place.json(line, identifiersSchema)).identifiers[0]!.frame;
    });
    const [ios, android] = await Promise.all(frames);
    expect(ios).toBe(`02011a${android}`);
  });

  it('says when a key was made by a simulation', async () => {
    const line = `identifiers --tek ${toHex(keyDataOf(1, 2, 3))} --at 1585785600`;
    expect((await place.json(line, identifiersSchema)).simulated).toBe(true);
    expect(await place.output(line)).toContain('made by a simulation');
    expect(await place.output(`identifiers --tek ${tek} --at 1585785600`)).not.toContain('simulation');
  });

  it.each([
    ['--tek 75c7 --at 0', '16 bytes in hex or base64'],
    [
      `--tek ${tek} --at 2020-04-02T23:50Z --count 2`,
      '--count 2 goes beyond the UTC day of the key, of which 1 can be had',
    ],
    [`--tek ${tek} --at 2576980377000 --count 2`, 'beyond the UTC day'],
    [`--tek ${tek}00 --at 0`, '16 bytes in hex or base64'],
    [`--tek ${'zz'.repeat(16)} --at 0`, '16 bytes in hex or base64'],
    [`--tek ${tek} --at yesterday`, 'It must be a time'],
    [`--tek ${tek} --at 2020-02-31`, 'It must be a time'],
    [`--tek ${tek} --at 9999999999999`, 'It must be a time from 1970 on'],
    [`--tek ${tek} --at 1969-12-31`, 'It must be a time from 1970 on'],
    [`--tek ${tek} --at 0 --count 145`, 'from 1 to 144'],
    [`--tek ${tek} --at 0 --tx-power 128`, 'from -128 to 127'],
    [`--tek ${tek} --at 0 --profile symbian`, 'ios, android'],
    [`--at 0`, '--tek'],
  ])('refuses %s', async (words, message) => {
    expectError(await place.enlab(`identifiers ${words}`), 2, 'E-USAGE', message);
  });
});
