/**
 * dp3t-sqlite: packet logs of the DP-3T bt-measurements experiments (datasets.md 2), one SQLite table `results`.
 * exp34 writes unix seconds and TEXT ids; the older exp05 unix milliseconds, INTEGER ids, tx_power -20/-21 and
 * distance -1 behind a wall. Every defect is handled in one place below and counted.
 */
import { EnlabError } from '../../core/errors.ts';
import { measuredTimes, type Sighting } from '../../core/records.ts';
import type { Dbm, Metres } from '../../core/units.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { shownList } from '../shown.ts';
import { ReadOnlyDatabase, SQLITE_MAGIC } from '../store/sqlite.ts';
import { timeProblem } from '../timeRange.ts';
import { rssiProblem } from './rssi.ts';

const COLUMNS = [
  'receiver_id',
  'receiver_model',
  'transmitter_id',
  'transmitter_model',
  'timestamp',
  'rssi',
  'tx_power',
  'ground_truth_distance',
] as const;

/** Ids are read as text, so that INTEGER and TEXT ids are the same phones; time order is the order of a trace. */
const ROWS = `
  SELECT CAST(receiver_id AS TEXT) AS receiver, receiver_model AS receiverModel,
         CAST(transmitter_id AS TEXT) AS transmitter, transmitter_model AS transmitterModel,
         timestamp AS time, rssi, tx_power AS txPower, ground_truth_distance AS distance
  FROM results ORDER BY timestamp, receiver_id, transmitter_id`;
const RECEIVERS = 'SELECT DISTINCT CAST(receiver_id AS TEXT) AS id, receiver_model AS model FROM results';
/** Of what can be a time in either unit: one odd value does not decide how the others are read. */
const TIMES = `SELECT MIN(timestamp) AS first, MAX(timestamp) AS last
  FROM results WHERE typeof(timestamp) IN ('integer', 'real') AND timestamp BETWEEN 0 AND ${measuredTimes.end * 1000}`;
const ANY_TIME = "SELECT MIN(timestamp) AS time FROM results WHERE typeof(timestamp) IN ('integer', 'real')";

/** SQLite does not enforce column types: anything may stand anywhere. */
interface Row {
  readonly receiver: string | null;
  readonly receiverModel: unknown;
  readonly transmitter: string | null;
  readonly transmitterModel: unknown;
  readonly time: unknown;
  readonly rssi: unknown;
  readonly txPower: unknown;
  readonly distance: unknown;
}

const BATCH = 4096;
/** Unix seconds reach 1e11 in the year 5138, unix milliseconds did in 1973. */
const FIRST_MILLISECONDS = 1e11;
/** Phones that announce -20 or -21 send 6 dB weaker than the rest of their experiment (datasets.md 2). */
const WEAK_TX_POWERS: readonly unknown[] = [-20, -21];
const WEAK_TX_STEP = 6;
/** Above it the logs hold codes, not signal strengths (datasets.md 2). */
const HIGHEST_RSSI: Dbm = -20;
const FARTHEST: Metres = 1000;

export const dp3tSqlite: Importer = {
  name: 'dp3t-sqlite',
  title: 'packet logs of the DP-3T bt-measurements experiments (SQLite)',
  scanGap: 6,
  reads: [],
  units: [],
  // Every SQLite file: no other format here is one, and read() tells what is wrong with a foreign one.
  detect: (probe) => probe.text.startsWith(SQLITE_MAGIC),
  read,
};

async function* read(file: TraceFile, _options: ImportOptions, tally: Tally): RecordBatches {
  const database = new ReadOnlyDatabase(file.path);
  try {
    assertColumns(database);
    assertHasRows(database);
    const secondsPerUnit = timeUnit(database, tally);
    const models = modelsById(database, tally);
    const isRepeated = repetitions();
    let batch: Sighting[] = [];
    for (const row of database.rows<Row>(ROWS)) {
      const sighting = sightingOf(row, isRepeated(row), secondsPerUnit, models, tally);
      if (sighting) batch.push(sighting);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  } finally {
    database.close();
  }
}

function assertColumns(database: ReadOnlyDatabase): void {
  const found = database.columns('results');
  const missing = COLUMNS.filter((column) => !found.includes(column));
  if (missing.length === 0) return;
  const message = found.length
    ? `table "results" lacks ${missing.join(', ')}; it has ${shownList(found)}`
    : `no table "results"; the file has ${shownList(database.tables()) || 'no tables'}`;
  const hint = 'this format is a database of DP-3T bt-measurements';
  throw new EnlabError('E-FILE-FORMAT', message, { place: { file: database.path }, hint });
}

function assertHasRows(database: ReadOnlyDatabase): void {
  const [first] = database.rows('SELECT 1 FROM results LIMIT 1');
  if (first !== undefined) return;
  throw new EnlabError('E-FILE-EMPTY', 'table "results" has no rows', { place: { file: database.path } });
}

/** Seconds of one unit of `timestamp`: told by its size, because no header says it. */
function timeUnit(database: ReadOnlyDatabase, tally: Tally): number {
  const [times] = database.rows<{ first: number | null; last: number | null }>(TIMES);
  const [first, last] = [times?.first ?? 0, times?.last ?? 0];
  if (times?.first === null) assertNoOtherUnit(database);
  if (first < FIRST_MILLISECONDS && last >= FIRST_MILLISECONDS) {
    const message = `timestamps from ${first} to ${last} mix seconds and milliseconds`;
    const hint = 'split the table by unit, or correct the rows of one of them';
    throw new EnlabError('E-UNITS', message, { place: { file: database.path }, hint });
  }
  tally.timeUnit = first < FIRST_MILLISECONDS ? 'unix s' : 'unix ms';
  return first < FIRST_MILLISECONDS ? 1 : 1e-3;
}

/** Throws E-UNITS where there are times, but none that seconds or milliseconds could make. */
function assertNoOtherUnit(database: ReadOnlyDatabase): void {
  const [earliest] = database.rows<{ time: number | null }>(ANY_TIME);
  if (earliest == null || earliest.time === null) return;
  const message = `timestamps from ${earliest.time} on are neither unix seconds nor milliseconds of 1970..2100`;
  const hint = 'convert them, for example: UPDATE results SET timestamp = timestamp / 1e6';
  throw new EnlabError('E-UNITS', message, { place: { file: database.path }, hint });
}

/** The phones of exp34: ids 5 and 16 never receive in some of its files (datasets.md 2). */
const EXP34_MODELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'SM-G973F': [1, 2, 7, 9, 11, 12],
    'SM-G970F': [3, 4],
    'SM-A405FN': [5, 13, 14, 15, 16, 17, 18, 19, 20],
    'SM-G981B/DS': [6],
    'SM-A908B': [8],
    'SM-A515F': [10],
  }).flatMap(([model, ids]) => ids.map((id) => [String(id), model] as const)),
);

/**
 * Models by id: what a phone says of itself when it receives. The documented map of exp34 fills the phones that only
 * send, in files where every receiver agrees with it: other experiments number other phones.
 */
function modelsById(database: ReadOnlyDatabase, tally: Tally): ReadonlyMap<string, string> {
  const models = new Map<string, string>();
  const contradictory = new Set<string>();
  for (const { id, model } of database.rows<{ id: string | null; model: unknown }>(RECEIVERS)) {
    if (id === null || typeof model !== 'string') continue;
    if (models.has(id)) contradictory.add(id);
    models.set(id, model);
  }
  for (const id of contradictory) models.delete(id);
  if (contradictory.size) tally.notice('receiver id with more than one model', contradictory.size);
  const isExp34 = models.size > 0 && [...models].every(([id, model]) => EXP34_MODELS.get(id) === model);
  return isExp34 ? EXP34_MODELS : models;
}

/** Equal rows are one packet that was logged twice. Rows of a pair at one time follow each other. */
function repetitions(): (row: Row) => boolean {
  const seen = new Set<string>();
  let current = '';
  return (row) => {
    const { time, receiver, transmitter } = row;
    const packet = JSON.stringify([time, receiver, transmitter]);
    if (packet !== current) seen.clear();
    current = packet;
    const text = JSON.stringify(row);
    if (seen.has(text)) return true;
    seen.add(text);
    return false;
  };
}

function sightingOf(
  row: Row,
  isRepeated: boolean,
  secondsPerUnit: number,
  models: ReadonlyMap<string, string>,
  tally: Tally,
): Sighting | undefined {
  tally.rows++;
  const { receiver, transmitter, time, rssi } = row;
  if (receiver === null || transmitter === null) return reject('no receiver or transmitter id', tally);
  if (typeof time !== 'number') return reject('no timestamp', tally);
  const seconds = time * secondsPerUnit;
  if (typeof rssi !== 'number') return reject('no RSSI', tally);
  const problem = timeProblem(seconds) ?? rssiProblem(rssi);
  if (problem) return reject(problem, tally);
  if (rssi > HIGHEST_RSSI) return reject('RSSI above -20 dBm is a special value', tally);
  if (isRepeated) return reject('exact duplicate of an earlier row', tally);
  tally.used++;
  const sighting: Sighting = {
    type: 'sighting',
    time: seconds,
    receiver,
    transmitter,
    rssi: rssi + stepOf(row, tally),
    distance: distanceOf(row, tally),
  };
  const receiverModel = textOf(row.receiverModel);
  const transmitterModel = transmitterModelOf(transmitter, row, models, tally);
  if (receiverModel) sighting.receiverModel = receiverModel;
  if (transmitterModel) sighting.transmitterModel = transmitterModel;
  tally.time(sighting.time);
  tally.device(receiver, receiverModel);
  tally.device(transmitter, transmitterModel);
  return sighting;
}

function reject(reason: string, tally: Tally): undefined {
  tally.reject(reason);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function stepOf({ txPower }: Row, tally: Tally): number {
  if (!WEAK_TX_POWERS.includes(txPower)) return 0;
  tally.notice('transmit power -20/-21: 6 dB added to the RSSI');
  return WEAK_TX_STEP;
}

/** NULL is not 0 m: what the cameras did not see stays unknown. */
function distanceOf({ distance }: Row, tally: Tally): Metres | null {
  if (typeof distance === 'number' && distance >= 0 && distance <= FARTHEST) return distance;
  tally.notice('rows without true distance');
  if (distance === -1) tally.notice('distance -1: behind a wall, taken as unknown');
  else if (distance !== null) tally.notice('distance outside 0..1000 m, taken as unknown');
  return null;
}

/** exp34 repeats the receiver's model in this column: the phone's own word counts. */
function transmitterModelOf(
  id: string,
  { transmitterModel }: Row,
  models: ReadonlyMap<string, string>,
  tally: Tally,
): string | undefined {
  const written = textOf(transmitterModel);
  const known = models.get(id);
  if (known !== undefined && written !== known) tally.notice('transmitter model contradicts the id map');
  return known ?? written;
}
