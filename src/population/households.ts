/** Who lives together: households are runs of agents, so that one byte an agent says all. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { Choice } from './draws.ts';

/** Four bits hold place and size. */
const LARGEST = 15;
const HOUSEHOLDS = purposeHash('households');

/** Households of a town, from the first agent to the last. */
export class Households {
  /** Place in the household, and size above it. */
  readonly #bytes: Uint8Array;
  /** Households per person. */
  readonly share: number;

  /**
   * Households of `agents` people; `shares` are weights of households with 1, 2, .. people, at most 15. The last one is as
   * large as people are left. RangeError where no household could be drawn.
   */
  constructor(agents: number, shares: readonly number[], seed: number) {
    if (shares.length > LARGEST) throw new RangeError(`no households of more than ${LARGEST} people`);
    this.#bytes = new Uint8Array(agents);
    const sizes = new Choice(shares);
    let household = 0;
    for (let first = 0; first < agents; household++) {
      const drawn = 1 + sizes.at(drawUniform(seed, HOUSEHOLDS, household));
      const size = Math.min(drawn, agents - first);
      for (let place = 0; place < size; place++) this.#bytes[first + place] = place | (size << 4);
      first += size;
    }
    this.share = household / agents;
  }

  get agents(): number {
    return this.#bytes.length;
  }

  /** People in the household of an agent. */
  sizeOf(agent: number): number {
    return this.#bytes[agent]! >>> 4;
  }

  /** The first of them; the others follow. */
  firstOf(agent: number): number {
    return agent - (this.#bytes[agent]! & 15);
  }
}
