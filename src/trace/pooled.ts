/** Rows of several simulated runs in one table, as "enlab simulate" writes them: pooled they would be of a town that never was. */
import { EnlabError, type Place } from '../core/errors.ts';
import { shown } from './shown.ts';

/** Columns that both are there in a histogram of exposures, and in no table of an authority. */
const RUN = ['arm', 'replicate'] as const;

/** Remembers the first value of each column that tells runs apart. */
export class RunSurvey {
  readonly #file: string;
  readonly #columns: readonly { readonly name: string; readonly index: number }[];
  readonly #first = new Map<string, string>();

  /** `used`: columns that are read, and so keep apart what they name. */
  constructor(file: string, header: readonly string[], used: readonly number[]) {
    this.#file = file;
    const all = RUN.map((name) => ({ name, index: header.indexOf(name) }));
    this.#columns = all.every(({ index }) => index >= 0) ? all.filter(({ index }) => !used.includes(index)) : [];
  }

  /** Throws E-FILE-INVALID at the first row of another run. */
  look(cells: readonly string[], line: number): void {
    for (const { name, index } of this.#columns) {
      const [own = '', first] = [cells[index], this.#first.get(name)];
      if (first === undefined) this.#first.set(name, own);
      else if (own !== first) throw this.#refusal(name, [first, own], { file: this.#file, line });
    }
  }

  #refusal(name: string, [first, other]: readonly [string, string], place: Place): EnlabError {
    const field = this.#columns.find((column) => column.name === name)!.index + 1;
    const hint = `keep one: awk -F, 'NR == 1 || $${field} == "${shown(first)}"' ${this.#file}; to pool them all the same, leave the column out`;
    return new EnlabError('E-FILE-INVALID', `rows of several runs: ${name} ${shown(first)}, then ${shown(other)}`, {
      place,
      hint,
    });
  }
}
