/** How long it takes from a result until a phone warns, hour by hour: what each part of the chain adds. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { lognormalAt, type Spread } from './draws.ts';

/** Hours since the begin of the simulation, or of a part of the chain. */
export type Hours = number;

export interface DeliveryParameters {
  /** From the result to the upload, hours: until an operator has called, or the user has looked. */
  readonly operator: Spread;
  /** Keys are published at multiples of so many hours; 0: at once. */
  readonly batch: Hours;
  /** Phones look for keys every so many hours, each at times of its own; 0: at once. */
  readonly background: Hours;
  /** Share of these looks that fail: no network, a phone that is off. */
  readonly offline: number;
  /** Looks a day that the framework allows; of each equal part of a day the first is one. */
  readonly detections: number;
}

/** A phone looks for keys. */
export interface Look {
  readonly at: Hours;
  /** It has no network. */
  readonly isOffline: boolean;
  /** The framework allows it to look for exposures. */
  readonly mayDetect: boolean;
}

/** What came between an upload and a warning; they add up. */
export const deliveryParts = ['batch', 'background', 'download', 'quota'] as const;
export type DeliveryPart = (typeof deliveryParts)[number];

export interface Delivery {
  readonly notified: Hours;
  readonly parts: Readonly<Record<DeliveryPart, Hours>>;
}

const OPERATOR = purposeHash('hours to the upload');
const PHASE = purposeHash('phase of background runs');
const OFFLINE = purposeHash('background run fails');
const HOURS_A_DAY = 24;
/** A phone that was off for so many looks is lost: more are not drawn. */
const MOST_LOOKS = 200;

export class Deliveries {
  readonly #parameters: DeliveryParameters;
  readonly #seed: number;

  constructor(parameters: DeliveryParameters, seed: number) {
    this.#parameters = parameters;
    this.#seed = seed;
  }

  /** When somebody uploads whose result is known at `result`. */
  uploadAt(agent: number, result: Hours): Hours {
    return result + lognormalAt(drawUniform(this.#seed, OPERATOR, agent), this.#parameters.operator);
  }

  /** When keys are published that were uploaded at `uploaded`. */
  publishedAt(uploaded: Hours): Hours {
    const { batch } = this.#parameters;
    return batch === 0 ? uploaded : Math.ceil(uploaded / batch) * batch;
  }

  /**
   * When the phone of `receiver` finds keys that were uploaded at `uploaded`, and that a server may publish from `ready` on: the
   * same phone looks at the same times for all.
   */
  to(receiver: number, uploaded: Hours, ready = uploaded): Delivery {
    const { background } = this.#parameters;
    const published = this.publishedAt(ready);
    if (background === 0)
      return deliveryOf({ uploaded, published, first: published, online: published, notified: published });
    const phase = this.#phaseOf(receiver);
    const next = Math.ceil((published - phase) / background);
    let look = next;
    while (look < next + MOST_LOOKS && this.#isOffline(receiver, look)) look++;
    const online = look;
    while (!this.#mayDetect(phase, look) || (look > online && this.#isOffline(receiver, look))) look++;
    const at = (one: number): Hours => phase + one * background;
    return deliveryOf({ uploaded, published, first: at(next), online: at(online), notified: at(look) });
  }

  /** Looks of a phone on a day, in order. Phones must look at times of their own (`background` above 0). */
  looksOn(receiver: number, day: number): readonly Look[] {
    const { background } = this.#parameters;
    const phase = this.#phaseOf(receiver);
    const first = Math.ceil((day * HOURS_A_DAY - phase) / background);
    const looks: Look[] = [];
    for (let look = first; phase + look * background < (day + 1) * HOURS_A_DAY; look++)
      looks.push({
        at: phase + look * background,
        isOffline: this.#isOffline(receiver, look),
        mayDetect: this.#mayDetect(phase, look),
      });
    return looks;
  }

  /** The first look of a phone on a day that has a network; undefined: none has. */
  onlineOn(receiver: number, day: number): Hours | undefined {
    if (this.#parameters.background === 0) return day * HOURS_A_DAY;
    return this.looksOn(receiver, day).find(({ isOffline }) => !isOffline)?.at;
  }

  /** Whether a phone looks for exposures in [from, to), with a network and as often as the framework allows. */
  detects(receiver: number, from: Hours, to: Hours): boolean {
    const { background } = this.#parameters;
    if (background === 0) return true;
    const phase = this.#phaseOf(receiver);
    for (let look = Math.ceil((from - phase) / background); phase + look * background < to; look++)
      if (this.#mayDetect(phase, look) && !this.#isOffline(receiver, look)) return true;
    return false;
  }

  #phaseOf(receiver: number): Hours {
    return drawUniform(this.#seed, PHASE, receiver) * this.#parameters.background;
  }

  #isOffline(receiver: number, look: number): boolean {
    return drawUniform(this.#seed, OFFLINE, receiver, look) < this.#parameters.offline;
  }

  /** Whether a look is the first of its part of the day. */
  #mayDetect(phase: Hours, look: number): boolean {
    const { background, detections } = this.#parameters;
    const part = HOURS_A_DAY / detections;
    const partOf = (one: number): number => Math.floor((phase + one * background) / part);
    return partOf(look) !== partOf(look - 1);
  }
}

interface Steps {
  readonly uploaded: Hours;
  readonly published: Hours;
  /** The first look after that, the first that has a network, and the first of these that may look for exposures. */
  readonly first: Hours;
  readonly online: Hours;
  readonly notified: Hours;
}

const deliveryOf = ({ uploaded, published, first, online, notified }: Steps): Delivery => ({
  notified,
  parts: {
    batch: published - uploaded,
    background: first - published,
    download: online - first,
    quota: notified - online,
  },
});
