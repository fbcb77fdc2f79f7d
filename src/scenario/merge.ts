/** Parameters laid over each other: a scenario over the shipped ones, an arm over the scenario. */

/** An object of YAML or JSON. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** No list, and not null. */
export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A rule is replaced as a whole: parts of two would be neither. */
export const isWhole = (key: string): boolean => key === 'risk';

/** Objects are merged key by key; whatever else stands above replaces what lies below, lists and rules too. */
export function merged(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isPlainObject(below) || !isPlainObject(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  const entries = [...keys].map((key) => {
    const [low, high] = [ownOf(below, key), ownOf(above, key)];
    return [key, isWhole(key) ? (high ?? low) : merged(low, high)] as const;
  });
  return Object.fromEntries(entries);
}

/** Not what objects inherit: "constructor" is a key like others. */
const ownOf = (object: PlainObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
