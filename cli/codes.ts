/** Codes that people type: what "check" and "new" of every kind of code do and print. */
import type { Command } from 'commander';
import type { ReportDocument, Table } from '../src/core/document.ts';
import type { Entropy } from '../src/core/entropy.ts';
import { EnlabError } from '../src/core/errors.ts';
import { counted } from '../src/core/words.ts';
import type { CodeCheck } from '../src/protocol/wire/codes.ts';
import type { Edge } from './edge.ts';
import { withDestinations } from './files.ts';
import { integer } from './options/values.ts';
import type { CodeCheckResult, CodeNewResult } from './schemas.ts';
import { type ShowFlags, show } from './show.ts';

/** How a kind of code is checked, shown and drawn. */
export interface CodeKind {
  /** "otp", as in the name of the command. */
  readonly name: 'otp' | 'teletan';
  /** "one-time password" */
  readonly title: string;
  readonly alphabet: string;
  readonly check: (text: string) => CodeCheck;
  readonly display: (code: string) => string;
  readonly draw: (entropy: Entropy) => string;
  /** What programs want to know besides, of a code that is valid. */
  readonly derived?: (code: string) => { readonly token: string };
}

/** Enough for a load test, and a second of work. */
const MOST_CODES = 100_000;

export const addCount = (command: Command): Command =>
  command.option('--count <n>', 'how many', integer({ min: 1, max: MOST_CODES }), 1);

/** Prints the verdicts; E-CHECK (exit 3) when a code is invalid. */
export async function checkCodes(edge: Edge, kind: CodeKind, given: readonly string[], flags: ShowFlags) {
  const codes = given.map((text) => {
    const { valid, ...rest } = kind.check(text);
    return valid
      ? { given: text, valid, ...rest, display: kind.display(rest.code), ...kind.derived?.(rest.code) }
      : { given: text, valid, ...rest };
  });
  const invalid = codes.filter((code) => !code.valid).length;
  const result: CodeCheckResult = {
    schema: `enlab.${kind.name}.check`,
    version: 1,
    options: {},
    data: { n: codes.length, valid: codes.length - invalid, invalid },
    codes,
  };
  const rows = codes.map((code) => ({
    given: code.given,
    valid: code.valid ? 'yes' : 'no',
    display: 'display' in code ? code.display : '',
    reason: 'reason' in code ? code.reason : '',
  }));
  const columns = [
    { key: 'given', label: 'given' },
    { key: 'valid', label: 'valid' },
    { key: 'display', label: kind.title },
    { key: 'reason', label: 'why not' },
  ];
  const caption = `${codes.length} checked, ${invalid} invalid`;
  const table: Table = { kind: 'table', name: 'codes', caption, columns, rows };
  await shown(edge, flags, result, `${kind.title}: what was typed`, table);
  if (invalid > 0)
    throw new EnlabError('E-CHECK', `${invalid} of ${counted(codes.length, 'code')} invalid`, {
      hint: `symbols are ${kind.alphabet}; the last one is a check character that finds most slips of the finger`,
    });
}

/** Prints new codes, drawn from the entropy of the system. */
export async function newCodes(
  edge: Edge,
  kind: CodeKind,
  { count, ...flags }: ShowFlags & { readonly count: number },
) {
  const codes = Array.from({ length: count }, () => {
    const code = kind.draw(edge.entropy);
    return { code, display: kind.display(code), ...kind.derived?.(code) };
  });
  const result: CodeNewResult = {
    schema: `enlab.${kind.name}.new`,
    version: 1,
    options: { count },
    data: { n: codes.length },
    codes,
  };
  const columns = [
    { key: 'display', label: kind.title },
    { key: 'code', label: 'on the wire' },
    ...(kind.derived ? [{ key: 'token', label: 'SHA-256 for Authorization: Bearer' }] : []),
  ];
  const caption = `${count} new, from the entropy of this machine`;
  const table: Table = { kind: 'table', name: 'codes', caption, columns, rows: codes };
  await shown(edge, flags, result, `${kind.title}: new`, table);
}

const shown = (edge: Edge, flags: ShowFlags, result: unknown, title: string, table: Table): Promise<void> => {
  const document: ReportDocument = {
    title,
    summary: [],
    sections: [{ id: 'codes', title: 'Codes', blocks: [table] }],
    provenance: {},
  };
  return withDestinations(edge, { inputs: [], outputs: [flags.out] }, ([out]) =>
    show(edge, flags, out, result, document),
  );
};
