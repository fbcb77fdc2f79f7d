import { describe, expect, it } from 'vitest';
import { ContactGraph, contactLayers } from '../../src/population/contacts.ts';
import { ManualTracing, type ManualTracingParameters } from '../../src/population/manualTracing.ts';
import { inEveryLayer, noManualTracing, townContacts } from '../helpers/population.ts';

const graph = new ContactGraph(2000, { ...townContacts, transport: { neighbours: 3, chance: 0.4 } }, 1);
const tracing = (changes: Partial<ManualTracingParameters> = {}, meet = () => true, seed = 1) =>
  new ManualTracing({ ...noManualTracing, ...changes }, { graph, meet, seed });
const days = { onset: 10, to: 13, result: 320 };
const ill = Array.from({ length: 200 }, (_, k) => k * 9);
/** Those whom somebody met on days from..to, by layer. */
function metBy(agent: number, from: number, to: number) {
  const list = graph.list();
  const met = new Map(contactLayers.map((layer) => [layer, new Set<number>()]));
  for (let day = from; day <= to; day++) {
    graph.contactsOf(agent, day, list);
    for (let row = 0; row < list.length; row++) met.get(contactLayers[list.layer[row]!]!)!.add(list.other[row]!);
  }
  return met;
}

describe('manual tracing', () => {
  it('calls nobody where nobody is named', () => {
    expect(ill.flatMap((agent) => tracing().calledBy(agent, days))).toEqual([]);
  });

  it('calls everybody who was met from two days before the onset on, once, where all are named', () => {
    for (const agent of ill.slice(0, 30)) {
      const called = tracing({ named: inEveryLayer(1) }).calledBy(agent, days);
      const met = new Set([...metBy(agent, 8, 13).values()].flatMap((own) => [...own]));
      expect(new Set(called.map((one) => one.agent))).toEqual(met);
      expect(called).toHaveLength(met.size);
      for (const { at } of called) expect(at).toBe(344);
    }
  });

  it.each(contactLayers)('names those of %s in the share that is given, and no others', (layer) => {
    const named = { ...inEveryLayer(0), [layer]: 0.4 };
    let [called, met] = [0, 0];
    for (const agent of ill) {
      const own = metBy(agent, 8, 13).get(layer)!;
      const found = tracing({ named }).calledBy(agent, days);
      for (const one of found) expect(own.has(one.agent)).toBe(true);
      called += found.length;
      met += own.size;
    }
    expect(met).toBeGreaterThan(100);
    expect(Math.abs(called / met - 0.4)).toBeLessThan(0.08);
  });

  it('asks for more days where they are to be asked for, and never for those before the begin', () => {
    const count = (daysBefore: number, own = days) =>
      tracing({ named: inEveryLayer(1), daysBefore }).calledBy(18, own).length;
    expect(count(0)).toBeLessThan(count(5));
    expect(count(14, { onset: 3, to: 5, result: 120 })).toBe(count(2, { onset: 3, to: 5, result: 120 }));
  });

  it('knows of nobody whom the ill did not meet as they were at home', () => {
    expect(tracing({ named: inEveryLayer(1) }, () => false).calledBy(18, days)).toEqual([]);
  });

  it('calls later where calls take longer, each at a time of its own', () => {
    const delay = { median: 24, sigma: 0.5 };
    const times = ill
      .flatMap((agent) => tracing({ named: inEveryLayer(1), delay }).calledBy(agent, days))
      .map(({ at }) => at - 320);
    expect(Math.min(...times)).toBeGreaterThan(0);
    const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
    expect(Math.abs(median - 24)).toBeLessThan(2);
    expect(new Set(times).size).toBeGreaterThan(100);
  });
});
