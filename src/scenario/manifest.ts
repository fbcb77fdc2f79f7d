/** What a run was made of, as a scenario that runs the same again: nothing is left to files, presets or defaults. */
import { isPlainObject, isWhole, type PlainObject } from './merge.ts';
import type { ArmParameters, Change, Scenario } from './resolve.ts';

/** What an object has otherwise than the one below it: merged over that, it gives the object back. */
export function differenceTo(below: PlainObject, value: PlainObject): PlainObject {
  const entries = Object.entries(value).flatMap(([key, own]): readonly (readonly [string, unknown])[] => {
    const other = Object.hasOwn(below, key) ? below[key] : undefined;
    if (JSON.stringify(own) === JSON.stringify(other)) return [];
    const isPart = isPlainObject(own) && isPlainObject(other) && !isWhole(key);
    return [[key, isPart ? differenceTo(other, own) : own]];
  });
  return Object.fromEntries(entries);
}

/**
 * `made`: versions and command; `network`: name of the copy of a network beside it. Text of a JSON file, which "enlab simulate"
 * takes as a scenario.
 */
export function manifestText(
  scenario: Scenario,
  made: Readonly<Record<string, string>>,
  network = NETWORK_COPY,
): string {
  const { title, tags, seed, days, replicates, realPhones, arms, checks, sources } = scenario;
  const own = arms.map(({ parameters, ...arm }) => ({ ...arm, parameters: withNetwork(parameters, network) }));
  const [{ parameters }] = own as [(typeof own)[number]];
  const manifest = {
    title,
    tags,
    seed,
    days,
    replicates,
    realPhones,
    ...parameters,
    arms: Object.fromEntries(own.map((arm) => [arm.name, differenceTo({ ...parameters }, { ...arm.parameters })])),
    changes: arms.flatMap(({ name, changes }) => changes.map((change) => changeOf(name, change))),
    checks: checks.map(({ text, because }) => (because === undefined ? text : { check: text, because })),
    made: { ...made, sources },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Of the network of a scenario, in a folder of results. */
export const NETWORK_COPY = 'network.csv';

/** With the copy in place of the file, where there is one. */
const withNetwork = (parameters: ArmParameters, file: string): ArmParameters => {
  const { network } = parameters.contacts;
  return network ? { ...parameters, contacts: { ...parameters.contacts, network: { ...network, file } } } : parameters;
};

const changeOf = (arm: string, { day, risk, uploads, behaviour }: Change) => ({
  day,
  arms: [arm],
  set: { app: { risk, uploads }, ...(behaviour && { behaviour }) },
});
