/** What an operator can do at the console; each system has a few such things. */

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly type: 'text' | 'date' | 'choice';
  /** Of a choice, the first is taken if nothing is said. */
  readonly choices?: readonly Choice[];
  /** Characters. */
  readonly longest: number;
}

/** done: with what the operator reads out, if anything; otherwise which field is wrong and why. */
export type Outcome =
  | { readonly done: true; readonly message: string; readonly code?: string }
  | { readonly done: false; readonly field?: string; readonly message: string };

export interface Desk {
  /** Of its page, below that of the console. */
  readonly path: string;
  readonly title: string;
  readonly introduction: string;
  readonly fields: readonly Field[];
  readonly button: string;
  /** In the access trail, without any code. */
  readonly action: string;
  act(values: Readonly<Record<string, string>>): Promise<Outcome>;
}
