/** Places by name: losses that were fitted to public measurements (scenarios/parameters/places.yaml). */
import { EnlabError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { isPlainObject, type PlainObject } from './merge.ts';
import type { Path, ScenarioText } from './text.ts';

/**
 * Names of places become their values, before anything is laid over them, so that a part of a named place can be changed. `at`:
 * where the value stands in the text. Throws E-FILE-INVALID for names that nobody knows.
 */
export function withPlaces(value: PlainObject, at: Path, text: ScenarioText, places: ScenarioText): PlainObject {
  const radio = value['radio'];
  const named = isPlainObject(radio) ? radio['places'] : undefined;
  if (!isPlainObject(radio) || !isPlainObject(named)) return value;
  const known = places.value as PlainObject;
  const entries = Object.entries(named).map(([layer, place]) => {
    if (typeof place !== 'string') return [layer, place] as const;
    if (Object.hasOwn(known, place)) return [layer, known[place]] as const;
    const guess = nearest(place, Object.keys(known));
    throw new EnlabError('E-FILE-INVALID', `there is no place ${place}`, {
      place: text.placeOf([...at, 'radio', 'places', layer])!,
      hint:
        guess === undefined
          ? `places: ${Object.keys(known).join(', ')}; or write its losses out`
          : `did you mean ${guess}?`,
    });
  });
  return { ...value, radio: { ...radio, places: Object.fromEntries(entries) } };
}

/** Where the losses of places come from, which are those of a named one. */
export const placeSources = (own: object, places: ScenarioText): readonly (readonly [string, string])[] =>
  Object.entries(own).flatMap(([layer, place]) => {
    const name = Object.entries(places.value as PlainObject).find(
      ([, other]) => JSON.stringify(other) === JSON.stringify(place),
    )?.[0];
    return name === undefined ? [] : [[`radio.places.${layer}`, places.sources.get(name)!] as const];
  });
