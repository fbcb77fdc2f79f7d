/** Options of every command that reads traces: how files are read and how records become exposures. */
import { type Command, Option } from 'commander';
import { importers } from '../../src/trace/registry.ts';
import { assignments, number, pair } from './values.ts';

export interface ImportFlags {
  /** Name of a format; absent = detected. */
  readonly from?: string;
  /** Our column -> theirs. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Quantity -> unit, for files that name none. */
  readonly units?: Readonly<Record<string, string>>;
  readonly dateOrder?: 'dmy' | 'mdy';
  readonly weight?: string;
  /** Paths of further files that belong to the trace. */
  readonly distances?: string;
  readonly controls?: string;
}

export interface TraceFlags extends ImportFlags {
  readonly deviceTable: string;
  /** Receiver's RSSI correction and sender's power, dB and dBm, as in Google's table. */
  readonly unknownDevice?: readonly [number, number];
  /** Seconds; absent = what suits the format (contract.md 1). */
  readonly scanGap?: number;
  readonly episodes: boolean;
}

export const addTraceOptions = (command: Command): Command =>
  addImportOptions(command)
    .optionsGroup('Exposures:')
    .option('--device-table <name>', '200613, 200813, 201214 or a CSV of Google: RSSI to attenuation', '201214')
    .addOption(
      new Option(
        '--unknown-device <rx,tx>',
        'for models that the table lacks: RSSI correction (dB) and tx power (dBm) as in a row of the table, e.g. 5,-24',
      ).argParser(pair('5,-24')),
    )
    .addOption(
      new Option('--scan-gap <s>', 'silence that ends a scan; a scan without one is cut after 25.5 s').argParser(
        number({ min: 0.001, max: 300 }),
      ),
    )
    .addOption(new Option('--episodes', "split a pair's day at gaps > 600 s").default(false, 'no'));

/** As in docs/trace-format.md; test/cli/help.test.ts asks the importers whether it is so. */
const ourColumns =
  'csv: minutes, attenuation, label, user, day, scenario, receiver, transmitter, distance, weight, days, level; ' +
  'cells: D, A, positives, negatives, scenario; contacts-csv: time, a, b, distance, rssi; ' +
  'identifiers-csv: time, rpi, aem, rssi, receiver, receiverModel';

export const addImportOptions = (command: Command): Command =>
  command
    .optionsGroup('Reading files:')
    .option(
      '--from <format>',
      `name the format instead of detecting it: ${importers.map(({ name }) => name).join(', ')}`,
    )
    .addOption(new Option('--columns <map>', `tables: ours=theirs,... (ours: ${ourColumns})`).argParser(assignments))
    .addOption(new Option('--units <map>', 'units a file does not name, as in distance=cm').argParser(assignments))
    .addOption(new Option('--date-order <order>', 'tables: how 03/04/2020 is meant').choices(['dmy', 'mdy']))
    .option('--weight <column>', 'csv: sampling weight of each row')
    .option('--distances <file>', 'leith-bins: file of distances')
    .option('--controls <file>', 'immuni-epidemiological: comparison group');
