/** The tables and figures of a document, wherever they stand. */
import type { Figure, ReportDocument, Section, Table } from '../core/document.ts';

/** Ids that a page uses itself. */
const reserved = ['summary', 'provenance'];

/** Throws where two share a name: one file would overwrite the other, and ids of one page would clash. */
function unique<T>(
  parts: readonly T[],
  nameOf: (part: T) => string | undefined,
  taken: readonly string[] = [],
): readonly T[] {
  const names = [...taken, ...parts.flatMap((part) => nameOf(part) ?? [])];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two parts of one document are called "${twice}"`);
  return parts;
}

export const sectionsOf = (document: ReportDocument): readonly Section[] =>
  unique(document.sections, ({ id }) => id, reserved);

export const tablesOf = (document: ReportDocument): readonly Table[] =>
  unique(
    document.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'table')),
    ({ name }) => name,
  );

export const figuresOf = (document: ReportDocument): readonly Figure[] =>
  unique(
    document.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'figure')),
    ({ name }) => name,
  );
