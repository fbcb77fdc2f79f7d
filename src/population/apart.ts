/** Who stays at home and when: isolation of the ill, quarantine of those who were warned. */

/** Days of a simulation, and of the stays after it, are fewer. */
const DAYS = 2048;

/** [from, to) in days. */
type Stay = readonly [from: number, to: number];

/** Of a stay as one number, from * DAYS + to. */
const covers = (stay: number, day: number): boolean => day < stay % DAYS && day >= Math.floor(stay / DAYS);

/**
 * Times at home, the last two of each agent: as an upload looks back 14 days, and a stay takes as many or nearly as many, older
 * ones are not asked for. Most people are never sent home, and cost a byte; the stays of others are four numbers in one.
 */
export class Apart {
  readonly #wasSent: Uint8Array;
  readonly #stays = new Map<number, number>();

  constructor(agents: number) {
    this.#wasSent = new Uint8Array(agents);
  }

  /**
   * Sends somebody home; a stay that has not ended becomes longer, and one that was ordered sooner but begins later begins
   * sooner. Days that this adds to those already ordered. RangeError for days from 2,048 on.
   */
  send(agent: number, from: number, days: number): number {
    const until = from + days;
    if (until >= DAYS) throw new RangeError(`day ${until} is too late`);
    const added = this.wouldAdd(agent, from, days);
    const [[begin, end], before] = this.#staysOf(agent);
    this.#wasSent[agent] = 1;
    if (isOne([begin, end], from)) this.#keep(agent, [Math.min(begin, from), Math.max(end, until)], before);
    else this.#keep(agent, [from, until], [begin, end]);
    return added;
  }

  /** Days that `send` would add. */
  wouldAdd(agent: number, from: number, days: number): number {
    const [[begin, end]] = this.#staysOf(agent);
    return isOne([begin, end], from) ? Math.max(0, from + days - end) + Math.max(0, begin - from) : days;
  }

  isHome(agent: number, day: number): boolean {
    if (this.#wasSent[agent] === 0) return false;
    const packed = this.#stays.get(agent)!;
    const last = Math.floor(packed / (DAYS * DAYS));
    return covers(last, day) || covers(packed - last * DAYS * DAYS, day);
  }

  #keep(agent: number, last: Stay, before: Stay): void {
    const packed = [...last, ...before].reduce((all, day) => all * DAYS + day, 0);
    this.#stays.set(agent, packed);
  }

  /** The last one, and the one before; of none [0, 0). */
  #staysOf(agent: number): readonly [Stay, Stay] {
    const packed = this.#stays.get(agent) ?? 0;
    const last = Math.floor(packed / (DAYS * DAYS));
    const before = packed - last * DAYS * DAYS;
    return [
      [Math.floor(last / DAYS), last % DAYS],
      [Math.floor(before / DAYS), before % DAYS],
    ];
  }
}

/** Whether a stay from a day on is one with the last stay. */
const isOne = ([, end]: Stay, from: number): boolean => end > 0 && from <= end;
