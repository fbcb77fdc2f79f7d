/** Who stays at home and when: isolation of the ill, quarantine of those who were warned. */

/** None is so far from a day that anybody asks about. */
const NEVER = -32_768;

/**
 * Times at home as [from, to) in days, the last two of each agent: as an upload looks back 14 days, and a stay takes as many or
 * nearly as many, older ones are not asked for.
 */
export class Apart {
  readonly #from: readonly [Int16Array, Int16Array];
  readonly #to: readonly [Int16Array, Int16Array];

  constructor(agents: number) {
    const columns = () => [new Int16Array(agents).fill(NEVER), new Int16Array(agents).fill(NEVER)] as const;
    this.#from = [...columns()];
    this.#to = [...columns()];
  }

  /** Sends somebody home; a stay that has not ended becomes longer. Days that this adds to those already ordered. */
  send(agent: number, from: number, days: number): number {
    const [last, before] = this.#to;
    const end = last[agent]!;
    const until = from + days;
    if (from <= end) {
      last[agent] = Math.max(end, until);
      return Math.max(0, until - end);
    }
    before[agent] = end;
    this.#from[1][agent] = this.#from[0][agent]!;
    this.#from[0][agent] = from;
    last[agent] = until;
    return days;
  }

  isHome(agent: number, day: number): boolean {
    return this.#holds(0, agent, day) || this.#holds(1, agent, day);
  }

  #holds(stay: 0 | 1, agent: number, day: number): boolean {
    return day >= this.#from[stay][agent]! && day < this.#to[stay][agent]!;
  }
}
