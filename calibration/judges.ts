/** Anything that decides about exposures: a preset, a rule in words, an exported configuration. */
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { exceeds, type Operator, type Trail, type Verdict } from '../src/risk/model.ts';
import { findPreset } from '../src/risk/presets.ts';
import { isCumulative, meanAttenuation, minutesBelow, type Reading, totalMinutes } from '../src/risk/reading.ts';
import { modelNamed } from '../src/risk/registry.ts';
import type { Alerts } from './estimates.ts';
import { flags, type Lattice, type RuleId } from './lattice.ts';
import type { Subject } from './subjects.ts';

export type JudgeKind = 'preset' | 'rule' | 'file';

export interface Judge {
  readonly name: string;
  readonly kind: JudgeKind;
  readonly assess: (group: readonly Exposure[], reading: Reading, trail?: Trail) => Verdict;
  /** Which factors the verdict takes from --days and --transmission-level where a trace lacks them. */
  readonly dependsOn: { readonly days: boolean; readonly transmissionLevel: boolean };
  /** Model and parameters; absent for a rule in words. */
  readonly source?: { readonly model: string; readonly parameters: unknown };
  /** Options of the fit that a configuration came from, where it says. */
  readonly fitted?: Readonly<Record<string, unknown>>;
}

/** Judge of a model with parameters that are checked first. */
export function modelJudge(name: string, kind: JudgeKind, model: string, parameters: unknown): Judge {
  const own = modelNamed(model);
  const checked = own.parameters.parse(parameters);
  return {
    name,
    kind,
    assess: (group, reading, trail) => own.assess(group, checked, reading, trail),
    dependsOn: own.dependsOn(checked),
    source: { model, parameters: checked },
  };
}

/** A judge as data, for files and other threads: without a model it is a rule in words. */
export const judgeFrom = ({
  name,
  source,
}: {
  readonly name: string;
  readonly source?: Judge['source'] | undefined;
}): Judge => (source ? modelJudge(name, 'file', source.model, source.parameters) : ruleJudge(name));

/** Judge of a published preset. Throws E-PRESET-UNKNOWN. */
export function presetJudge(name: string): Judge {
  const preset = findPreset(name);
  return modelJudge(preset.name, 'preset', preset.model, preset.parameters);
}

interface Condition {
  readonly operator: '<=' | '<' | '>' | '>=';
  readonly limit: number;
}

/**
 * Judge of "attenuation<=70 minutes>15": minutes at or below that attenuation for histograms, total minutes with the
 * mean attenuation otherwise (contract.md 4). It alerts when any exposure of the group satisfies it.
 */
export function ruleJudge(text: string): Judge {
  const conditions = parseConditions(text);
  const minutes = conditions.get('minutes') ?? { operator: '>', limit: 0 };
  const attenuation = conditions.get('attenuation') ?? { operator: '<=', limit: 255 };
  if (minutes.operator.startsWith('<') || attenuation.operator.startsWith('>')) throw badRule(text);
  const time = (exposure: Exposure, reading: Reading): number => {
    const closed = attenuation.operator === '<=';
    if (isCumulative(exposure, reading)) return minutesBelow(exposure, attenuation.limit, closed, reading);
    const mean = Math.round(meanAttenuation(exposure, reading));
    return mean < attenuation.limit || (closed && mean === attenuation.limit) ? totalMinutes(exposure, reading) : 0;
  };
  return {
    name: text,
    kind: 'rule',
    dependsOn: { days: false, transmissionLevel: false },
    assess: (group, reading, trail) => {
      const score = group.reduce((most, exposure) => Math.max(most, time(exposure, reading)), 0);
      const operator = minutes.operator as Operator;
      const because = `longest time at attenuation ${attenuation.operator} ${attenuation.limit} dB`;
      trail?.push({ what: 'minutes', value: score, because });
      return { score, operator, threshold: minutes.limit, alert: exceeds(score, operator, minutes.limit) };
    },
  };
}

function parseConditions(text: string): ReadonlyMap<string, Condition> {
  const conditions = new Map<string, Condition>();
  const joined = text.trim().replaceAll(/(\d)\s+(dB|min)\b/gi, '$1$2');
  for (const part of joined.split(/\s+(?:and\s+)?/i)) {
    const [name, condition] = parseCondition(part, text);
    if (conditions.has(name)) throw badRule(text, `the rule "${text}" limits ${name} twice`);
    conditions.set(name, condition);
  }
  return conditions;
}

function parseCondition(part: string, text: string): readonly [string, Condition] {
  const match = /^(minutes|attenuation)(<=|>=|<|>)(\d+(?:\.\d+)?)(dB|min)?$/i.exec(part);
  if (!match) throw badRule(text);
  const [, name, operator, limit, unit] = match;
  const own = name!.toLowerCase();
  if (unit !== undefined && unit.toLowerCase() !== UNITS[own])
    throw badRule(text, `the rule "${text}" has ${own} in ${unit}`);
  return [own, { operator: operator as Condition['operator'], limit: Number(limit) }];
}

/** Units that may stand behind a limit, by what it limits. */
const UNITS: Readonly<Record<string, string>> = { minutes: 'min', attenuation: 'db' };

const badRule = (text: string, message = `cannot read the rule "${text}"`): EnlabError =>
  new EnlabError('E-USAGE', message, {
    hint: 'write "attenuation<=70 minutes>15": an upper limit in dB and a lower limit in minutes',
  });

/** Why a judge can say nothing about data that are cells (or not); null where it can. */
export function obstacleTo({ source }: Judge, isCells: boolean): string | null {
  const readsCells = source && modelNamed(source.model).readsCells && usesFrameworkGrid(source.parameters);
  return readsCells || !isCells ? null : 'the data are cells, without minutes and dB';
}

/** True where an aggregated table is among the data: its rows have a cell of the framework's grid and nothing else. */
export const areCells = (subjects: readonly Subject[]): boolean =>
  subjects.some(({ exposures }) => exposures.some(({ cell }) => cell !== undefined));

/** Throws E-UNDEFINED where one of the judges can say nothing about these data. */
export function requireJudgeable(judges: readonly Judge[], subjects: readonly Subject[]): void {
  const isCells = areCells(subjects);
  for (const judge of judges) {
    const obstacle = obstacleTo(judge, isCells);
    if (obstacle !== null)
      throw new EnlabError('E-UNDEFINED', `${judge.name} cannot judge this trace: ${obstacle}`, {
        hint: 'pass a trace with minutes and attenuation, or a D x A preset such as immuni-2020-06-05',
      });
  }
}

/** Decisions about subjects, 1 = alert. */
export const decisions = (judge: Judge, subjects: readonly Subject[], reading: Reading): Alerts =>
  decisionsOfAll([judge], subjects, reading)[0]!;

/** Decisions of several judges, one array a judge; subject by subject, as fetching exposures is what costs. */
export function decisionsOfAll(
  judges: readonly Judge[],
  subjects: readonly Subject[],
  reading: Reading,
): readonly Alerts[] {
  const alerts = judges.map(() => new Uint8Array(subjects.length));
  for (const [subject, { exposures }] of subjects.entries())
    for (const [k, judge] of judges.entries()) alerts[k]![subject] = judge.assess(exposures, reading).alert ? 1 : 0;
  return alerts;
}

/**
 * The rule of the lattice that a judge is, or null when it is none: its verdict depends on more than the cells, or
 * it is not monotone. Only models that take the highest product of a single exposure qualify.
 */
export function latticeRule(judge: Judge, lattice: Lattice, reading: Reading): RuleId | null {
  const { source, dependsOn } = judge;
  const isDecidedByCell = source && modelNamed(source.model).decidesByCell && usesFrameworkGrid(source.parameters);
  if (!isDecidedByCell || dependsOn.days || dependsOn.transmissionLevel) return null;
  const alerts = (row: number, column: number): boolean =>
    judge.assess([{ slices: [], cell: [row, column], weight: 1 }], reading).alert;
  const grid = Array.from({ length: lattice.rows }, (_, row) =>
    Array.from({ length: lattice.columns }, (__, column) => alerts(row, column)),
  );
  for (let rule = 0; rule < lattice.size; rule++)
    if (grid.every((cells, row) => cells.every((flagged, column) => flagged === flags(lattice, rule, row, column))))
      return rule;
  return null;
}

/** The DPIA prints other edges: its cells are not those of the lattice. */
function usesFrameworkGrid(parameters: unknown): boolean {
  const { a5Edge = 27, thirtyPlus = false } = parameters as { a5Edge?: number; thirtyPlus?: boolean };
  return a5Edge === 27 && !thirtyPlus;
}
