/** Every format of this folder claims its own files and nobody else's. */
import { describe, expect, it } from 'vitest';
import { TraceFile } from '../../../src/trace/files.ts';
import type { Importer } from '../../../src/trace/importer.ts';
import { dp3tSqlite } from '../../../src/trace/importers/dp3tSqlite.ts';
import { exposureWindows } from '../../../src/trace/importers/exposureWindows.ts';
import { immuniEpidemiological } from '../../../src/trace/importers/immuniEpidemiological.ts';
import { leithBins } from '../../../src/trace/importers/leithBins.ts';
import { pact } from '../../../src/trace/importers/pact.ts';
import { robertHello } from '../../../src/trace/importers/robertHello.ts';
import { traceFixtures } from '../../../tools/fixtures/traces.ts';
import { fileWith, fixture, hasRealData, realData } from '../../helpers/imports.ts';

const importers: readonly Importer[] = [
  leithBins,
  dp3tSqlite,
  exposureWindows,
  pact,
  robertHello,
  immuniEpidemiological,
];

async function claimants(path: string): Promise<string[]> {
  const probe = await new TraceFile(path).probe();
  return importers.filter((importer) => importer.detect(probe, {})).map(({ name }) => name);
}

const owners: readonly (readonly [RegExp, string | null])[] = [
  [/^empty|truncated/, null],
  [/sqlite$/, 'dp3t-sqlite'],
  [/_attenuations/, 'leith-bins'],
  [/_(?:distances|pairs)/, null],
  [/^pact/, 'pact'],
  [/^robert/, 'robert-hello'],
  [/^windows/, 'exposure-windows'],
  [/^immuni/, 'immuni-epidemiological'],
  [/^synthetic-field/, null],
];

describe('a fixture is claimed by its format alone', () => {
  const readable = [...traceFixtures().keys()].filter((name) => !/^empty|truncated/.test(name));

  it.each(readable)('%s', async (name) => {
    const owner = owners.find(([pattern]) => pattern.test(name))?.[1];
    expect(owner).toBeDefined();
    expect(await claimants(fixture(name))).toEqual(owner === null ? [] : [owner]);
  });
});

describe.skipIf(!hasRealData)('a public file is claimed by its format alone', () => {
  it.each([
    ['leith-tram/dublintram_dataset_attenuations.txt', ['leith-bins']],
    ['leith-bus/dublinbus_dataset_attenuations.txt', ['leith-bins']],
    ['leith-tram/dublintram_dataset_distances.txt', []],
    ['leith-tram/dublintram_dataset_pairs.txt', []],
    ['leith-tram/cwa_config.txt', []],
    ['leith-tram/immuni_config_settings.txt', []],
    ['leith-tram/EN Calibration June 13th.csv', []],
    ['dp3t-exp34/scenario01-lunch.sqlite', ['dp3t-sqlite']],
    ['dp3t-exp34/scenario01-lunch.json', []],
    ['dp3t-exp34/exp34-pr-200813.png', []],
    ['robert-traces/R1_AA00.csv', ['robert-hello']],
    ['robert-traces/expected-scores.json', []],
  ])('%s: %j', async (name, expected) => {
    expect(await claimants(realData(name))).toEqual(expected);
  });
});

describe('what others own is left alone', () => {
  it.each([
    [
      'our own trace',
      '{"format":"enlab-trace","version":1,"units":{},"provenance":{}}\n{"type":"window","day":1,"scans":[]}\n',
    ],
    ['a CSV of an authority', 'person_id;data;durata;att;esito\n1;01/02/2021;15,5;62;si\n'],
    ['a CSV with ISO times first', '2020-05-16T14:34:49Z,ID,-60\n2020-05-16T14:34:50Z,ID,-61\n'],
    ['a table of cells', 'D,A,positives,negatives\n1,1,5,6\n'],
    ['a contact list', '# timestamp,user_a,user_b,rssi\n0,1,2,-60\n'],
    ['numbers in columns', '# attenuation levels\n1 2 3\n'],
    ['a ROBERT file with another header', 'mac,time,hello,rssi\nAAEC,1,2,-60\n'],
    ['other JSON', '{"exposure_info_minimum_risk_score":20,"teks_max_summary_count":84}'],
    ['text', 'exposure windows have "scanInstances": a list\n'],
    ['nothing but a newline', '\n'],
  ])('%s', async (_what, text) => {
    expect(await claimants(fileWith('trace.txt', text))).toEqual([]);
  });

  it('a file with the name of a trace but no numbers in it is not claimed', async () => {
    expect(await claimants(fileWith('x_attenuations.txt', '# title\nfirst second\n'))).toEqual([]);
  });
});
