/** Retention as data: the same rows are printed for people and tested on the virtual clock. */
export interface Retained {
  readonly datum: string;
  /** File and table; "-" where it is nowhere. */
  readonly where: string;
  readonly form: string;
  /** How long, by the documents of the system. */
  readonly documented: string;
  /** How long, by the deployed code. */
  readonly deployed: string;
}
