/** A scenario with a network of its own: read once, for all arms, whose people are those of the file. */
import { EnlabError, type Place, placed } from '../core/errors.ts';
import type { NetworkTable } from '../population/network.ts';
import { isPlainObject, type PlainObject } from './merge.ts';
import { parseNetwork } from './networkFile.ts';
import type { Parameters } from './schema.ts';
import type { ScenarioText } from './text.ts';

/** Text of a file that a scenario names, and the path that errors name. Throws E-FILE-*, E-LIMIT. */
export type FileReader = (name: string) => { readonly text: string; readonly path: string };

/** Reads what a scenario names. Throws at the place of the name where there is no such file, and in the file else. */
export function readNamed<Result>(place: Place, read: () => Result): Result {
  try {
    return placed(place, read);
  } catch (error) {
    if (!(error instanceof EnlabError) || error.code !== 'E-FILE-MISSING') throw error;
    const { file } = error.place!;
    const hint = 'check the path; it is relative to the scenario that names it';
    throw new EnlabError('E-FILE-MISSING', `there is no file ${file}`, { place, hint, cause: error });
  }
}

/** Of a scenario. */
export interface Network {
  readonly table: NetworkTable;
  /** As the scenario names it. */
  readonly file: string;
  /** What follows from it, to lie above what is shipped: its people, who live alone unless a scenario says otherwise. */
  readonly implied: PlainObject;
  /** Where that comes from, by path. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * `parameters`: without arms. undefined: the scenario has no network. Throws E-FILE-* for files that are none, and for arms
 * with one of their own; E-USAGE where a command line asks for another number of people.
 */
export function networkOf(
  { contacts: { network }, population, disease }: Parameters,
  own: ScenarioText,
  asked: number | undefined,
  read: FileReader | undefined,
): Network | undefined {
  assertNotInArms(own);
  if (!network) return undefined;
  const { file, ...options } = network;
  const place = own.placeOf(['contacts', 'network', 'file'])!;
  if (!read) throw new EnlabError('E-FILE-READ', 'no file can be read here', { place });
  const { text, path } = readNamed(place, () => read(file));
  const table = parseNetwork(text, path, options);
  if (asked !== undefined && asked !== table.agents)
    throw new EnlabError('E-USAGE', peopleOf(table), { hint: 'leave out --agents' });
  const said = own.placeOf(['population', 'agents']);
  if (said) assertPeople(table, population.agents, said);
  if (disease.firstInfected > table.agents)
    throw new EnlabError('E-FILE-INVALID', `the network has ${table.agents} people, fewer than disease.firstInfected`, {
      place: own.placeOf(['disease', 'firstInfected']) ?? place,
      hint: `as in: disease: { firstInfected: ${Math.ceil(table.agents / 20)} }`,
    });
  return {
    table,
    file,
    implied: { population: { agents: table.agents, households: [1] } },
    sources: { 'population.agents': `ids in ${file}`, 'population.households': `${file} has all contacts` },
  };
}

const peopleOf = ({ agents }: NetworkTable): string =>
  `the network has ${agents} people: their number cannot be chosen`;

/** Throws E-FILE-INVALID where something says another number of them. */
export function assertPeople(table: NetworkTable, agents: number, place: Place): void {
  if (agents !== table.agents)
    throw new EnlabError('E-FILE-INVALID', peopleOf(table), { place, hint: 'leave out population.agents' });
}

/** Arms have the same people, who meet the same others. */
function assertNotInArms({ value, keyPlaceOf }: ScenarioText): void {
  const { arms } = value as { readonly arms?: unknown };
  for (const name of Object.keys(isPlainObject(arms) ? arms : {})) {
    const place = keyPlaceOf(['arms', name, 'contacts', 'network']);
    if (place)
      throw new EnlabError('E-FILE-INVALID', `the arm ${name} has a network of its own`, {
        place,
        hint: 'write contacts.network at the top: all arms have the same people',
      });
  }
}
