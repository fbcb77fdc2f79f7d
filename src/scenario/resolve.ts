/** From the text of a scenario to what each of its arms runs with: parameters laid over each other, checked, with sources. */
import { EnlabError, type Place } from '../core/errors.ts';
import { packageText } from '../core/files.ts';
import { nearest } from '../core/nearest.ts';
import { defined } from '../core/object.ts';
import { errorOf, type Layer, placeIn } from './issues.ts';
import { merged, type PlainObject } from './merge.ts';
import { modelSources, withModels } from './models.ts';
import { assertPeople, type FileReader, type Network, networkOf, readNamed } from './network.ts';
import { assertScenario } from './otherFiles.ts';
import { placeSources, withPlaces } from './places.ts';
import {
  type Changeable,
  type Frame,
  frameSchema,
  type Parameters,
  parametersSchema,
  type Risk,
  scenarioSchema,
} from './schema.ts';
import { type Path, parseScenarioText, type ScenarioText } from './text.ts';

/** With the rule that was looked up. */
export type ArmParameters = Omit<Parameters, 'app'> & {
  readonly app: Omit<Parameters['app'], 'risk'> & { readonly risk: Risk };
};

/** From the begin of a day on. */
export interface Change {
  readonly day: number;
  readonly risk?: Risk;
  readonly uploads?: number;
  readonly behaviour?: Changeable['behaviour'];
}

/** One of the things that a scenario compares: all parameters, and what changes on the way. */
export interface Arm {
  readonly name: string;
  readonly parameters: ArmParameters;
  readonly changes: readonly Change[];
  /** The same for all arms of a scenario. */
  readonly network?: Network['table'];
}

/** A statement that decides the exit code, and where it stands. */
export interface Check {
  readonly text: string;
  readonly because?: string;
  readonly place: Place;
}

/** A scenario that can run: arms are complete, rules are read, checks have places. */
export interface Scenario extends Pick<Frame, 'title' | 'tags' | 'seed' | 'days' | 'replicates' | 'realPhones'> {
  readonly file: string;
  readonly arms: readonly Arm[];
  readonly checks: readonly Check[];
  /** Checks that a command line makes impossible, as their arms do not run or there is one run: they are left out. */
  readonly unchecked: readonly string[];
  /** A file that it names, for whoever wants to run it again elsewhere. */
  readonly networkFile?: string;
  /** Where values come from, by path; those of an arm begin with "arms.NAME". */
  readonly sources: Readonly<Record<string, string>>;
}

/** What a command line says otherwise. */
export interface Overrides {
  readonly agents?: number | undefined;
  readonly days?: number | undefined;
  readonly seed?: number | undefined;
  readonly replicates?: number | undefined;
  readonly realPhones?: number | undefined;
  /** NAME of an arm, or NAME=RULE; absent: those of the file, or no-app and default where it has none. */
  readonly arms?: readonly string[] | undefined;
}

/** Looks a rule up by what stands in a file, or on the command line. Throws E-PRESET-UNKNOWN, E-FILE-*. */
export type RiskReader = (name: string, from: 'file' | 'command line') => Risk;

const BASE = 'scenarios/parameters/base.yaml';
const PLACES = 'scenarios/parameters/places.yaml';
/** Arms that every scenario has, unless it says otherwise. */
const BUILT_IN: PlainObject = { 'no-app': { app: { adoption: 0 } }, default: {} };
/** By the key that only they have (kinds.ts). */
const OTHER_KINDS = { actors: 'a story', exposures: 'a table of verdicts' };
const SCENARIO_KEYS = [...Object.keys(scenarioSchema.shape), ...Object.keys(OTHER_KINDS)];
const parameterKeys = Object.keys(parametersSchema.shape);

/** What is known of a scenario before its arms are. */
interface Draft {
  readonly own: ScenarioText;
  /** Its parameters. */
  readonly said: PlainObject;
  readonly base: ScenarioText;
  readonly places: ScenarioText;
  readonly frame: Frame;
  readonly overrides: Overrides;
  readonly readRisk: RiskReader;
  readonly readFile: FileReader | undefined;
  readonly network: Network | undefined;
}

/** Throws E-FILE-* with file, line and column; E-USAGE for arms that nobody knows. Without `readFile` there are none. */
export function resolveScenario(
  text: string,
  file: string,
  readRisk: RiskReader,
  overrides: Overrides = {},
  readFile?: FileReader,
): Scenario {
  const own = parseScenarioText(text, file);
  assertScenario(own.value as PlainObject, { file, line: 1 }, SCENARIO_KEYS);
  for (const [key, kind] of Object.entries(OTHER_KINDS))
    if (Object.hasOwn(own.value as object, key)) {
      const hint = `enlab scenario run ${file}`;
      throw new EnlabError('E-FILE-FORMAT', `this is ${kind}, and no town`, { place: own.keyPlaceOf([key])!, hint });
    }
  const places = parseScenarioText(packageText(PLACES), PLACES);
  const written = parseScenarioText(packageText(BASE), BASE);
  const shipped = { ...written, value: withPlaces(written.value as PlainObject, [], written, places) };
  const frame = {
    ...frameOf(own),
    ...defined({
      days: overrides.days,
      seed: overrides.seed,
      replicates: overrides.replicates,
      realPhones: overrides.realPhones,
    }),
  };
  const said = withNamed(partOf(own, true), [], { text: own, places, readFile });
  // Without what arms say, which could hide a mistake.
  const parameters = checked(merged(shipped.value, said), [layerOf(shipped), layerOf(own)]);
  const network = networkOf(parameters, own, overrides.agents, readFile);
  const base = { ...shipped, value: merged(shipped.value, network?.implied) };
  const draft = { own, said, base, places, frame, overrides, readRisk, readFile, network };
  const { title, tags, seed, days, replicates, realPhones } = frame;
  const arms = armsOf(draft);
  const absent = knownArms(frame).filter((name) => arms.every((arm) => arm.name !== name));
  const checks = checksIn(frame.checks, own);
  // The file has enough of them; the command line asks for one.
  const isAlone = overrides.replicates === 1;
  const isUnchecked = (check: Check): boolean => speaksOf(check, absent) || (isAlone && wantsReplicates(check));
  return {
    title,
    tags,
    seed,
    days,
    replicates,
    realPhones,
    file,
    arms,
    checks: checks.filter((check) => !isUnchecked(check)),
    unchecked: checks.filter(isUnchecked).map((check) => check.text),
    ...(network && { networkFile: network.file }),
    sources: Object.fromEntries([
      ...[...base.sources, ...Object.entries(network?.sources ?? {})].filter(
        ([path]) => !isSaid(path, arms[0]!.name, own),
      ),
      ...placeSources(arms[0]!.parameters.radio.places, places),
      ...modelSources(arms[0]!.parameters.app.models),
      ...own.sources,
    ]),
  };
}

/** Whether a scenario, or its first arm, says a value itself, or a part of it: what is shipped is not its source then. */
function isSaid(path: string, arm: string, own: ScenarioText): boolean {
  const steps = path.split('.');
  return own.placeOf(steps) !== undefined || own.placeOf(['arms', arm, ...steps]) !== undefined;
}

/** Statements of a file, each with its place. */
export const checksIn = (checks: Frame['checks'], text: ScenarioText): readonly Check[] =>
  checks.map((check, k) => ({
    ...(typeof check === 'string' ? { text: check } : defined({ text: check.check, because: check.because })),
    place: text.placeOf(['checks', k])!,
  }));

/** Whether "arm.figure" of one of the arms stands in a check. */
const speaksOf = ({ text }: Check, arms: readonly string[]): boolean =>
  arms.some((name) => new RegExp(`(?<![\\w-])${name}\\.`).test(text));

/** Whether it asks for the end of an interval. */
const wantsReplicates = ({ text }: Check): boolean => /\b(?:low|high)\s*\(/.test(text);

/** Keys of the top level that are parameters, or all others. */
const partOf = ({ value }: ScenarioText, isParameter: boolean): PlainObject =>
  Object.fromEntries(
    Object.entries(value as PlainObject).filter(([key]) => parameterKeys.includes(key) === isParameter),
  );

function frameOf(own: ScenarioText): Frame {
  const { data, error } = frameSchema.safeParse(partOf(own, false));
  if (error) throw errorOf(error, [layerOf(own)], scenarioSchema);
  return data;
}

const knownArms = ({ arms }: Frame): readonly string[] => [
  ...new Set([...Object.keys(arms), ...Object.keys(BUILT_IN)]),
];

/** With values in place of names. */
const withNamed = (value: PlainObject, at: Path, { text, places, readFile }: Names): PlainObject =>
  withModels(withPlaces(value, at, text, places), at, text, readFile);

/** Where names stand, and where what they mean is. */
interface Names {
  readonly text: ScenarioText;
  readonly places: ScenarioText;
  readonly readFile: FileReader | undefined;
}

const layerOf = (text: ScenarioText): Layer => ({ text, at: [] });

/** Parameters that a run can take. Throws E-FILE-INVALID at what they are not. */
function checked(value: unknown, layers: readonly Layer[]): Parameters {
  const { data, error } = parametersSchema.safeParse(value);
  if (error) throw errorOf(error, layers, parametersSchema);
  return data;
}

interface AskedArm {
  readonly name: string;
  /** Of NAME=RULE. */
  readonly risk?: string;
}

function armsOf(draft: Draft): readonly Arm[] {
  const { frame, overrides } = draft;
  const inFile = Object.keys(frame.arms);
  const known = knownArms(frame);
  const asked: readonly AskedArm[] =
    overrides.arms?.map(askedArm) ?? (inFile.length > 0 ? inFile : known).map((name) => ({ name }));
  for (const [k, { name, risk }] of asked.entries()) {
    if (asked.findIndex((other) => other.name === name) !== k)
      throw new EnlabError('E-USAGE', `two arms have the name ${name}`);
    if (risk === undefined && !known.includes(name))
      throw new EnlabError('E-USAGE', `there is no arm ${name}`, { hint: armHint(name, known) });
  }
  assertTimeline(draft, [...known, ...asked.map(({ name }) => name)]);
  return asked.map((arm) => armOf(arm, draft));
}

const askedArm = (text: string): AskedArm => {
  const [, name, risk] = /^([^=<>]+)=(.+)$/.exec(text) ?? [];
  return name === undefined ? { name: text } : { name, risk: risk! };
};

function armHint(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  return guess === undefined
    ? `arms here: ${known.join(', ')}; or give it a rule, as in ${name}=immuni-2020-06-05`
    : `did you mean ${guess}?`;
}

/** Changes must be on days that are simulated, of arms that there are. */
function assertTimeline({ own, frame: { changes, days } }: Draft, known: readonly string[]): void {
  for (const [k, { day, arms = [] }] of changes.entries()) {
    if (day > days)
      throw new EnlabError('E-FILE-INVALID', `a change on day ${day} of a run of ${days} days`, {
        place: own.placeOf(['changes', k, 'day'])!,
        hint: 'simulate more days, or let it happen sooner',
      });
    for (const [index, name] of arms.entries())
      if (!known.includes(name))
        throw new EnlabError('E-FILE-INVALID', `there is no arm ${name}`, {
          place: own.placeOf(['changes', k, 'arms', index])!,
          hint: armHint(name, known),
        });
  }
}

function armOf({ name, risk }: AskedArm, draft: Draft): Arm {
  const {
    own,
    base,
    frame,
    network,
    overrides: { agents },
  } = draft;
  const isInFile = Object.hasOwn(frame.arms, name);
  const above = ((isInFile ? frame.arms[name] : BUILT_IN[name]) ?? {}) as PlainObject;
  const asked = {
    ...(agents !== undefined && { population: { agents } }),
    ...(risk !== undefined && { app: { risk } }),
  };
  const layers: readonly Layer[] = [
    layerOf(base),
    layerOf(own),
    ...(isInFile ? [{ text: own, at: ['arms', name] }] : []),
  ];
  const value = [
    draft.said,
    withNamed(above, ['arms', name], { text: own, places: draft.places, readFile: draft.readFile }),
    asked,
  ].reduce<unknown>(merged, base.value);
  const data = checked(value, layers);
  if (network) assertPeople(network.table, data.population.agents, placeIn(layers, ['population', 'agents']));
  const read =
    risk === undefined
      ? riskOf(data.app.risk, draft, placeIn(layers, ['app', 'risk']))
      : draft.readRisk(risk, 'command line');
  const parameters = { ...data, app: { ...data.app, risk: read } };
  return { name, parameters, changes: changesOf(name, draft), ...(network && { network: network.table }) };
}

function changesOf(name: string, draft: Draft): readonly Change[] {
  const { own, frame } = draft;
  return frame.changes
    .flatMap(({ day, arms, set: { app = {}, behaviour } }, k) => {
      if (arms?.includes(name) === false) return [];
      const place = own.placeOf(['changes', k, 'set', 'app', 'risk']) ?? { file: own.file };
      const risk = app.risk === undefined ? undefined : riskOf(app.risk, draft, place);
      return [defined({ day, risk, uploads: app.uploads, behaviour })];
    })
    .toSorted((one, other) => one.day - other.day);
}

/** An error inside of a configuration names its own place. */
const riskOf = (risk: string | Risk, { readRisk }: Draft, place: Place): Risk =>
  typeof risk === 'string' ? readNamed(place, () => readRisk(risk, 'file')) : risk;
