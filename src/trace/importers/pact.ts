/**
 * pact: logs of the MITLL/PACT iPhone app, `ISO-time,Type,...` (datasets.md 3). Facts beyond the specification were
 * read in the public logs (mitll/PACTTemplateDataset, mitll/BLE-RSSI-Various-Static-Configurations):
 *   Bluetooth,PERIPHERAL,RSSI dBm,NAME,TX dBm or -999,seconds since 2001     Range,6     Angle,0
 * - The ISO time is the phone's local time even where it ends with Z: only the last field is UTC.
 * - Range has no unit (their protocol is in feet), so --units distance= must name it.
 * - Range is the distance of the partner's phone, but the log holds every Bluetooth device around.
 */
import { EnlabError } from '../../core/errors.ts';
import type { Sighting } from '../../core/records.ts';
import { parseIsoTime } from '../../core/time.ts';
import type { Metres, Seconds, UnixSeconds } from '../../core/units.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { distance as distanceQuantity, Measured } from '../quantities.ts';
import { shown } from '../shown.ts';
import { timeProblem } from '../timeRange.ts';
import { rssiProblem } from './rssi.ts';

const LINE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z?,[A-Za-z][\w-]*,/;
const PROBED_LINES = 50;
/** 2001-01-01T00:00:00Z, where Apple's clocks start. */
const APPLE_EPOCH: UnixSeconds = 978_307_200;
/** 2016: below, the last field was cut or is another one (logs of other sniffers end with a channel number). */
const FIRST_SECONDS: Seconds = 5e8;
const NO_TX_POWER = -999;
/** What the record format holds. */
const FARTHEST: Metres = 1000;
/** What the two versions of the app call the partner's phone. */
const TEST_PHONE = /^(?:BlueProxTx|TestPhone\d*)$/;
/** Clocks of one phone differ by less than this unless they are in different zones. */
const CLOCK_TOLERANCE: Seconds = 60;
/** Lines that carry the receiver's model; its position differs between the versions of the app. */
const RECEIVER_LINES = ['Device', 'receiver', 'self_tester'];

export const pact: Importer = {
  name: 'pact',
  title: 'Bluetooth logs of the MITLL/PACT app',
  reads: [],
  units: ['distance'],
  detect: ({ text }) => {
    // The last line of a probe may be cut.
    const lines = text
      .split(/\r?\n/)
      .slice(0, -1)
      .filter((line) => line !== '');
    const looksRight = lines.length > 0 && lines.slice(0, PROBED_LINES).every((line) => LINE.test(line));
    return looksRight && lines.some((line) => /^[^,]+,(?:Bluetooth|Range),/.test(line));
  },
  read,
};

/** What the lines so far have said. */
interface State {
  readonly file: TraceFile;
  readonly tally: Tally;
  /** Undefined = the unit of Range was not declared. */
  readonly toMetres: ((range: number) => Metres) | undefined;
  /** True: Range is about the partner's phone alone. */
  readonly namesTestPhone: boolean;
  receiverModel: string | undefined;
  /** Until the next Range line; null = unknown. */
  range: Metres | null;
  line: number;
}

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const { text } = await file.probe();
  const unit = new Measured(distanceQuantity, 'Range', options, { file: file.path });
  const state: State = {
    file,
    tally,
    toMetres: options.units?.['distance'] === undefined ? undefined : unit.toOurs,
    namesTestPhone: text.split('\n').some((line) => TEST_PHONE.test(nameOf(line.split(',')))),
    receiverModel: undefined,
    range: null,
    line: 0,
  };
  tally.timeUnit = 's since 2001-01-01';
  for await (const lines of file.lines()) {
    const sightings: Sighting[] = [];
    for (const line of lines) {
      state.line++;
      const sighting = readLine(line.split(','), state);
      if (sighting) sightings.push(sighting);
    }
    yield sightings;
  }
}

function readLine(fields: readonly string[], state: State): Sighting | undefined {
  const [, type = '', value = ''] = fields;
  if (type === 'Bluetooth') return sightingOf(fields, state);
  if (type === 'Range') state.range = metresOf(value, state);
  else if (RECEIVER_LINES.includes(type)) state.receiverModel = value.trim() || undefined;
  return undefined;
}

function metresOf(value: string, { toMetres, tally, file, line }: State): Metres | null {
  if (toMetres === undefined) {
    throw new EnlabError('E-UNITS', `"Range,${shown(value)}" has no unit`, {
      place: { file: file.path, line },
      hint: 'declare it: --units distance=ft (the protocol of these logs), m or cm',
    });
  }
  const range = /^\s*\d+(\.\d+)?\s*$/.test(value) ? toMetres(Number(value)) : null;
  if (range === null) tally.notice('Range line without a number: distance unknown');
  if (range === null || range <= FARTHEST) return range;
  tally.notice('Range above 1000 m: distance unknown');
  return null;
}

/** A name may hold commas: it is what stands between the first four fields and the last two. */
const nameOf = (fields: readonly string[]): string => fields.slice(4, -2).join(',');

function sightingOf(fields: readonly string[], state: State): Sighting | undefined {
  const { tally, file, receiverModel, line } = state;
  tally.rows++;
  const [clock = '', , transmitter = '', rssiField = ''] = fields;
  const since2001 = Number(fields.at(-1));
  // Logs end in the middle of a line when the app is stopped.
  if (fields.length < 7 || transmitter === '' || !(since2001 >= FIRST_SECONDS) || !/^-?\d+$/.test(rssiField)) {
    tally.reject('incomplete Bluetooth line', line);
    return undefined;
  }
  const rssi = Number(rssiField);
  const time = APPLE_EPOCH + since2001;
  const problem = timeProblem(time) ?? rssiProblem(rssi);
  if (problem) {
    tally.reject(problem, line);
    return undefined;
  }
  if (Number(fields.at(-2)) === NO_TX_POWER) tally.notice('transmit power unknown (-999)');
  if (Math.abs((parseIsoTime(clock) ?? time) - time) > CLOCK_TOLERANCE) {
    tally.notice('line times are local time: seconds since 2001 used');
  }
  tally.used++;
  tally.time(time);
  tally.device(file.scenario, receiverModel);
  tally.device(transmitter);
  const sighting: Sighting = { type: 'sighting', time, receiver: file.scenario, transmitter, rssi };
  return { ...sighting, distance: distanceTo(nameOf(fields), state), ...(receiverModel && { receiverModel }) };
}

function distanceTo(name: string, { range, namesTestPhone, tally }: State): Metres | null {
  if (!namesTestPhone || TEST_PHONE.test(name)) return range;
  tally.notice('not the test phone: distance unknown');
  return null;
}
