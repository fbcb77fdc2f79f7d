/** enlab trace fit-path-loss as it is typed. */
import { describe, expect, it } from 'vitest';
import { fitPathLossSchema } from '../../src/scenario/placeFit/result.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { leithFolder } from '../helpers/cliTraces.ts';
import { hasRealData, realData } from '../helpers/imports.ts';
import { hall, pairsIn, traceOf } from '../helpers/pathLoss.ts';
import { smallTown } from '../helpers/scenario.ts';

const measured = pairsIn(hall, 40);
const files = {
  'hall.ndjson': traceOf(measured),
  'other.ndjson': traceOf(pairsIn({ ...hall, atOneMetre: 70 }, 25, 7)),
  'bare.ndjson': traceOf(measured).replaceAll(/,"distance":[\d.]+/g, ''),
  'few.ndjson': traceOf(measured.slice(0, 3)),
  'still.ndjson': traceOf(measured).replaceAll(/"distance":[\d.]+/g, '"distance":2'),
};
const command = 'trace fit-path-loss';

describe(`enlab ${command}`, () => {
  const place = new Workplace({ ...files, ...leithFolder('tram') });

  it('says parameters with intervals, and how to get the same again', async () => {
    const ran = await place.enlab(`${command} hall.ndjson --bootstrap 100`);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(
      /^seed 1; repeat with: enlab trace fit-path-loss hall\.ndjson --bootstrap 100 --seed 1\n/,
    );
    expect(ran.stdout).toMatch(/40 pairs of phones, 21\d scans, 0\.5 m to 5 m/);
    expect(ran.stdout).toMatch(/attenuation at 1 m +5\d\.\d\d \(/);
  });

  it('writes JSON of its schema, the same for the same seed', async () => {
    const line = `${command} hall.ndjson --bootstrap 100 --format json`;
    const result = parsed(await place.output(line), fitPathLossSchema);
    expect(result.seed).toBe(1);
    expect(result.data).toMatchObject({ n: 40, nearest: 0.5, furthest: 5, files: [{ name: 'hall.ndjson' }] });
    expect(result.judged).toMatchObject({ n: 40, files: [{ name: 'hall.ndjson' }] });
    expect(result.options).toMatchObject({ judge: null, bootstrap: 100, traces: ['hall.ndjson (enlab)'] });
    expect(await place.output(line)).toBe(await place.output(`${line} --seed 1`));
  });

  it('judges presets elsewhere', async () => {
    const line = `${command} hall.ndjson --bootstrap 100 --judge other.ndjson --format json`;
    const result = parsed(await place.output(line), fitPathLossSchema);
    expect(result.judged).toMatchObject({ n: 25, files: [{ name: 'other.ndjson' }] });
    expect(result.judged.presets.some(({ inside }) => !inside)).toBe(true);
    expect(result.options['judge']).toEqual(['other.ndjson (enlab)']);
  });

  it('writes a place that a scenario runs with, and a report with four plots', async () => {
    await place.output(
      `${command} hall.ndjson --bootstrap 100 --layer random --place out/hall.yaml --report out/hall.html`,
    );
    expect(place.text('out/hall.html').match(/<svg/g)).toHaveLength(4);
    place.put('town.yaml', `${smallTown}${place.text('out/hall.yaml')}`);
    await place.output('simulate town.yaml --days 2 --out-dir out/town');
    const { radio } = JSON.parse(place.text('out/town/manifest.json'));
    expect(radio.places.random.atOneMetre).toBeCloseTo(56, -0.5);
    expect(place.text('out/town/manifest.json')).toContain('hall.ndjson, 40 pairs');
  });

  it('says that few pairs make narrow intervals', async () => {
    const ran = await place.enlab(`${command} tram --bootstrap 100`);
    expect(ran.stderr).toMatch(/pairs/);
  });

  it.each([
    ['bare.ndjson', 'E-FILE-INVALID', /bare\.ndjson: nothing here has a distance[^]*--distances/],
    ['few.ndjson', 'E-FILE-INVALID', /few\.ndjson: 3 pairs of phones with distances, and 5 are needed/],
    ['still.ndjson', 'E-FILE-INVALID', /still\.ndjson: all distances are 2 m/],
    ['missing.ndjson', 'E-FILE-MISSING', /missing\.ndjson/],
    ['hall.ndjson --judge missing.ndjson', 'E-FILE-MISSING', /missing\.ndjson/],
    ['hall.ndjson --bootstrap 5', 'E-USAGE', /from 100 to 100000/],
    ['hall.ndjson --layer office', 'E-USAGE', /household, group, transport, random/],
    ['hall.ndjson --place hall.ndjson', 'E-OUTPUT', /read by the same command/],
    ['hall.ndjson --judge other.ndjson --out other.ndjson', 'E-OUTPUT', /read by the same command/],
  ] as const)('%s: %s, exit 2', async (line, code, message) => {
    expectError(await place.enlab(`${command} ${line}`), 2, code, message);
  });
});

describe.skipIf(!hasRealData)('public data', () => {
  it('give the tram that ships', async () => {
    const place = new Workplace();
    await place.output(`${command} ${realData('leith-tram')} --bootstrap 100 --place tram.yaml --layer transport`);
    expect(place.text('tram.yaml')).toMatch(
      /atOneMetre: 63\.9\n +exponent: 0\.36\n +shadowing: 5\.3\n +scanNoise: 4\.6\n/,
    );
  });
});
