/** A run in which nobody is warned, and what rules would have warned of: first-order effects of all of them (calibration/policy.ts). */
import { closureRank, type Lattice } from '../../../calibration/lattice.ts';
import {
  type Effects,
  type EffectsOfAll,
  effectsOf,
  effectsOfAll,
  type Infection,
  type PossibleWarning,
} from '../../../calibration/policy.ts';
import type { Exposure } from '../../core/exposure.ts';
import { FRAMEWORK_READING } from '../../device/found.ts';
import { keptOn, type PossibleWarning as Told } from '../../population/finding.ts';
import type { Simulation } from '../../population/simulation.ts';
import type { Alerts } from '../../population/warnings.ts';
import { cellsOf, ENV1_SCALE } from '../../risk/scale.ts';
import type { Risk } from '../schema.ts';

/** Warns nobody: no exposure of a day lasts as long. An epidemic in which it decides is that without an app. */
export const WARNS_NOBODY: Risk = { name: 'minutes>9999' };

/** First-order effects in one run. */
export interface TownEffects {
  /** Of every rule of the lattice. */
  readonly all: EffectsOfAll;
  /** Of the other rules that were asked for, in their order. */
  readonly own: readonly Effects<number>[];
}

/** Listens to a simulation from its begin to its end. Grows with the exposures to those who upload. */
export class Reference {
  readonly #simulation: Pick<Simulation, 'epidemic' | 'households'>;
  readonly #lattice: Lattice;
  readonly #rules: readonly Alerts[];
  readonly #warnings = new Map<number, PossibleWarning[]>();
  /** What phones have found, for rules that add it up. */
  readonly #found = new Map<number, readonly Exposure[]>();

  /** `rules`: those that are not of the lattice, as apps judge by them. */
  constructor(simulation: Simulation, lattice: Lattice, rules: readonly Alerts[]) {
    this.#simulation = simulation;
    this.#lattice = lattice;
    this.#rules = rules;
    simulation.onPossibleWarning = (told) => this.#add(told);
  }

  #add({ receiver, exposures, from, until, days }: Told): void {
    // Who is warned stays at home from the day after.
    const today = from - 1;
    const fresh = keptOn(today, exposures);
    const found = keptOn(today, [...(this.#found.get(receiver) ?? []), ...exposures]);
    this.#found.set(receiver, found);
    const warning = {
      generator: generatorOf(this.#lattice, fresh),
      verdicts: this.#rules.map((alerts) => {
        const seen = alerts.sums ? found : fresh;
        return seen.length > 0 && alerts(seen);
      }),
      from,
      until,
      days,
    };
    const own = this.#warnings.get(receiver);
    if (own) own.push(warning);
    else this.#warnings.set(receiver, [warning]);
  }

  /** When the run has ended. */
  effects(): TownEffects {
    const infections = this.#infectionsAway();
    const own = this.#rules.map((_, k) => effectsOf(this.#warnings, infections, ({ verdicts }) => verdicts[k]!));
    return { all: effectsOfAll(this.#lattice, this.#warnings, infections), own };
  }

  /** Those who live together infect each other in quarantine too. */
  #infectionsAway(): readonly Infection[] {
    const { epidemic, households } = this.#simulation;
    const { infectedOn, infectedBy } = epidemic;
    const found: Infection[] = [];
    for (let agent = 0; agent < infectedOn.length; agent++) {
      const [day, infector] = [infectedOn[agent]!, infectedBy[agent]!];
      // Those of the begin come from elsewhere.
      if (day <= 0 || households.firstOf(infector) === households.firstOf(agent)) continue;
      found.push({ day, people: [infector, agent] });
    }
    return found;
  }
}

function generatorOf(lattice: Lattice, exposures: readonly Exposure[]): number {
  const reach = new Uint8Array(lattice.rows);
  for (const exposure of exposures)
    for (const [row, column] of cellsOf(exposure, ENV1_SCALE, FRAMEWORK_READING))
      reach[row] = Math.max(reach[row]!, column + 1);
  return closureRank(lattice, reach);
}
