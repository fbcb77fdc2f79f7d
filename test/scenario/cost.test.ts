import { describe, expect, it } from 'vitest';
import type { Edge } from '../../cli/edge.ts';
import { announceCost } from '../../cli/scenario/cost.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { NetworkTable } from '../../src/population/network.ts';
import { costOf } from '../../src/scenario/cost.ts';
import type { Scenario } from '../../src/scenario/resolve.ts';
import { resolved } from '../helpers/scenario.ts';

const MILLION = 1_000_000;
const scenarioOf = (agents: number, replicates = 1, arms = 'arms: { a: , b: , c: }\n') =>
  resolved(`title: x\nreplicates: ${replicates}\npopulation: { agents: ${agents} }\n${arms}`);

describe('the cost of a scenario', () => {
  it.each([
    [1, 1, 3, 1],
    [1, 2, 3, 2],
    [1, 8, 3, 3],
    [4, 8, 12, 8],
    [4, 100, 12, 12],
  ])('with %i replicates and %i threads is that of %i runs, %i at once', (replicates, jobs, runs, atOnce) => {
    expect(costOf(scenarioOf(MILLION, replicates), jobs)).toMatchObject({ runs, atOnce });
  });

  it('grows with people and with what runs at once', () => {
    const memory = (agents: number, jobs: number) => costOf(scenarioOf(agents), jobs).memory;
    expect(memory(2 * MILLION, 1) - memory(MILLION, 1)).toBe(22 * MILLION);
    expect(memory(MILLION, 2)).toBe(2 * memory(MILLION, 1));
    // As measured: 60 million people take some 1.4 GB.
    expect(memory(60 * MILLION, 1) / 1e9).toBeCloseTo(1.4, 1);
  });

  it('counts the largest towns that may run at once', () => {
    const arms = 'arms: { small: { population: { agents: 1000 } }, large: { population: { agents: 3000000 } } }\n';
    const scenario = scenarioOf(2000, 2, arms);
    expect(costOf(scenario, 2).memory).toBe(2 * 3_000_000 * 22 + 2 * 90e6);
    expect(costOf(scenario, 3).memory).toBe((2 * 3_000_000 + 1000) * 22 + 3 * 90e6);
  });

  it.each([
    ['realPhones: 100', 'arms: { a: }', 100 * 90 * 6],
    ['realPhones: 100\nreplicates: 3', 'arms: { a: , b: { app: { adoption: 0 } } }', 3 * 100 * 90 * 6],
    ['realPhones: 10\ndelivery: { backgroundHours: 1 }', 'arms: { a: , b: }', 2 * 10 * 90 * 24],
    ['', 'arms: { a: }', 0],
  ])('counts looks of real phones: %s, %s: %i', (own, arms, looks) => {
    expect(costOf(resolved(`title: x\ndays: 90\n${own}\n${arms}\n`), 2).looks).toBe(looks);
  });

  it('counts a network once, as threads share it', () => {
    const plain = scenarioOf(1000, 2);
    const bytes = (length: number) => ({ byteLength: length });
    const network = {
      starts: bytes(1),
      others: bytes(20),
      meetings: bytes(300),
      begin: bytes(4000),
      seconds: bytes(50_000),
      values: bytes(600_000),
    } as unknown as NetworkTable;
    const own = { ...plain, arms: plain.arms.map((arm) => ({ ...arm, network })) };
    for (const jobs of [1, 4]) expect(costOf(own, jobs).memory - costOf(plain, jobs).memory).toBe(654_321);
  });
});

describe('on the command line', () => {
  function said(scenario: Scenario, jobs: number, memory: number): string {
    let text = '';
    const stderr = { write: (words: string) => void (text += words), isTerminal: false, width: 80 };
    announceCost({ stderr, memory } as unknown as Edge, scenario, jobs);
    return text;
  }
  const told = (agents: number, jobs: number, memory: number): string => said(scenarioOf(agents), jobs, memory);

  it('says how long real phones will take, where that is long', () => {
    const of = (phones: number): Scenario => resolved(`title: x\ndays: 100\nrealPhones: ${phones}\narms: { a: }\n`);
    expect(said(of(50), 1, 8e9)).toBe('');
    expect(said(of(2000), 1, 8e9)).toBe('real phones: 1200000 background runs over HTTP, about 8 min\n');
  });

  it('is told where it is much', () => {
    expect(told(MILLION, 1, 8e9)).toBe('');
    expect(told(60 * MILLION, 2, 8e9)).toMatch(/^3 runs, 2 at once: about 2\.8 GB of memory; /);
  });

  it.each([
    [60 * MILLION, 3, 3e9, /about 4\.2 GB of memory, and there are 3\.0 GB/, /--jobs 1.*--agents/],
    [60 * MILLION, 1, 1e9, /about 1\.4 GB of memory, and there are 1\.0 GB/, /^simulate fewer people/],
  ])('of %i people with %i threads is refused in %d bytes', (agents, jobs, memory, message, hint) => {
    let thrown: unknown;
    try {
      told(agents, jobs, memory);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EnlabError);
    expect(thrown).toMatchObject({
      code: 'E-MACHINE',
      exitCode: 4,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
