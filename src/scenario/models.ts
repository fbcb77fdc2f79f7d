/** Phone models of a device table of Google, by its name or from a file: what phones are like that nobody has calibrated. */
import { parseDeviceTable } from '../core/deviceTable.ts';
import { type BuiltInTable, builtInTables, type Calibration } from '../core/deviceTables.ts';
import { EnlabError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { isPlainObject, type PlainObject } from './merge.ts';
import { type FileReader, readNamed } from './network.ts';
import type { Parameters } from './schema.ts';
import type { Path, ScenarioText } from './text.ts';

type Model = Parameters['app']['models'][number];

const PREFIX = 'google-';
const tableNames = Object.keys(builtInTables) as readonly BuiltInTable[];

/**
 * Models of a table with equal weights, as no census of them is public. The table corrects: rx is added to the RSSI that a phone
 * measures, so that without it the attenuation is higher by rx; tx is the power of a phone in dBm, so that one with more than
 * the mean is heard with less attenuation. What an app assumes for all of them is the mean.
 */
function modelsOf(calibrations: readonly (readonly [string, Calibration])[]): readonly Model[] {
  const mean = calibrations.reduce((sum, [, [, tx]]) => sum + tx, 0) / calibrations.length;
  return calibrations.map(([name, [rx, tx]]) => ({ name, share: 1, rx, tx: tenths(mean - tx), advertises: true }));
}

const builtInModels = (table: BuiltInTable): readonly Model[] => modelsOf(Object.entries(builtInTables[table]));

/** A whole table has some ten thousand models, and a few dozen different figures: those with the same become one. */
function modelsIn(text: string, path: string): readonly Model[] {
  const all = modelsOf([...parseDeviceTable(text, path).models]);
  if (all.length === 0)
    throw new EnlabError('E-FILE-INVALID', 'this device table has no models', { place: { file: path } });
  const alike = new Map<string, Model[]>();
  for (const model of all) {
    const key = `${model.rx} ${model.tx}`;
    alike.set(key, [...(alike.get(key) ?? []), model]);
  }
  return [...alike.values()].map(([first, ...others]) => ({
    ...first!,
    name: others.length === 0 ? first!.name! : `${first!.name} and ${others.length} like it`,
    share: 1 + others.length,
  }));
}

/** No table knows more. */
const tenths = (value: number): number => Math.round(10 * value) / 10;

const SOURCE =
  'what phones measure without it: rx as in the table, tx against the mean of its models; equal weights: assumption, no census is public; that all can advertise: assumption';

/**
 * A name becomes its models before anything is laid over it. `at`: where the value stands in the text. Throws E-FILE-INVALID for
 * names that nobody knows, and what reading a table throws.
 */
export function withModels(value: PlainObject, at: Path, text: ScenarioText, read?: FileReader): PlainObject {
  const app = value['app'];
  const named = isPlainObject(app) ? app['models'] : undefined;
  if (!isPlainObject(app) || typeof named !== 'string') return value;
  const place = text.placeOf([...at, 'app', 'models'])!;
  return { ...value, app: { ...app, models: modelsNamed(named, place, read) } };
}

function modelsNamed(named: string, place: Place, read: FileReader | undefined): readonly Model[] {
  const table = tableNames.find((name) => `${PREFIX}${name}` === named.toLowerCase());
  if (table) return builtInModels(table);
  if (/\.csv$/i.test(named) && read) {
    const { text, path } = readNamed(place, () => read(named));
    return modelsIn(text, path);
  }
  const names = tableNames.map((name) => `${PREFIX}${name}`);
  const guess = nearest(named, names);
  throw new EnlabError('E-FILE-INVALID', `app.models: there is no table ${named}`, {
    place,
    hint:
      guess === undefined
        ? `names: ${names.join(', ')}; or a CSV of Google, or models written out`
        : `did you mean ${guess}?`,
  });
}

/** Where models come from, which are those of a table. */
export const modelSources = (models: Parameters['app']['models']): readonly (readonly [string, string])[] =>
  tableNames.flatMap((table) =>
    JSON.stringify(builtInModels(table)) === JSON.stringify(models)
      ? [['app.models', `Google's device table ${table}, models of the public traces: ${SOURCE}`] as const]
      : [],
  );
