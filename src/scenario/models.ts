/** Phone models by the name of one of Google's device tables: what phones are like that nobody has calibrated. */
import { type BuiltInTable, builtInTables, type Calibration } from '../core/deviceTables.ts';
import { EnlabError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { isPlainObject, type PlainObject } from './merge.ts';
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
function modelsOf(table: BuiltInTable): readonly Model[] {
  const calibrations = Object.entries<Calibration>(builtInTables[table]);
  const mean = calibrations.reduce((sum, [, [, tx]]) => sum + tx, 0) / calibrations.length;
  return calibrations.map(([name, [rx, tx]]) => ({ name, share: 1, rx, tx: tenths(mean - tx), advertises: true }));
}

/** No table knows more. */
const tenths = (value: number): number => Math.round(10 * value) / 10;

const SOURCE =
  'what phones measure without it: rx as in the table, tx against the mean of its models; equal weights: assumption, no census is public; that all can advertise: assumption';

/**
 * A name becomes its models before anything is laid over it. `at`: where the value stands in the text. Throws E-FILE-INVALID for
 * names that nobody knows.
 */
export function withModels(value: PlainObject, at: Path, text: ScenarioText): PlainObject {
  const app = value['app'];
  const named = isPlainObject(app) ? app['models'] : undefined;
  if (!isPlainObject(app) || typeof named !== 'string') return value;
  const table = tableNames.find((name) => `${PREFIX}${name}` === named.toLowerCase());
  if (table) return { ...value, app: { ...app, models: modelsOf(table) } };
  const names = tableNames.map((name) => `${PREFIX}${name}`);
  const guess = nearest(named, names);
  throw new EnlabError('E-FILE-INVALID', `app.models: there is no table ${named}`, {
    place: text.placeOf([...at, 'app', 'models'])!,
    hint: guess === undefined ? `names: ${names.join(', ')}; or write models out` : `did you mean ${guess}?`,
  });
}

/** Where models come from, which are those of a table. */
export const modelSources = (models: Parameters['app']['models']): readonly (readonly [string, string])[] =>
  tableNames.flatMap((table) =>
    JSON.stringify(modelsOf(table)) === JSON.stringify(models)
      ? [['app.models', `Google's device table ${table}, models of the public traces: ${SOURCE}`] as const]
      : [],
  );
