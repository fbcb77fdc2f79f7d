/** Fixtures and exposures that the tests of the risk models share. */
import { readFileSync } from 'node:fs';
import type { Exposure, Slice } from '../../src/core/exposure.ts';
import type { Trail, Verdict } from '../../src/risk/model.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { modelNamed } from '../../src/risk/registry.ts';

/** A JSON file in fixtures/; the caller says what it holds. */
export const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8'));

/** One measured value: minutes at dB. */
export const slice = (minutes: number, dB: number, more: Partial<Slice> = {}): Slice => ({
  seconds: minutes * 60,
  low: dB,
  high: dB,
  ...more,
});

/** A histogram bin: minutes between two dB values. */
export const bin = (minutes: number, low: number, high: number): Slice => ({ seconds: minutes * 60, low, high });

export const exposure = (slices: readonly Slice[], more: Partial<Exposure> = {}): Exposure => ({
  slices,
  weight: 1,
  ...more,
});

/** Minutes at one attenuation. */
export const contact = (minutes: number, dB: number, more: Partial<Exposure> = {}): Exposure =>
  exposure([slice(minutes, dB)], more);

/** Verdict of a preset with some of its parameters changed. */
export function judge(
  preset: string,
  group: readonly Exposure[],
  { change = {}, reading = {}, trail }: { change?: object; reading?: Partial<Reading>; trail?: Trail } = {},
): Verdict {
  const { model, parameters } = findPreset(preset);
  const own = modelNamed(model);
  const parsed = own.parameters.parse({ ...(parameters as object), ...change });
  return own.assess(group, parsed, { ...defaultReading, ...reading }, trail);
}
