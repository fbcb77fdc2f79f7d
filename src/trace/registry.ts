/**
 * Every trace format, in the order in which help and errors list them.
 * To add one: write src/trace/importers/NAME.ts, import it here, add it to the list, describe it in
 * docs/trace-format.md, and add a sample of it to test/trace/detect.test.ts (no other importer may claim it).
 */
import type { Importer } from './importer.ts';
import { cells } from './importers/cells.ts';
import { contactsCsv } from './importers/contactsCsv.ts';
import { csv } from './importers/csv.ts';
import { dp3tSqlite } from './importers/dp3tSqlite.ts';
import { exposureLogs } from './importers/exposureLogs.ts';
import { exposureWindows } from './importers/exposureWindows.ts';
import { identifiersCsv } from './importers/identifiersCsv.ts';
import { immuniEpidemiological } from './importers/immuniEpidemiological.ts';
import { leithBins } from './importers/leithBins.ts';
import { native } from './importers/native.ts';
import { pact } from './importers/pact.ts';
import { robertHello } from './importers/robertHello.ts';

export const importers: readonly Importer[] = [
  native,
  csv,
  cells,
  contactsCsv,
  identifiersCsv,
  leithBins,
  dp3tSqlite,
  exposureWindows,
  pact,
  robertHello,
  immuniEpidemiological,
  exposureLogs,
];
