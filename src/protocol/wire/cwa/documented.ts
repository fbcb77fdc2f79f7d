/**
 * Wire forms in which the documents of the Corona-Warn-App and its deployed code differ (backend spec B1, B2; lines
 * without a section were read in the code).
 */
import type { Difference } from '../documented.ts';

export const cwaDifferences: readonly Difference[] = [
  { what: 'cwa-authorization', documented: '`TAN ` and the TAN', deployed: 'the TAN alone' },
  { what: 'teleTAN', documented: '7 characters', deployed: '10 characters' },
  {
    what: 'check character of a teleTAN',
    documented: 'checked',
    deployed: 'by the app only; the server checks symbols',
  },
  { what: 'index files', documented: 'a line for each entry', deployed: 'a JSON array' },
  { what: 'body of a fake submission', documented: 'as a genuine one', deployed: 'never read' },
  { what: 'cwa-fake of a submission', documented: '0 or 1', deployed: 'genuine for 0 only; any other number is fake' },
  { what: 'cwa-fake of a verification', documented: '0 or 1', deployed: 'fake for 1 only; anything else is genuine' },
];
