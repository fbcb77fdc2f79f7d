/**
 * robert-hello: HELLO messages that one phone collected, as ROBERT servers are tested with them (datasets.md 3).
 * mac (the sender's ephemeral identifier, base64), timeCollectedOnDevice (unix s), timeFromHelloMessage (low 16 bits
 * of NTP seconds), rssiCalibrated (dBm, the receiver's correction already added). The receiver is the file's name.
 */
import { EnlabError } from '../../core/errors.ts';
import type { Sighting } from '../../core/records.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { timeProblem } from '../timeRange.ts';
import { rssiProblem } from './rssi.ts';

const HEADER = 'mac,timeCollectedOnDevice,timeFromHelloMessage,rssiCalibrated';
/** 1900-01-01, where NTP starts, to 1970-01-01 (RFC 5905, figure 4). */
const NTP_OFFSET: Seconds = 2_208_988_800;
const WRAP: Seconds = 65_536;
/** Largest age of a HELLO that the server accepts (ROBERT: hello message time stamp tolerance). */
const TOLERANCE: Seconds = 180;
/** Clocks of all time zones against UTC: quarters of an hour from -12 h to +14 h. */
const CLOCK_OFFSETS: readonly Seconds[] = Array.from({ length: 105 }, (_, k) => (k - 48) * 900);

export const robertHello: Importer = {
  name: 'robert-hello',
  title: 'HELLO messages collected by one ROBERT phone (CSV)',
  reads: [],
  units: [],
  detect: (probe) => probe.text.split(/\r?\n/, 1)[0]?.trim() === HEADER,
  read,
};

interface Hello {
  readonly mac: string;
  readonly collected: UnixSeconds;
  /** 0..65535. */
  readonly sent: number;
  readonly rssi: number;
  readonly line: number;
}

async function* read(file: TraceFile, _options: ImportOptions, tally: Tally): RecordBatches {
  let line = 0;
  let clockOffset: Seconds | undefined;
  tally.timeUnit = 'unix s';
  for await (const lines of file.lines()) {
    const hellos: Hello[] = [];
    for (const text of lines) {
      line++;
      if (line === 1) assertHeader(text, file);
      else if (text.trim() !== '') hellos.push(...parsed(text, line, tally));
    }
    clockOffset ??= hellos.length ? clockOffsetOf(hellos) : undefined;
    yield sightingsOf(hellos, file.scenario, clockOffset ?? 0, tally);
  }
}

function assertHeader(text: string, { path }: TraceFile): void {
  if (text.trim() === HEADER) return;
  throw new EnlabError('E-FILE-FORMAT', `the header is not ${HEADER}`, { place: { file: path, line: 1 } });
}

/** None for a line that is rejected: logs end in the middle of a line when the app is stopped. */
function parsed(text: string, line: number, tally: Tally): readonly Hello[] {
  const [mac = '', collected = '', sent = '', rssi = '', ...rest] = text.trim().split(',');
  const isInteger = [collected, sent, rssi].every((cell) => /^-?\d+$/.test(cell));
  if (mac !== '' && isInteger && rest.length === 0)
    return [{ mac, collected: Number(collected), sent: Number(sent), rssi: Number(rssi), line }];
  tally.rows++;
  tally.reject('incomplete HELLO line', line);
  return [];
}

/** Nearest to 0 of the numbers that 16 bits cannot tell apart, s: -32768..32767, they wrap every 18.2 h. */
function unwrapped(seconds: Seconds): Seconds {
  const low = ((seconds % WRAP) + WRAP) % WRAP;
  return low < WRAP / 2 ? low : low - WRAP;
}

/** Device time minus HELLO time. */
const ageOf = ({ collected, sent }: Hello): Seconds => unwrapped(collected + NTP_OFFSET - sent);

/** Local clocks were logged as UTC (the public traces are 7,200 s ahead): the zone that fits the usual age best. */
function clockOffsetOf(hellos: readonly Hello[]): Seconds {
  const ages = hellos.map(ageOf).toSorted((a, b) => a - b);
  const median = ages[Math.floor(ages.length / 2)] ?? 0;
  const misfit = (offset: Seconds): Seconds => Math.abs(unwrapped(median - offset));
  return CLOCK_OFFSETS.reduce((best, offset) => (misfit(offset) < misfit(best) ? offset : best), 0);
}

function problemOf(hello: Hello, clockOffset: Seconds): string | undefined {
  if (hello.sent < 0 || hello.sent >= WRAP) return 'timeFromHelloMessage outside 0..65535';
  const delay = unwrapped(ageOf(hello) - clockOffset);
  return Math.abs(delay) <= TOLERANCE ? undefined : `HELLO time contradicts device time by more than ${TOLERANCE} s`;
}

function sightingsOf(hellos: readonly Hello[], receiver: string, clockOffset: Seconds, tally: Tally): Sighting[] {
  const sightings: Sighting[] = [];
  tally.rows += hellos.length;
  for (const hello of hellos) {
    const { mac, collected, rssi, line } = hello;
    const problem = timeProblem(collected) ?? problemOf(hello, clockOffset) ?? rssiProblem(rssi);
    if (problem) {
      tally.reject(problem, line);
      continue;
    }
    if (clockOffset !== 0) tally.notice(`device clock ${clockOffset} s from HELLO time (time zone), left as it is`);
    sightings.push({ type: 'sighting', time: collected, receiver, transmitter: mac, rssi });
    tally.used++;
    tally.time(collected);
    tally.device(receiver);
    tally.device(mac);
  }
  return sightings;
}
