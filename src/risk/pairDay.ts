/** One pair on one UTC day: its scan instances as they come in, and the exposures that they make (contract.md 1). */
import type { Exposure, Presence, Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { Seconds, UnixSeconds, UtcDay } from '../core/units.ts';
import { LONGEST_PAIR_SECONDS, pairSeconds } from './scans.ts';
import { Statements } from './statements.ts';

/** A gap strictly longer than this ends an episode (ENv1, risk-models.md 1.1). */
const EPISODE_GAP: Seconds = 600;

/** Everything but what its scans tell. */
export type Who = Omit<Exposure, 'slices' | 'silent' | 'label' | 'weight' | 'day'>;
/** A scan instance: one without a known attenuation is a presence only. */
export type Instance = Slice | Presence;

interface Entry {
  readonly instance: Instance;
  readonly said: Statements;
}

/** An exposure with what the assembler has to know of it. */
export interface Formed {
  readonly exposure: Exposure;
  readonly start: UnixSeconds;
  /** Both a contact and none, by its labels. */
  readonly isContradictory: boolean;
}

export class PairDay {
  readonly #who: Who;
  readonly #day: UtcDay;
  readonly #entries: Entry[] = [];

  constructor(who: Who, day: UtcDay) {
    this.#who = who;
    this.#day = day;
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1);
  }

  add(instance: Instance, said: Statements): void {
    this.#entries.push({ instance, said });
  }

  /** The day, or its episodes; `previous` is the pair's last instance of the day before, where there was one. */
  exposures(episodes: boolean, previous: UnixSeconds | undefined): readonly Formed[] {
    const timed = this.#timed(previous);
    return (episodes ? inEpisodes(timed) : [timed]).map((part) => this.#exposure(part));
  }

  /**
   * With the time that truth counts: exact seconds since the pair's previous instance, at most 300, whether or not
   * midnight or the end of an episode lies between. What the day before left longer ago is forgotten: 120 s, as for
   * the first instance of all.
   */
  #timed(evening: UnixSeconds | undefined): readonly Entry[] {
    let previous = evening;
    const first = this.#entries[0]!.instance.time!;
    if (previous !== undefined && first - previous > LONGEST_PAIR_SECONDS) previous = undefined;
    return this.#entries.map(({ instance, said }) => {
      const counted = { ...instance, pairSeconds: pairSeconds(instance.time!, previous) };
      previous = instance.time;
      return { instance: counted, said };
    });
  }

  #exposure(part: readonly Entry[]): Formed {
    const said = new Statements();
    for (const own of part) said.addAll(own.said);
    const { label, weight, isContradictory } = said;
    const exposure = {
      ...this.#who,
      ...defined({ day: this.#day, weight, label }),
      ...bySignal(part.map(({ instance }) => instance)),
    };
    return { exposure, start: part[0]!.instance.time!, isContradictory };
  }
}

function inEpisodes(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const episodes: Entry[][] = [];
  for (const entry of entries) {
    const current = episodes.at(-1);
    if (current && entry.instance.time! - current.at(-1)!.instance.time! <= EPISODE_GAP) current.push(entry);
    else episodes.push([entry]);
  }
  return episodes;
}

const isSlice = (instance: Instance): instance is Slice => 'low' in instance;

/** What models judge, and what only truth rules count. */
function bySignal(instances: readonly Instance[]): Pick<Exposure, 'slices' | 'silent'> {
  const slices = instances.filter(isSlice);
  if (slices.length === instances.length) return { slices };
  return { slices, silent: instances.filter((instance) => !isSlice(instance)) };
}
