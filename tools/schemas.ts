/**
 * schemas/*.generated.json: the JSON Schema of every JSON that enlab writes, for editors and for scripts that read
 * results. `npm run schemas` writes them; test/calibration/schemas.test.ts keeps files and code equal.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import * as results from '../calibration/schemas.ts';
import * as keyResults from '../cli/schemas.ts';
import { recordSchema } from '../src/core/records.ts';
import * as keyFiles from '../src/protocol/export/schemas.ts';
import { fitPathLossSchema } from '../src/scenario/placeFit/result.ts';
import { policySchema } from '../src/scenario/policy/result.ts';
import { simulateSchema } from '../src/scenario/result.ts';
import { parametersSchema, scenarioSchema } from '../src/scenario/schema.ts';
import { everyStepSchema, storySchema } from '../src/scenario/story/schema.ts';
import { verdictsSchema } from '../src/scenario/verdicts/resolve.ts';

const folder = new URL('../schemas/', import.meta.url);

/** File name without its end -> schema of what it describes. */
export const schemas = {
  'backend-authorise-otp': keyResults.backendAuthoriseOtpSchema,
  'backend-backup': keyResults.backendBackupSchema,
  'backend-clock': keyResults.backendClockSchema,
  'backend-configure': keyResults.backendConfigureSchema,
  'backend-generate-keys': keyFiles.generateKeysSchema,
  'backend-inspect': keyFiles.backendInspectSchema,
  'backend-publish': keyResults.backendPublishSchema,
  'backend-purge': keyResults.backendPurgeSchema,
  'backend-report-test': keyResults.backendReportTestSchema,
  'backend-issue-teletan': keyResults.backendIssueTeletanSchema,
  'backend-leak-test': keyResults.backendLeakTestSchema,
  'backend-crash-test': keyResults.backendCrashTestSchema,
  'backend-conform': keyResults.backendConformSchema,
  'backend-retention': keyResults.backendRetentionSchema,
  'backend-status': keyResults.backendStatusSchema,
  'backend-verify': keyFiles.backendVerifySchema,
  'calibrate-check': results.checkSchema,
  'calibrate-compare': results.compareSchema,
  'calibrate-curve': results.curveSchema,
  'calibrate-explain': results.explainSchema,
  'calibrate-fit': results.fitSchema,
  'calibrate-lint': results.lintSchema,
  'calibrate-whatif': results.whatifSchema,
  'backend-leak-sequence': keyResults.backendLeakSequenceSchema,
  'device-status': keyResults.deviceStatusSchema,
  identifiers: keyResults.identifiersSchema,
  'otp-check': keyResults.otpCheckSchema,
  'otp-new': keyResults.otpNewSchema,
  match: keyResults.matchSchema,
  policy: policySchema,
  presets: results.presetsSchema,
  'scenario-run': keyResults.scenarioRunSchema,
  simulate: simulateSchema,
  'replay-line': results.replaySchema,
  'teletan-check': keyResults.teleTanCheckSchema,
  'teletan-new': keyResults.teleTanNewSchema,
  'trace-fit-path-loss': fitPathLossSchema,
  'trace-inspect': results.inspectSchema,
  'trace-record': recordSchema,
} as const;

type JsonSchema = Record<string, unknown> & { readonly properties?: Readonly<Record<string, JsonSchema>> };

const NAMED = /^(?:radio\.places\.\w+|app\.models)$/;

/** What people write: any parameter may be missing, or stand with its source. Adds what it refers to. */
function written(schema: JsonSchema, path: string, definitions: Record<string, JsonSchema>): JsonSchema {
  const { required: _, properties, description, ...rest } = schema;
  const inner = Object.entries(properties ?? {}).map(
    ([key, below]) => [key, written(below, `${path}.${key}`, definitions)] as const,
  );
  definitions[path] = properties ? { ...rest, properties: Object.fromEntries(inner) } : rest;
  const value = { $ref: `#/$defs/${path}` };
  const sourced = {
    type: 'object',
    properties: { value, source: { type: 'string' } },
    required: ['value', 'source'],
    additionalProperties: false,
  };
  // Places may be named, and changed in parts; so may phone models be named.
  const named = NAMED.test(path) ? [{ type: 'string' }] : [];
  return { ...(description !== undefined && { description }), anyOf: [value, ...named, sourced] };
}

/** A town; what it says of parameters is in `$defs`. */
function townForEditors(): JsonSchema {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input' }) as JsonSchema;
  const $defs: Record<string, JsonSchema> = {};
  const keys = Object.keys(parametersSchema.shape);
  const parameters = Object.fromEntries(keys.map((key) => [key, written(schema.properties![key]!, key, $defs)]));
  const arm = { type: ['object', 'null'], properties: parameters, additionalProperties: false };
  const arms = { ...schema.properties!['arms'], additionalProperties: arm };
  return { ...schema, properties: { ...schema.properties, ...parameters, arms }, required: ['title'], $defs };
}

/** A story, whose steps are of one kind each. */
function storyForEditors(): JsonSchema {
  const schema = z.toJSONSchema(storySchema, { io: 'input' }) as JsonSchema;
  const steps = everyStepSchema.map((step) => withoutDialect(z.toJSONSchema(step, { io: 'input' }) as JsonSchema));
  const timeline = { ...schema.properties!['timeline'], items: { anyOf: steps } };
  return { ...schema, properties: { ...schema.properties, timeline } };
}

const withoutDialect = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));

/** For editors: completion, units and ranges while a scenario of any kind is written. */
function scenarioForEditors(): JsonSchema {
  const { $schema, $defs, ...town } = townForEditors();
  const verdicts = z.toJSONSchema(verdictsSchema, { io: 'input' }) as JsonSchema;
  const kinds = [town, withoutDialect(storyForEditors()), withoutDialect(verdicts)];
  return { $schema, $defs, type: 'object', anyOf: kinds };
}

/** Text of every file by its name. */
export const schemaFiles = (): ReadonlyMap<string, string> =>
  new Map(
    [
      ...Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema)] as const),
      ['scenario', scenarioForEditors()] as const,
    ].map(([name, schema]) => [`${name}.generated.json`, `${JSON.stringify(schema, null, 2)}\n`]),
  );

/** What lies in the folder, by name. */
export const committedFiles = (): readonly string[] => readdirSync(folder).toSorted();

if (import.meta.url === `file://${process.argv[1]}`)
  for (const [name, text] of schemaFiles()) writeFileSync(new URL(name, folder), text);
