/**
 * Truth records of a trace, looked up for the exposures that follow them. A record is about every exposure that has
 * all the fields that it names, so none is dropped without a word: what cannot be looked up, comes too late or
 * contradicts another one is refused, and what never matched is counted.
 */
import { EnlabError } from '../core/errors.ts';
import type { Exposure } from '../core/exposure.ts';
import type { GroundTruth } from '../core/records.ts';

type Field = 'user' | 'receiver' | 'transmitter' | 'day';
type Fields = Pick<Exposure, Field>;

/** What a truth record may name, most specific first: the first that matches labels an exposure. */
const FORMS: readonly (readonly Field[])[] = [
  ['user', 'receiver', 'transmitter', 'day'],
  ['user', 'receiver', 'transmitter'],
  ['receiver', 'transmitter', 'day'],
  ['receiver', 'transmitter'],
  ['user', 'transmitter', 'day'],
  ['user', 'transmitter'],
  ['user', 'receiver', 'day'],
  ['user', 'receiver'],
  ['user', 'day'],
  ['user'],
  ['receiver', 'day'],
  ['receiver'],
];

/** Exposures whose names are remembered to notice a truth record that comes too late; later ones are not. */
const MOST_REMEMBERED = 100_000;

interface Entry {
  readonly label: boolean | null;
  matched: boolean;
}

/** Undefined where a field that the form needs is not known. */
function keyOf(fields: Fields, form: readonly Field[]): string | undefined {
  let key = '';
  for (const field of form) {
    const value = fields[field];
    if (value === undefined) return undefined;
    key += `\n${value}`;
  }
  return key;
}

export class TruthBook {
  /** By form: labels by key. */
  readonly #entries = new Map<number, Map<string, Entry>>();
  /** #entries, most specific form first. */
  #inOrder: readonly (readonly [number, Map<string, Entry>])[] = [];
  /** Names of exposures that were labelled, each once. */
  readonly #passed = new Map<string, Fields>();
  /** By form, once a truth record of it came after an exposure: keys of what has passed. */
  readonly #passedKeys = new Map<number, Set<string>>();

  /** Throws E-FILE-INVALID (nobody named, or a contradiction) and E-TRACE-ORDER (too late). */
  add(truth: GroundTruth): void {
    const form = formOf(truth);
    const key = keyOf(truth as Fields, FORMS[form]!)!;
    if (this.#passed.size > 0 && this.#passedAs(form).has(key))
      throw new EnlabError('E-TRACE-ORDER', `the truth about ${nameOf(truth)} comes after exposures that it is about`);
    let entries = this.#entries.get(form);
    if (!entries) {
      this.#entries.set(form, (entries = new Map()));
      this.#inOrder = [...this.#entries].toSorted(([a], [b]) => a - b);
    }
    const known = entries.get(key);
    if (known === undefined) entries.set(key, { label: truth.label, matched: false });
    else if (known.label !== truth.label)
      throw new EnlabError('E-FILE-INVALID', `two truth records about ${nameOf(truth)} contradict each other`, {
        hint: 'keep the right one',
      });
  }

  /** The exposure with its label: its own, else that of the most specific truth record. */
  label(exposure: Exposure): Exposure {
    this.#remember(exposure);
    let found: Entry | undefined;
    for (const [form, entries] of this.#inOrder) {
      const key = keyOf(exposure, FORMS[form]!);
      const entry = key === undefined ? undefined : entries.get(key);
      if (!entry) continue;
      entry.matched = true;
      found ??= entry;
    }
    return found === undefined || exposure.label !== undefined ? exposure : { ...exposure, label: found.label };
  }

  /** Truth records that were about no exposure so far. */
  get unmatched(): number {
    let count = 0;
    for (const [, entries] of this.#inOrder) for (const { matched } of entries.values()) if (!matched) count++;
    return count;
  }

  #remember({ user, receiver, transmitter, day }: Exposure): void {
    if ((user ?? receiver) === undefined || this.#passed.size >= MOST_REMEMBERED) return;
    const name = [user, receiver, transmitter, day].join('\n');
    if (this.#passed.has(name)) return;
    // Absent stays absent: keyOf asks for undefined.
    const fields = { user, receiver, transmitter, day } as Fields;
    this.#passed.set(name, fields);
    for (const [form, keys] of this.#passedKeys) addKey(keys, fields, form);
  }

  #passedAs(form: number): ReadonlySet<string> {
    let keys = this.#passedKeys.get(form);
    if (keys) return keys;
    this.#passedKeys.set(form, (keys = new Set()));
    for (const fields of this.#passed.values()) addKey(keys, fields, form);
    return keys;
  }
}

function addKey(keys: Set<string>, fields: Fields, form: number): void {
  const key = keyOf(fields, FORMS[form]!);
  if (key !== undefined) keys.add(key);
}

/** Index of the form that names just what the record does. */
function formOf(truth: GroundTruth): number {
  const fields = fieldsOf(truth);
  const found = FORMS.findIndex(
    (form) => form.length === fields.length && form.every((field) => fields.includes(field)),
  );
  if (found >= 0) return found;
  throw new EnlabError('E-FILE-INVALID', 'a truth record names neither user nor receiver', {
    hint: 'say whom it is about; transmitter and day only narrow that down',
  });
}

const fieldsOf = (truth: GroundTruth): readonly Field[] => FORMS[0]!.filter((field) => truth[field] !== undefined);

/** "receiver 6, transmitter 2, day 18473" */
const nameOf = (truth: GroundTruth): string =>
  fieldsOf(truth)
    .map((field) => `${field} ${truth[field]}`)
    .join(', ');
