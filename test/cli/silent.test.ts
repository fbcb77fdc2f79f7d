/** Signals that nobody knows: time and distance for truth, nothing for models (docs/trace-format.md). */
import { describe, expect, it } from 'vitest';
import { checkSchema, curveSchema, inspectSchema } from '../../calibration/schemas.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { nativeText } from '../helpers/traces.ts';

const START = 1_600_000_020;
/** Twenty minutes of two phones, 1 m apart; the second of them heard without any signal strength. */
const sightings = ['t', 'silent'].flatMap((transmitter) =>
  [0, 300, 600, 900, 1200].map((time) => ({
    type: 'sighting',
    time: START + time,
    receiver: 'r',
    transmitter,
    distance: 1,
    ...(transmitter === 't' ? { attenuation: 50 } : { rssi: null }),
  })),
);
const work = new Workplace({
  'distances.csv': 'time,a,b,distance\n0,1,2,1\n300,1,2,1\n600,1,2,1\n900,1,2,1\n',
  'mixed.ndjson': nativeText(...sightings.toSorted((a, b) => a.time - b.time)),
});

describe('a contact list of distances', () => {
  it.each([
    ['calibrate check distances.csv --preset immuni-2020-06-05', 'no exposure has a known signal strength (1 in all)'],
    ['calibrate fit distances.csv --bootstrap 0', 'no exposure has a known signal strength (1 in all)'],
    ['replay distances.csv', 'no exposure has a known signal strength (1 in all)'],
    ['calibrate curve distances.csv', 'no packet has a known signal strength (4 in all)'],
  ])('is refused with advice by %s', async (command, message) => {
    const ran = await work.enlab(command);
    expectError(ran, 2, 'E-FILE-INVALID');
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain('--unknown-device RX,TX');
  });

  it('is counted by inspect', async () => {
    const { data } = await work.json('trace inspect distances.csv --truth "minutes >= 15 within 2 m"', inspectSchema);
    expect([data.exposures, data.positives]).toEqual([1, 1]);
  });
});

describe('an exposure of which no signal strength is known', () => {
  it('is left out by check and replay, and told by inspect', async () => {
    const check = await work.json('calibrate check mixed.ndjson --preset immuni-2020-06-05', checkSchema);
    expect([check.data.exposures, check.data.n, check.rules[0]!.tp]).toEqual([1, 1, 1]);
    const { stdout } = await work.enlab('replay mixed.ndjson --format ndjson');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const { data } = await work.json('trace inspect mixed.ndjson', inspectSchema);
    expect([data.exposures, data.notices]).toEqual([
      2,
      { 'exposures without any known signal strength: no model can judge them': 1 },
    ]);
  });

  it('is dropped and counted by curve, packet by packet', async () => {
    const { data, points } = await work.json('calibrate curve mixed.ndjson --thresholds 50,255', curveSchema);
    expect([data.n, data.unknown, data.withoutSignal]).toEqual([5, 0, 5]);
    expect(points.map(({ detected, recall }) => [detected, recall])).toEqual([
      [5, 1],
      [5, 1],
    ]);
  });
});
