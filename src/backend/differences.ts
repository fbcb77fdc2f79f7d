/** Where documents and deployed code of a system differ: a row a rule, printed in docs/backend.md. */
export interface Difference<Rules> {
  readonly rule: keyof Rules;
  readonly what: string;
  readonly documented: string;
  readonly deployed: string;
  readonly why: string;
}
