/**
 * From RSSI to attenuation: attenuation = tx - (rssi + rx), where tx is the figure of the transmitter's model and rx
 * the one of the receiver's (datasets.md 2; the header of Google's table says the same). The table decides results,
 * so it has a name and every output prints it.
 */
import { parse } from 'csv-parse/sync';
import { type BuiltInTable, builtInTables, type Calibration } from './deviceTables.ts';
import { EnlabError } from './errors.ts';
import type { Db, Dbm } from './units.ts';

const NO_MODEL = '(no model)';

export class DeviceTable {
  /** "201214", or the path of the file with what stands in for unknown models. */
  readonly name: string;
  readonly #models: ReadonlyMap<string, Calibration>;
  readonly #fallback: Calibration | undefined;
  readonly #unknown = new Set<string>();

  /** `unknownDevice` [rx, tx] stands in for every model that the table lacks. */
  constructor(name: string, models: ReadonlyMap<string, Calibration>, unknownDevice?: Calibration) {
    this.name = unknownDevice ? `${name}, unknown models [${unknownDevice.join(', ')}]` : name;
    this.#models = models;
    this.#fallback = unknownDevice;
  }

  /**
   * Attenuation of one sighting, dB, limited to >= 0 (risk-models.md 1.1). Null when a model is unknown: the model
   * is remembered, and assertAllKnown names them all at once.
   */
  attenuationOf(rssi: Dbm, receiverModel: string | undefined, transmitterModel: string | undefined): Db | null {
    const receiver = this.#find(receiverModel);
    const transmitter = this.#find(transmitterModel);
    if (!receiver || !transmitter) return null;
    const [rx] = receiver;
    const [, tx] = transmitter;
    return Math.max(0, tx - (rssi + rx));
  }

  /** All models by name: [rx, tx]. */
  get models(): ReadonlyMap<string, Calibration> {
    return this.#models;
  }

  /** The models of a sighting that the table lacks, each once; nothing is remembered. */
  lacking(receiverModel: string | undefined, transmitterModel: string | undefined): readonly string[] {
    const lacked = [receiverModel, transmitterModel].filter((model) => !this.#known(model) && !this.#fallback);
    return [...new Set(lacked.map((model) => model || NO_MODEL))];
  }

  /** Throws E-DEVICE-UNKNOWN with every model that was asked for and not found. */
  assertAllKnown(): void {
    if (this.#unknown.size === 0) return;
    const list = [...this.#unknown].toSorted().join(', ');
    throw new EnlabError('E-DEVICE-UNKNOWN', `device table ${this.name} does not know: ${list}`);
  }

  /** A "/DS" (two SIM cards) or "/suffix" in the trace is dropped unless the table itself has it. */
  #known(model: string | undefined): Calibration | undefined {
    return model ? (this.#models.get(model) ?? this.#models.get(model.replace(/\/.*$/, ''))) : undefined;
  }

  #find(model: string | undefined): Calibration | undefined {
    const known = this.#known(model);
    if (known) return known;
    if (!this.#fallback) this.#unknown.add(model || NO_MODEL);
    return this.#fallback;
  }
}

/** One of the dated tables that ship with enlab. */
export const builtInDeviceTable = (name: BuiltInTable, unknownDevice?: Calibration): DeviceTable =>
  new DeviceTable(name, new Map(Object.entries(builtInTables[name])), unknownDevice);

/**
 * Google's table as CSV: oem, model, rssi correction (dB), tx (dBm), directly measured, with a header line and quoted
 * fields. A model name that two makers use with different figures is left out, because a trace names no maker.
 * `file` is named in errors and in the outputs. Throws E-FILE-FORMAT and E-FILE-INVALID.
 */
export function parseDeviceTable(text: string, file: string, unknownDevice?: Calibration): DeviceTable {
  const models = new Map<string, Calibration>();
  const ambiguous = new Set<string>();
  for (const { record, info } of recordsOf(text, file)) {
    const place = { file, line: info.lines };
    const [, model = '', rx, tx] = record;
    const figures = [decibels(rx, place), decibels(tx, place)] as const;
    const known = models.get(model);
    if (known && (known[0] !== figures[0] || known[1] !== figures[1])) ambiguous.add(model);
    models.set(model, figures);
  }
  for (const model of ambiguous) models.delete(model);
  return new DeviceTable(file, models, unknownDevice);
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Rows below the header, which must be Google's. */
function recordsOf(text: string, file: string): readonly CsvRow[] {
  let rows: readonly CsvRow[];
  try {
    rows = parse(text, { bom: true, info: true, skip_empty_lines: true }) as unknown as CsvRow[];
  } catch (cause) {
    const { lines, message } = cause as { lines?: number; message: string };
    throw new EnlabError('E-FILE-INVALID', message, { place: lines ? { file, line: lines } : { file }, cause });
  }
  const header = rows[0]?.record.slice(0, 4).map((name) => name.trim().split(' ')[0]?.toLowerCase());
  if (header?.join() !== 'oem,model,rssi,tx') {
    throw new EnlabError('E-FILE-FORMAT', 'this is not a device table', {
      place: { file, line: 1 },
      hint: 'its header must be: oem,model,rssi correction,tx,has direct measurement',
    });
  }
  return rows.slice(1);
}

function decibels(field: string | undefined, place: { file: string; line: number }): number {
  if (/^-?\d{1,3}(\.\d+)?$/.test(field?.trim() ?? '')) return Number(field);
  throw new EnlabError('E-FILE-INVALID', `"${field ?? ''}" is not a figure in dB`, { place });
}
