/**
 * Wire forms in which the documents of Immuni (API.yaml at 05d2d70, Technology.md) and its deployed code differ (backend spec A4;
 * lines without a section were read in the code). Rules of time and state are the backend's own table.
 */
import type { Difference } from '../documented.ts';

export const immuniDifferences: readonly Difference[] = [
  { what: 'padding', documented: '`[a-zA-Z0-9]*`', deployed: '`[a-f0-9]*`, at most 150,000' },
  { what: 'keys of an upload', documented: 'at most 14', deployed: 'at most 30, else all are dropped with 204' },
  { what: 'code of a schema error in ingestion', documented: '1100', deployed: '1001' },
  { what: 'code of a schema error in otp', documented: '1400 for no body, 1401 for a wrong one', deployed: '1001' },
  { what: '409 of otp', documented: 'not mentioned', deployed: '1400, authorised already' },
  { what: 'body of 401', documented: 'none', deployed: 'an error with 1101' },
  { what: 'check character of a password', documented: 'not checked', deployed: 'checked' },
  { what: 'largest build', documented: 'none', deployed: '20,000' },
  { what: 'body of a dummy', documented: 'ignored', deployed: 'must follow the schema like any other, then ignored' },
  { what: 'Authorization', documented: '`Bearer` and 64 digits', deployed: 'also `Token`, or the digits alone' },
  { what: 'numbers in JSON', documented: 'numbers', deployed: 'also their digits in quotes' },
];
