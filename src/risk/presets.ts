/** Published parameter sets: presets/NAME.json, one file a set, kept for ever under the names of contract.md 3. */
import { z } from 'zod';
import { EnlabError } from '../core/errors.ts';
import { packageText } from '../core/files.ts';
import { nearest } from '../core/nearest.ts';
import type { Preset } from './model.ts';
import { modelNamed, modelNames } from './registry.ts';

/** In the order of contract.md 3. */
const NAMES: readonly string[] = [
  'immuni-dpia',
  'immuni-2020-05-25',
  'immuni-2020-05-28-346b3e5',
  'immuni-2020-05-28-09b4c20',
  'immuni-2020-05-28-e86088f',
  'immuni-2020-06-05',
  'immuni-2020-10-30',
  'immuni-android-2022-12',
  'cwa-2020-05-assumption',
  'cwa-v1-2020-05-25',
  'cwa-v1-2020-05-26',
  'cwa-v1-2020-06-04',
  'cwa-v1-2020-06-15',
  'cwa-v1-2020-09-14',
  'cwa-v2-2020-11',
  'cwa-v2-2021-02-22',
  'cwa-v2-2021-03-18',
  'cwa-v2-2021-04-15',
  'swisscovid-2020-05-20',
  'swisscovid-2020-05-22',
  'swisscovid-2020-05-24',
  'swisscovid-2020-07-06',
  'swisscovid-2020-09-10',
  'lfph-v1-narrow',
  'lfph-v1-wide',
  'lfph-v2-narrow',
  'lfph-v2-wide',
  'stopp-corona',
  'covidwatch-az',
];

/** A file of somebody's own needs name, model and parameters; the published ones have all of it. */
const presetSchema = z.strictObject({
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  date: z
    .string()
    .regex(/^\d{4}-\d\d(-\d\d)?$/, 'must be YYYY-MM-DD or YYYY-MM')
    .nullable()
    .default(null),
  model: z.string().refine((name) => modelNames.includes(name), `must be one of ${modelNames.join(', ')}`),
  title: z.string().default(''),
  sources: z.array(z.string()).default([]),
  notes: z.array(z.string()).default([]),
  parameters: z.unknown(),
});

/**
 * A preset from the text of its JSON file; parameters are checked by the model's schema and come with its defaults.
 * Throws E-FILE-FORMAT where the text is no JSON and E-FILE-INVALID with every wrong field.
 */
export function parsePreset(text: string, file: string): Preset {
  const value = jsonOf(text);
  if (value !== undefined) return presetOf(value, file);
  throw new EnlabError('E-FILE-FORMAT', 'this is no JSON', { place: { file }, hint: PRESET_HINT });
}

/**
 * The preset of a file that somebody names: one as parsePreset takes it, or what "enlab presets NAME --format json"
 * wrote. Null where the text is something else, such as the configuration of an app. Throws as parsePreset does, and
 * E-FILE-FORMAT for a list of presets.
 */
export function presetIn(text: string, file: string): Preset | null {
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null) return null;
  const { schema, presets } = value as { schema?: unknown; presets?: unknown };
  if (schema === 'enlab.presets' && Array.isArray(presets)) {
    if (presets.length === 1) return presetOf(presets[0], file);
    const hint = 'write one of them with: enlab presets NAME --format json --out preset.json';
    throw new EnlabError('E-FILE-FORMAT', `this file holds ${presets.length} presets, not one`, {
      place: { file },
      hint,
    });
  }
  return ['model', 'parameters'].every((key) => Object.hasOwn(value, key)) ? presetOf(value, file) : null;
}

const PRESET_HINT = 'a preset is one JSON object, as "enlab presets NAME --format json" prints it';

/** Undefined where the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function presetOf(value: unknown, file: string): Preset {
  const preset = checked(presetSchema, value, file, []);
  const parameters = checked(modelNamed(preset.model).parameters, preset.parameters, file, ['parameters']);
  return { ...preset, parameters };
}

/** The parsed value, or one error that lists every wrong field by its path from the top of the file. */
function checked<T>(schema: z.ZodType<T>, value: unknown, file: string, at: readonly string[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${[...at, ...path].join('.') || 'preset'}: ${message}`);
  throw new EnlabError('E-FILE-INVALID', wrong.join('; '), { place: { file }, hint: PRESET_HINT });
}

// Kept because every command that names a preset asks again.
let loaded: readonly Preset[] | undefined;

/** Every preset, in the order of contract.md 3. Files are read once. */
export function allPresets(): readonly Preset[] {
  loaded ??= NAMES.map((name) => {
    const path = `src/risk/presets/${name}.json`;
    return parsePreset(packageText(path), path);
  });
  return loaded;
}

/** The preset with this name or alias, whatever its case. Throws E-PRESET-UNKNOWN with the nearest name. */
export function findPreset(name: string): Preset {
  const wanted = name.toLowerCase();
  const presets = allPresets();
  const found = presets.find((preset) => [preset.name, ...preset.aliases].includes(wanted));
  if (found) return found;
  throw new EnlabError('E-PRESET-UNKNOWN', `there is no preset "${name}"`, hintFor(wanted, presets));
}

/** The sets of a family whose name was given ("immuni"), else the nearest name. */
function hintFor(wanted: string, presets: readonly Preset[]): { readonly hint?: string } {
  const family = presets.filter(({ name }) => name.startsWith(wanted)).map(({ name }) => name);
  if (family.length > 0) return { hint: `there are several by date: ${family.join(', ')}` };
  const guess = nearest(
    wanted,
    presets.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  return guess ? { hint: `did you mean "${guess}"?` } : {};
}
