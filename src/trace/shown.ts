/** Names and cells of a file in a message: a file may hold anything, a message stays readable. */

const NAMES = 20;
const CHARACTERS = 40;

export const shown = (text: string): string => (text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}...` : text);

/** "a, b, c"; the first twenty of more. */
export function shownList(names: readonly string[]): string {
  const list = names.slice(0, NAMES).map(shown).join(', ');
  return names.length > NAMES ? `${list} and ${names.length - NAMES} more` : list;
}

/** Names one by one, each under its own name while there are few, then under `other`. */
export function fewNames(other: string): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.size < NAMES) known.add(name);
    return known.has(name) ? shown(name) : other;
  };
}
