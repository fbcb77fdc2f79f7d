/** docs/parameters.md: every parameter of a town with unit, range, shipped value and source. `npm run docs:parameters`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { presetJudge } from '../calibration/judges.ts';
import { isPlainObject } from '../src/scenario/merge.ts';
import { type RiskReader, resolveScenario } from '../src/scenario/resolve.ts';
import { parametersSchema } from '../src/scenario/schema.ts';

const page = new URL('../docs/parameters.md', import.meta.url);

interface Described {
  readonly description?: string;
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Described>>;
}

/** Paths of all values with what the schema says of them; descriptions of what is around come first. */
function described(
  schema: Described,
  path: readonly string[],
  around: readonly string[],
): readonly (readonly [string, Described, string])[] {
  const words = [...around, ...(schema.description === undefined ? [] : [schema.description])];
  if (!schema.properties) return [[path.join('.'), schema, words.join(': ')]];
  return Object.entries(schema.properties).flatMap(([key, inner]) => described(inner, [...path, key], words));
}

function rangeOf({ type, minimum, maximum, exclusiveMinimum, enum: names }: Described): string {
  if (names) return names.join(', ');
  if (type === 'array') return 'list';
  if (type !== 'number' && type !== 'integer') return type ?? 'name, file or words';
  const low = exclusiveMinimum === undefined ? String(minimum) : `above ${exclusiveMinimum}`;
  return `${type === 'integer' ? 'whole, ' : ''}${low} to ${maximum}`;
}

const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (isPlainObject(inner) ? inner[key] : undefined), value);

function sourceOf(path: string, sources: Readonly<Record<string, string>>): string {
  const steps = path.split('.');
  return (
    steps.map((_, k) => sources[steps.slice(0, steps.length - k).join('.')]).find((source) => source !== undefined) ??
    ''
  );
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const readRisk: RiskReader = (name) => ({ name, source: presetJudge(name).source! });

export function parametersPage(): string {
  const { arms, sources } = resolveScenario('title: shipped\n', 'shipped.yaml', readRisk, { arms: ['default'] });
  const { parameters } = arms[0]!;
  const shown = { ...parameters, app: { ...parameters.app, risk: parameters.app.risk.name } };
  const rows = described(z.toJSONSchema(parametersSchema, { io: 'input' }) as Described, [], []).map(
    ([path, schema, words]) => {
      const value = JSON.stringify(valueAt(shown, path)) ?? '';
      return `| \`${path}\` | ${cell(words)} | ${rangeOf(schema)} | ${cell(value.length > 60 ? `${value.slice(0, 57)}...` : value)} | ${cell(sourceOf(path, sources))} |`;
    },
  );
  return `# Parameters of simulated towns

What a [scenario](scenarios.md) may say, with unit, range, and what is shipped (\`scenarios/parameters/base.yaml\`, \`places.yaml\`). This page is written by \`npm run docs:parameters\`.
Each value may stand with its source, \`{ value: .., source: ".." }\`. A log-normal has \`median\` and \`sigma\`: half of the values lie below the median, two thirds within a factor of exp(sigma).

| parameter | what it is | range | shipped | source |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

export const committedPage = (): string => readFileSync(page, 'utf8');

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync(page, parametersPage());
