/**
 * Somebody who watches the line: knows of each phone when how much went which way, learns on one half of the phones which
 * figure tells the groups apart best, and is judged on the other half, so that luck in choosing counts for nothing.
 */
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds } from '../core/units.ts';
import { Z_95 } from '../stats/intervals.ts';
import { auc } from '../stats/ranks.ts';

export interface Seen {
  readonly time: UnixSeconds;
  /** Whether it carried a body: an upload, as its size shows. */
  readonly isUpload: boolean;
  /** Bytes. */
  readonly sent: number;
  readonly received: number;
}

/** By what each figure is called. */
type Figures = Readonly<Record<string, number>>;

export interface Judgement {
  /** 0.5: the watcher learns nothing; 1: everything. */
  readonly auc: number;
  /** 99 %. */
  readonly low: number;
  readonly high: number;
  /** The figures that told best, of the two halves. */
  readonly by: readonly string[];
}

/** Bytes: uploads that differ by less are one kind. */
const SIZE_STEP = 64;

/** Kinds that a watcher tells apart: downloads, and uploads by their size. */
const kindOf = ({ isUpload, sent }: Seen): string =>
  isUpload ? `uploads of ${Math.round(sent / SIZE_STEP) * SIZE_STEP} B` : 'downloads';

const timeOfDay = ({ time }: Seen): Seconds => time % SECONDS_PER_DAY;
const MORNING: Seconds = 7 * 3600;
const EVENING: Seconds = 22 * 3600;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
/** Of none: longer than anybody watches. */
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), 400 * SECONDS_PER_DAY);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Of one phone; what it never did has the figures of nothing. */
function figuresOf(seen: readonly Seen[], kinds: readonly string[]): Figures {
  const figures: Record<string, number> = {};
  for (const kind of kinds) {
    const own = seen.filter((one) => kindOf(one) === kind);
    const times = own.map(({ time }) => time).toSorted((a, b) => a - b);
    const gaps = times.slice(1).map((time, k) => time - times[k]!);
    const perDay = new Map<number, number>();
    for (const time of times) {
      const day = Math.floor(time / SECONDS_PER_DAY);
      perDay.set(day, (perDay.get(day) ?? 0) + 1);
    }
    Object.assign(figures, {
      [`number of ${kind}`]: own.length,
      [`days with ${kind}`]: perDay.size,
      [`most ${kind} in a day`]: most([...perDay.values()]),
      [`shortest time between ${kind}`]: least(gaps),
      [`longest time between ${kind}`]: most(gaps),
      [`${kind} at night`]: own.filter((one) => timeOfDay(one) < MORNING || timeOfDay(one) > EVENING).length,
      [`earliest hour of ${kind}`]: least(own.map(timeOfDay)),
      [`bytes sent in ${kind}`]: mean(own.map(({ sent }) => sent)),
      [`bytes received in ${kind}`]: mean(own.map(({ received }) => received)),
    });
  }
  return figures;
}

const Z_99 = 2.576;

/** Throws RangeError for fewer than four phones of a group: there are no halves then. */
export function judge(group: readonly (readonly Seen[])[], others: readonly (readonly Seen[])[]): Judgement {
  if (group.length < 4 || others.length < 4) throw new RangeError('too few phones to learn from');
  const kinds = [...new Set([...group, ...others].flat().map(kindOf))].toSorted();
  const [ones, zeros] = [group, others].map((phones) => phones.map((seen) => figuresOf(seen, kinds)));
  const halves = [0, 1].map((half) => judgeOn(ones!, zeros!, half));
  const centre = halves.reduce((sum, { value }) => sum + value, 0) / halves.length;
  const error = Math.sqrt(halves.reduce((sum, { variance }) => sum + variance, 0)) / halves.length;
  return {
    auc: centre,
    low: Math.max(0, centre - Z_99 * error),
    high: Math.min(1, centre + Z_99 * error),
    by: [...new Set(halves.map(({ name }) => name))],
  };
}

/** Learns on the phones of the other half. */
function judgeOn(ones: readonly Figures[], zeros: readonly Figures[], half: number) {
  const part = (phones: readonly Figures[], which: number): readonly Figures[] =>
    phones.filter((_phone, k) => k % 2 === which);
  const valueOf = (name: string, which: number) =>
    auc(
      part(ones, which).map((figures) => figures[name]!),
      part(zeros, which).map((figures) => figures[name]!),
    );
  const learned = Object.keys(ones[0]!).map((name) => ({ name, value: valueOf(name, 1 - half).value! }));
  const best = learned.reduce((a, b) => (Math.abs(b.value - 0.5) > Math.abs(a.value - 0.5) ? b : a));
  // Neither half is empty, so that there is an area.
  const { value, low, high } = valueOf(best.name, half) as Record<'value' | 'low' | 'high', number>;
  const isUp = best.value >= 0.5;
  return { name: best.name, value: isUp ? value : 1 - value, variance: ((high - low) / (2 * Z_95)) ** 2 };
}
