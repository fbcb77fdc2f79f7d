/** A line of what the documents of a system say and its deployed code does not do. Wire forms follow the code. */
export interface Difference {
  readonly what: string;
  readonly documented: string;
  readonly deployed: string;
}
