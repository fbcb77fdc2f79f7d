/** Records of one pair, and what the assembler makes of them. */
import type { EnlabError } from '../../src/core/errors.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import type { ScanInstance, Sighting, TraceRecord } from '../../src/core/records.ts';
import { SECONDS_PER_DAY } from '../../src/core/units.ts';
import { type AssembleOptions, Assembler } from '../../src/risk/assemble.ts';

/** 2020-07-30, midnight UTC. */
export const MIDNIGHT = 18_473 * SECONDS_PER_DAY;
export const NOON = MIDNIGHT + SECONDS_PER_DAY / 2;

export const defaults: AssembleOptions = {
  scanGap: 6,
  episodes: false,
  scenario: 'lunch',
  attenuationOf: ({ attenuation, rssi }) => attenuation ?? (typeof rssi === 'number' ? -rssi : null),
};

export const sighting = (time: number, more: Partial<Sighting> = {}): Sighting => ({
  type: 'sighting',
  time,
  receiver: 'r',
  transmitter: 't',
  attenuation: 50,
  ...more,
});

export const scan = (time: number, more: Partial<ScanInstance> = {}): ScanInstance => ({
  type: 'scan',
  time,
  receiver: 'r',
  transmitter: 't',
  seconds: 300,
  typicalAttenuation: 60,
  minAttenuation: 55,
  ...more,
});

export function assembled(
  records: readonly TraceRecord[],
  options: Partial<AssembleOptions> = {},
): readonly Exposure[] {
  const assembler = new Assembler({ ...defaults, ...options });
  return [...assembler.add(records), ...assembler.finish()];
}

export const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return (error as EnlabError).code;
  }
  return undefined;
};

export const timesOf = ({ slices }: Exposure): readonly number[] => slices.map(({ time }) => time!);
