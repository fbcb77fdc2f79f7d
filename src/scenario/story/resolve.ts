/** From the text of a story to its steps, with the place of each. */
import { EnlabError, type Place } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import type { Seconds } from '../../core/units.ts';
import { errorOf } from '../issues.ts';
import type { PlainObject } from '../merge.ts';
import { type Check, checksIn } from '../resolve.ts';
import type { ScenarioText } from '../text.ts';
import { type Step, schemaOf, storySchema, systemOf, type Verb, verbs } from './schema.ts';

/** A step, when it happens, and where it stands. */
export interface Placed {
  readonly step: Step;
  /** Since the begin. */
  readonly at: Seconds;
  readonly place: Place;
}

const HINT = 'steps, what each takes, and facts: docs/scenarios.md#stories';

type StoryFile = ReturnType<typeof storySchema.parse>;
/** A story that can be played. */
export interface Story
  extends Pick<
    StoryFile,
    'title' | 'tags' | 'seed' | 'system' | 'begin' | 'behaviour' | 'server' | 'preset' | 'config' | 'scans'
  > {
  readonly file: string;
  readonly actors: Readonly<Record<string, NonNullable<StoryFile['actors'][string]>>>;
  readonly timeline: readonly Placed[];
  readonly checks: readonly Check[];
}

/** Throws E-FILE-INVALID at what is unknown, out of order, or about somebody who does not exist. */
export function resolveStory(text: ScenarioText, { seed }: { readonly seed?: number | undefined } = {}): Story {
  const layers = [{ text, at: [] }];
  const { data, error } = storySchema.safeParse(text.value);
  if (error) throw errorOf(error, layers, storySchema, { name: 'a story', hint: HINT });
  const actors = Object.fromEntries(Object.entries(data.actors).map(([name, actor]) => [name, actor ?? {}]));
  const timeline = timelineOf(data, text);
  for (const placed of timeline) {
    assertSystem(placed, data.system);
    assertActors(placed, Object.keys(actors));
  }
  const checks = checksIn(data.checks, text);
  return { ...data, ...(seed !== undefined && { seed }), file: text.file, actors, timeline, checks };
}

function timelineOf({ timeline }: StoryFile, text: ScenarioText): readonly Placed[] {
  let now = 0;
  return timeline.map((raw, k) => {
    const place = text.placeOf(['timeline', k])!;
    const step = stepOf(raw, k, text);
    const at = step.verb === 'wait' ? now + step.wait : (step.at ?? now);
    if (at < now) {
      const hint = 'steps are in the order of time; those without "at" happen at that of the step before';
      throw new EnlabError('E-FILE-INVALID', 'this step is before the one above it', { place, hint });
    }
    now = at;
    return { step, at, place };
  });
}

function stepOf(raw: PlainObject, k: number, text: ScenarioText): Step {
  const verb = verbs.find((one) => Object.hasOwn(raw, one));
  if (verb === undefined) {
    const [own = ''] = Object.keys(raw).filter((key) => key !== 'at');
    const guess = nearest(own, verbs);
    throw new EnlabError('E-FILE-INVALID', `a timeline has no step "${own}"`, {
      place: text.placeOf(['timeline', k])!,
      hint: guess === undefined ? `steps: ${verbs.join(', ')}` : `did you mean ${guess}?`,
    });
  }
  const schema = schemaOf(verb, raw);
  const { data, error } = schema.safeParse(raw);
  if (error) throw errorOf(error, [{ text, at: ['timeline', k] }], schema, { name: `the step ${verb}`, hint: HINT });
  return { verb, ...data } as Step;
}

/** Of a step. */
export function actorsOf(step: Step): readonly string[] {
  if (step.verb === 'attack') return ['from' in step ? step.from : [], 'to' in step ? step.to : []].flat();
  if (step.verb === 'check' || step.verb === 'publish' || step.verb === 'wait') return [];
  const named = (step as unknown as Readonly<Record<Verb, unknown>>)[step.verb];
  return [named].flat() as readonly string[];
}

const TITLES: Readonly<Record<Story['system'], string>> = { immuni: 'Immuni', cwa: 'the Corona-Warn-App' };

function assertSystem({ step, place }: Placed, system: Story['system']): void {
  const name = step.verb === 'attack' ? step.attack : step.verb;
  const own = systemOf[name];
  if (own === undefined || own === system) return;
  const steps = verbs.filter((verb) => systemOf[verb] === system).join(', ');
  throw new EnlabError(
    'E-FILE-INVALID',
    `${name} is ${step.verb === 'attack' ? 'an attack on' : 'a step of'} ${TITLES[own]}`,
    { place, hint: `the system of this story is ${system}, with the steps ${steps}; or write system: ${own}` },
  );
}

function assertActors({ step, place }: Placed, known: readonly string[]): void {
  const names = actorsOf(step);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const guess = nearest(unknown, known);
    const hint = guess === undefined ? `actors here: ${known.join(', ')}` : `did you mean ${guess}?`;
    throw new EnlabError('E-FILE-INVALID', `there is no actor ${unknown}`, { place, hint });
  }
  if (step.verb === 'meet' && names[0] === names[1])
    throw new EnlabError('E-FILE-INVALID', `${names[0]} does not meet itself`, { place, hint: 'name two actors' });
}
