/**
 * A small world for the test that the three levels of matching are equal: people with keys, and encounters of every
 * kind that could tell the levels apart. Each kind is a stratum with a name, so that none can be empty unnoticed.
 */
import { keyed } from '../../../../src/core/random.ts';
import { dayStart, INTERVALS_PER_DAY, utcDayOfInterval } from '../../../../src/protocol/gaen/intervals.ts';
import type { DiagnosisKey } from '../../../../src/protocol/gaen/keys.ts';
import { keyDataOf } from '../../../../src/protocol/gaen/simulatedKeys.ts';
import { oracleIdentifier } from './oracle.ts';

/** First interval whose upper half is another number than before: 2021-02-01T13:20Z (identifiers.md 2). */
export const CROSSING = 2_686_976;
/** Three days with the crossing in the middle one. */
const FIRST = dayStart(CROSSING) - INTERVALS_PER_DAY;
const DAYS = 3;
/** When all but one of the keys have been over for two hours. */
const PUBLISHED = FIRST + DAYS * INTERVALS_PER_DAY + 12;

const PEOPLE_OF_A_KIND = 6;
/** What is special about the keys of a person; six people each, 0..5 ordinary and so on. */
export const personKinds = [
  'ordinary',
  'shortPeriod',
  'replacedKey',
  'keyTwice',
  'keyWithOtherPeriod',
  'keyWithOtherStart',
  'revoked',
  'stillValid',
  'healthy',
] as const;
type PersonKind = (typeof personKinds)[number];
export const PEOPLE = personKinds.length * PEOPLE_OF_A_KIND;

const kindOf = (person: number): PersonKind => personKinds[Math.floor(person / PEOPLE_OF_A_KIND)]!;
const peopleOf = (kind: PersonKind): readonly number[] =>
  Array.from({ length: PEOPLE_OF_A_KIND }, (_, k) => personKinds.indexOf(kind) * PEOPLE_OF_A_KIND + k);

/** Where a key of the last day ends that was uploaded, or replaced, in its middle. */
const SHORT_PERIOD = 60;

export interface OwnedKey extends DiagnosisKey {
  readonly owner: number;
  readonly publishedAt: number;
}

/** What a receiver stored, and what only the simulation knows about it. */
export interface Encounter {
  readonly stratum: string;
  readonly receiver: number;
  readonly rpiOwner: number;
  readonly emitter: number;
  /** Interval for which the owner made the identifier. */
  readonly txInterval: number;
  /** Interval of reception by the receiver's clock. */
  readonly rxInterval: number;
  readonly identifier: Uint8Array;
}

export interface World {
  readonly keys: readonly OwnedKey[];
  /** By the day of txInterval, as simulations keep them. */
  readonly encounters: readonly Encounter[];
}

/** A second key of the same day has a number of its own. */
const keyData = (seed: number, person: number, day: number, second = false): Uint8Array =>
  keyDataOf(seed, person, second ? day + 1_000 : day);

/** Key data that a phone broadcasts with at an interval. */
function broadcastKey(seed: number, person: number, interval: number): Uint8Array {
  const day = utcDayOfInterval(interval);
  const second = kindOf(person) === 'replacedKey' && interval - dayStart(interval) >= SHORT_PERIOD;
  return keyData(seed, person, day, second);
}

function keysOf(seed: number, person: number): readonly OwnedKey[] {
  const kind = kindOf(person);
  if (kind === 'healthy') return [];
  return Array.from({ length: DAYS }, (_, k) => FIRST + k * INTERVALS_PER_DAY).flatMap((start, k) => {
    const whole: OwnedKey = {
      owner: person,
      keyData: keyData(seed, person, utcDayOfInterval(start)),
      rollingStartIntervalNumber: start,
      rollingPeriod: INTERVALS_PER_DAY,
      // Still valid: two hours before the end of the embargo of the last day.
      publishedAt: kind === 'stillValid' ? PUBLISHED - 12 : PUBLISHED,
    };
    const short = { ...whole, rollingPeriod: SHORT_PERIOD };
    const isLast = k === DAYS - 1;
    switch (kind) {
      case 'shortPeriod':
        return isLast ? [short] : [whole];
      case 'replacedKey': {
        const rest = { rollingStartIntervalNumber: start + SHORT_PERIOD, rollingPeriod: 144 - SHORT_PERIOD };
        return [short, { ...whole, ...rest, keyData: keyData(seed, person, utcDayOfInterval(start), true) }];
      }
      case 'keyTwice':
        return [whole, { ...whole }];
      case 'keyWithOtherPeriod':
        return [short, whole];
      case 'keyWithOtherStart':
        return [whole, { ...whole, rollingStartIntervalNumber: start + 1, rollingPeriod: 143 }];
      case 'revoked':
        return [whole, { ...whole, reportType: 'REVOKED' as const }];
      default:
        return [whole];
    }
  });
}

type Plan = Omit<Encounter, 'identifier' | 'receiver'> & { readonly receiver?: number };

/** One stratum after the other; `below(n)` draws 0..n - 1. */
function* plans(below: (n: number) => number): Iterable<Plan> {
  const anyone = (): number => below(PEOPLE);
  const anytime = (): number => FIRST + below(DAYS * INTERVALS_PER_DAY);
  const ill = peopleOf('ordinary');
  const someIll = (): number => ill[below(ill.length)]!;
  const own = (stratum: string, person: number, txInterval: number, difference: number, receiver = anyone()): Plan => ({
    stratum,
    receiver,
    rpiOwner: person,
    emitter: person,
    txInterval,
    rxInterval: txInterval + difference,
  });
  for (const kind of personKinds)
    for (let n = 0; n < 40; n++) yield own(kind, peopleOf(kind)[below(PEOPLE_OF_A_KIND)]!, anytime(), below(3) - 1);
  for (let n = 0; n < 200; n++) yield own('skewed clocks', someIll(), anytime(), below(41) - 20);
  for (const difference of [-13, -12, 12, 13])
    for (let n = 0; n < 10; n++) yield own(`clocks ${difference} apart`, someIll(), anytime(), difference);
  for (let day = 0; day <= DAYS; day++)
    for (const offset of [-1, 0])
      for (const difference of [-12, -1, 0, 1, 12])
        yield own('edges of keys', someIll(), FIRST + day * INTERVALS_PER_DAY + offset, difference);
  for (const kind of ['shortPeriod', 'replacedKey'] as const)
    for (const offset of [SHORT_PERIOD - 1, SHORT_PERIOD])
      for (const person of peopleOf(kind))
        yield own('edges of short periods', person, FIRST + (DAYS - 1) * INTERVALS_PER_DAY + offset, 0);
  for (let n = 0; n < 30; n++) {
    const midnight = FIRST + (1 + below(DAYS - 1)) * INTERVALS_PER_DAY;
    const before = 1 + below(6);
    yield own('heard after midnight', someIll(), midnight - before, before + below(6));
    yield own('heard before midnight', someIll(), midnight + below(6), -7);
  }
  for (let offset = -14; offset <= 14; offset++)
    for (const difference of [-12, 0, 12]) yield own('around 65,536', someIll(), CROSSING + offset, difference);
  for (let n = 0; n < 20; n++) {
    const [person, interval, receiver] = [someIll(), anytime(), anyone()];
    for (const difference of [0, 0, 1, 13]) yield own('heard again', person, interval, difference, receiver);
  }
  for (let n = 0; n < 40; n++) {
    const victim = someIll();
    const emitter = (victim + 1 + below(PEOPLE - 1)) % PEOPLE;
    yield { ...own('relayed', victim, anytime(), 0), emitter };
    for (const delay of [1 + below(12), 13 + below(INTERVALS_PER_DAY)])
      yield { ...own(delay > 12 ? 'replayed too late' : 'replayed', victim, anytime(), delay), emitter };
  }
  for (let n = 0; n < 20; n++)
    yield own('before the keys', someIll(), FIRST - 1 - below(INTERVALS_PER_DAY), below(25) - 12);
}

/** The same world for the same seed. */
export function makeWorld(seed: number): World {
  const stream = keyed(seed, 'matching world');
  const encounters = Array.from(
    plans((n) => stream.below(n)),
    (plan) => ({
      receiver: 0,
      ...plan,
      identifier: oracleIdentifier(broadcastKey(seed, plan.rpiOwner, plan.txInterval), plan.txInterval),
    }),
  );
  return {
    keys: Array.from({ length: PEOPLE }, (_, person) => keysOf(seed, person)).flat(),
    encounters: encounters.toSorted((a, b) => utcDayOfInterval(a.txInterval) - utcDayOfInterval(b.txInterval)),
  };
}
