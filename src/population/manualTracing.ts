/** What health offices do beside the app: they ask the ill whom they have met, and call those who are named. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { type ContactLayer, type ContactSource, contactLayers } from './contacts.ts';
import type { Hours } from './delivery.ts';
import { lognormalAt, type Spread } from './draws.ts';
import type { Meets } from './epidemic.ts';

export interface ManualTracingParameters {
  /** Share of the contacts of a layer whom somebody remembers, and can name. */
  readonly named: Readonly<Record<ContactLayer, number>>;
  /** Days before the onset of symptoms from which on contacts are asked for. */
  readonly daysBefore: number;
  /** From the result until somebody who was named has been called, hours. */
  readonly delay: Spread;
}

const NAMED = purposeHash('is named');
const CALLED = purposeHash('hours until the call');

export interface Called {
  readonly agent: number;
  /** Since the begin. */
  readonly at: Hours;
}

export class ManualTracing {
  readonly #parameters: ManualTracingParameters;
  readonly #graph: ContactSource;
  readonly #meet: Meets;
  readonly #seed: number;
  readonly #isOff: boolean;

  constructor(
    parameters: ManualTracingParameters,
    parts: { readonly graph: ContactSource; readonly meet: Meets; readonly seed: number },
  ) {
    this.#parameters = parameters;
    this.#graph = parts.graph;
    this.#meet = parts.meet;
    this.#seed = parts.seed;
    this.#isOff = contactLayers.every((layer) => parameters.named[layer] === 0);
  }

  /** Who is called because of somebody whose result is known at `result`, each once; days from..to, without those not yet simulated. */
  calledBy(
    ill: number,
    { onset, to, result }: { readonly onset: number; readonly to: number; readonly result: Hours },
  ): readonly Called[] {
    if (this.#isOff) return [];
    const contacts = this.#graph.list();
    const named = new Set<number>();
    for (let day = Math.max(1, onset - this.#parameters.daysBefore); day <= to; day++) {
      this.#graph.contactsOf(ill, day, contacts);
      for (let row = 0; row < contacts.length; row++) {
        const layer = contactLayers[contacts.layer[row]!]!;
        const other = contacts.other[row]!;
        if (this.#isNamed(ill, other, layer) && this.#meet(ill, other, layer, day)) named.add(other);
      }
    }
    return [...named].map((agent) => ({ agent, at: result + this.#delayTo(ill, agent) }));
  }

  /** Whom somebody remembers of a layer they remember on every day. */
  #isNamed(ill: number, other: number, layer: ContactLayer): boolean {
    const share = this.#parameters.named[layer];
    return share > 0 && drawUniform(this.#seed, NAMED, ill, other, contactLayers.indexOf(layer)) < share;
  }

  #delayTo(ill: number, agent: number): Hours {
    return lognormalAt(drawUniform(this.#seed, CALLED, ill, agent), this.#parameters.delay);
  }
}
