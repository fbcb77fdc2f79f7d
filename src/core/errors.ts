/**
 * Every error a user can meet: code, exit code, what it means and what to do. docs/errors.md is this table;
 * test/core/errors.test.ts keeps the two equal. Exit codes: contract.md (STYLE.md, "CLI").
 */

export const exitCodes = { bug: 1, usage: 2, checkFailed: 3, machine: 4, otherSide: 5, interrupted: 130 } as const;

interface Entry {
  readonly exit: (typeof exitCodes)[keyof typeof exitCodes];
  readonly meaning: string;
  /** Shown when the place that raises the error has no better advice. */
  readonly hint: string;
}

const entry = (exit: keyof typeof exitCodes, meaning: string, hint: string): Entry => ({
  exit: exitCodes[exit],
  meaning,
  hint,
});

export const catalogue = {
  'E-BUG': entry('bug', 'enlab itself failed', 'please report it with the command and the lines above'),
  'E-USAGE': entry('usage', 'the command line cannot be understood', 'add --help to see options and examples'),
  'E-FILE-MISSING': entry('usage', 'a file does not exist', 'check the path; it is relative to the current folder'),
  'E-FILE-READ': entry('usage', 'a file exists but cannot be read', 'check its permissions and that it is a file'),
  'E-FILE-EMPTY': entry('usage', 'a file holds no data', 'check that it was written completely'),
  'E-FILE-TRUNCATED': entry('usage', 'a compressed file ends too early or is damaged', 'copy or download it again'),
  'E-FILE-FORMAT': entry('usage', 'a file is not what was expected', 'name its format with --from'),
  'E-FILE-INVALID': entry('usage', 'a value in a file is invalid', 'correct the line that is named'),
  'E-KEY-FILE': entry('usage', 'a key export file is damaged or is none', 'download it again'),
  'E-LIMIT': entry(
    'usage',
    'a file holds more than is accepted from somebody else',
    'see docs/key-files.md for the limits and why they are there',
  ),
  'E-OUTPUT': entry('usage', 'an output cannot be written', 'choose a path in an existing, writable folder'),
  'E-TRACE-ORDER': entry(
    'usage',
    'records of a trace are out of order',
    'sort the trace by time and put truth records first',
  ),
  'E-UNITS': entry('usage', 'values look like another unit than the one declared', 'declare the unit with --units'),
  'E-DATE-AMBIGUOUS': entry(
    'usage',
    'dates can be read day-first or month-first',
    'say which with --date-order dmy or mdy',
  ),
  'E-DEVICE-UNKNOWN': entry(
    'usage',
    'a phone model is not in the device table',
    'pass --device-table FILE or --unknown-device RX,TX',
  ),
  'E-PRESET-UNKNOWN': entry('usage', 'no preset has this name', '"enlab presets" lists them'),
  'E-TRUTH-UNKNOWN': entry(
    'usage',
    'the truth rule cannot be applied',
    'use a label column, or --truth "minutes >= 15 within 2 m"',
  ),
  'E-LEVEL': entry('usage', 'the data do not support this level', 'use --level exposure'),
  'E-UNDEFINED': entry(
    'usage',
    'the chosen objective is undefined on these data',
    'add data of the missing class or choose another objective',
  ),
  'E-CONSTRAINTS': entry(
    'usage',
    'no rule satisfies the constraints',
    'drop or relax one of the constraints that are named',
  ),
  'E-LOSSY': entry('usage', 'the target cannot hold this result without changing decisions', 'choose another --target'),
  'E-STORE': entry('usage', 'a database cannot be used', 'choose another folder with --data'),
  'E-LISTEN': entry('usage', 'a server cannot listen where it should', 'choose another --host or --port'),
  'E-SERVER': entry(
    'otherSide',
    'a server does not answer as it should',
    'check that it runs and that its address is right',
  ),
  'E-CHECK': entry('checkFailed', 'a check or threshold failed', 'the report says which'),
  'E-MACHINE': entry('machine', 'this machine lacks what the command needs', 'the message names what is missing'),
  'E-INTERRUPTED': entry('interrupted', 'interrupted', 'what was not finished has been removed; run it again'),
} as const satisfies Record<`E-${string}`, Entry>;

export type ErrorCode = keyof typeof catalogue;

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
}

/** "trace.csv:12:5" */
export const placeText = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

/** An error with advice. Anything else that reaches the edge is a bug of ours (exit 1). */
export class EnlabError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, details: { place?: Place; hint?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EnlabError';
    this.code = code;
    this.place = details.place;
    this.hint = details.hint ?? catalogue[code].hint;
  }

  /** The same error, saying where, unless it does already. */
  at(place: Place | undefined): EnlabError {
    if (this.place !== undefined || place === undefined) return this;
    return new EnlabError(this.code, this.message, { place, hint: this.hint, cause: this.cause });
  }

  get exitCode(): number {
    return catalogue[this.code].exit;
  }
}

/** Work whose errors say where, unless they do already. */
export function placed<Result>(place: Place | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof EnlabError ? error.at(place) : error;
  }
}
