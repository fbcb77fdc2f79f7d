/** Held-out evaluation: tune without one group (scenario, phone), judge on it. */
import type { Estimate } from '../src/core/document.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { type Alerts, confusion } from './estimates.ts';
import { undefinedEstimate } from './metrics.ts';
import type { Confusion } from './objectives.ts';
import { type Sample, subsample } from './sample.ts';
import type { Subject } from './subjects.ts';

export interface HeldOut {
  readonly group: string;
  readonly n: number;
  readonly positives: number;
  /** Objective of the rule tuned on the others. */
  readonly tuned: Estimate;
  /** Objective of the compared preset. */
  readonly default: Estimate;
  /** What both rest on, for whoever must not tell small counts; tuned: null where none could be tuned. */
  readonly confusions: { readonly tuned: Confusion | null; readonly default: Confusion };
}

/** Indices, in the whole sample, of the subjects of `test`. */
export type Members = ReadonlySet<number>;

/** Group -> its members; a subject may belong to several. */
export type Groups = ReadonlyMap<string, Members>;

export interface HeldOutInput {
  /** Decisions on `test` of the rule tuned on `train`; a text where none can be tuned. */
  readonly tune: (train: Sample, test: Sample, members: Members) => Alerts | string;
  /** Decisions of the compared preset on `test`. */
  readonly fallback: (test: Sample, members: Members) => Alerts;
  readonly estimate: (test: Sample, alerts: Alerts) => Estimate;
}

/** One row a group, in the order of their names; none where there are fewer than two groups. */
export function leaveOneOut(
  sample: Sample,
  groups: Groups,
  { tune, fallback, estimate }: HeldOutInput,
): readonly HeldOut[] {
  if (groups.size < 2) return [];
  return [...groups.keys()].toSorted().map((group) => {
    const members = groups.get(group)!;
    const test = subsample(sample, (_, subject) => members.has(subject));
    const train = subsample(sample, (_, subject) => !members.has(subject));
    const tuned = tune(train, test, members);
    const own = fallback(test, members);
    return {
      group,
      n: test.subjects.length,
      positives: test.positives,
      tuned: typeof tuned === 'string' ? undefinedEstimate(tuned) : estimate(test, tuned),
      default: estimate(test, own),
      confusions: { tuned: typeof tuned === 'string' ? null : confusion(test, tuned), default: confusion(test, own) },
    };
  });
}

/** The groups of a sample: scenarios (subjects.ts), phones (phonesOf), distance bands. */
export function membersOf({ subjects }: Sample, groupsOf: (subject: Subject) => readonly string[]): Groups {
  const groups = new Map<string, Set<number>>();
  for (const [index, subject] of subjects.entries())
    for (const group of groupsOf(subject)) {
      const members = groups.get(group);
      if (members) members.add(index);
      else groups.set(group, new Set([index]));
    }
  return groups;
}

/** Names of phones with the models that they are said to be. */
function modelsByName(subjects: readonly Subject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const models = new Map<string, Set<string>>();
  for (const { exposures } of subjects)
    for (const { receiver, receiverModel } of exposures) {
      if (receiver === undefined) continue;
      const own = models.get(receiver) ?? new Set();
      if (receiverModel !== undefined) own.add(receiverModel);
      models.set(receiver, own);
    }
  return models;
}

/**
 * The phones that received a subject's exposures, as "phone 03 (SM-G970F)"; none where the trace names none. Phones are
 * numbered over the whole sample in the order of their names, which are left out because they may be those of people.
 * One name in two scenarios is one phone, so that it is left out of both, unless its models differ (users: subjects.ts).
 */
export function phonesOf({ subjects }: Sample): (subject: Subject) => readonly string[] {
  const models = modelsByName(subjects);
  if (models.size === 0) return () => [];
  const keyOf = (name: string, model = ''): string => (models.get(name)!.size > 1 ? `${name}\n${model}` : name);
  // Shorter names first, so that phone 2 comes before phone 10; equal widths keep the numbers in that order.
  const names = [...models.keys()].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const phones = names.flatMap((name) => {
    const own = [...models.get(name)!].toSorted();
    // A phone of several models may also be named without one.
    return (own.length > 1 ? ['', ...own] : [own[0] ?? '']).map((model) => ({ key: keyOf(name, model), model }));
  });
  const seen = new Set(subjects.flatMap(({ exposures }) => exposures.flatMap(keysOf)));
  const shown = phones.filter(({ key }) => seen.has(key));
  const width = String(shown.length).length;
  const titles = new Map(
    shown.map(({ key, model }, k) => [
      key,
      `phone ${String(k + 1).padStart(width, '0')}${model === '' ? '' : ` (${model})`}`,
    ]),
  );
  return ({ exposures }) => [...new Set(exposures.flatMap(keysOf).map((key) => titles.get(key)!))];

  function keysOf({ receiver, receiverModel }: Exposure): readonly string[] {
    return receiver === undefined ? [] : [keyOf(receiver, receiverModel)];
  }
}
