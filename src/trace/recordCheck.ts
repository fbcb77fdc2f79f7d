/**
 * Checks records at nearly the speed of JSON.parse. zod alone would halve the speed of an import, so a predicate is
 * compiled from the very schema (by way of its JSON Schema); a record that it does not accept is judged, stripped of
 * unknown fields and explained by zod. The predicate may only say "certainly valid", never "invalid".
 */
import { z } from 'zod';
import { type AttenuationHistogram, recordSchema, refinements, type TraceRecord } from '../core/records.ts';

type Check = (value: unknown) => boolean;
type Json = z.core.JSONSchema.BaseSchema;
type Fields = Readonly<Record<string, unknown>>;

/** A schema that says something this compiler does not know accepts nothing: its records go to zod. */
function compile(schema: Json): Check {
  if (schema.anyOf) {
    const parts = schema.anyOf.map(compile);
    return (value) => parts.some((check) => check(value));
  }
  if (Array.isArray(schema.type)) return compile({ anyOf: schema.type.map((type) => ({ ...schema, type })) });
  if (schema.const !== undefined) return (value) => value === schema.const;
  switch (schema.type) {
    case 'null':
      return (value) => value === null;
    case 'string':
      return stringCheck(schema);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'number':
      return rangeCheck(schema, Number.isFinite);
    case 'integer':
      return rangeCheck(schema, Number.isSafeInteger);
    case 'array':
      return arrayCheck(schema);
    case 'object':
      return objectCheck(schema);
    default:
      return () => false;
  }
}

function stringCheck({ pattern }: Json): Check {
  if (pattern === undefined) return (value) => typeof value === 'string';
  const expression = new RegExp(pattern);
  return (value) => typeof value === 'string' && expression.test(value);
}

function rangeCheck(schema: Json, isNumber: (value: unknown) => boolean): Check {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  const above = Number(schema.exclusiveMinimum ?? -Infinity);
  const isInside = (value: number): boolean => value >= minimum && value <= maximum && value > above;
  return (value) => isNumber(value) && isInside(value as number);
}

function arrayCheck({ minItems = 0, maxItems = Infinity, prefixItems, items }: Json): Check {
  const first = prefixItems?.map((part) => compile(part as Json)) ?? [];
  const others = compile((items || {}) as Json);
  return (value) =>
    Array.isArray(value) &&
    value.length >= minItems &&
    value.length <= maxItems &&
    value.every((item, k) => (first[k] ?? others)(item));
}

/** Closed: a field that the schema does not have makes the object unknown to it. */
function objectCheck({ properties = {}, required = [] }: Json): Check {
  const fields = new Map(Object.entries(properties).map(([name, schema]) => [name, compile(schema as Json)]));
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    for (const name in value) {
      const check = fields.get(name);
      if (check === undefined || !check((value as Fields)[name])) return false;
    }
    for (const name of required) if ((value as Fields)[name] === undefined) return false;
    return true;
  };
}

/** Compiled checks by record type. */
const checks = new Map<unknown, Check>(
  (z.toJSONSchema(recordSchema).oneOf ?? []).map((schema) => [
    (schema.properties?.['type'] as Json | undefined)?.const,
    compile(schema),
  ]),
);

/** True only for values that recordSchema accepts and would return as they are. */
export function isKnownRecord(value: unknown): value is TraceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { type } = value as { type?: unknown };
  if (!checks.get(type)?.(value)) return false;
  if (type === 'histogram') return refinements.histogram(value as AttenuationHistogram);
  return type !== 'exposure' || refinements.exposure(value);
}

/** The record without unknown fields, whose names go to `onUnknown`; or what is wrong with it. */
export function checkRecord(value: unknown, onUnknown: (field: string) => void): TraceRecord | { problem: string } {
  if (isKnownRecord(value)) return value;
  const { success, data, error } = recordSchema.safeParse(value);
  if (!success) return { problem: explain(value, error) };
  reportUnknown(value, data, '', onUnknown);
  return data;
}

function explain(value: unknown, error: z.ZodError): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a record is a JSON object';
  const [issue] = error.issues;
  if (issue?.path[0] === 'type') return `type must be one of ${[...checks.keys()].join(', ')}`;
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}

/** Array indices are left out of the names: "scans.rssi". */
function reportUnknown(given: unknown, kept: unknown, path: string, onUnknown: (field: string) => void): void {
  if (typeof given !== 'object' || given === null) return;
  for (const [name, value] of Object.entries(given)) {
    const field = Array.isArray(given) ? path : `${path}${path && '.'}${name}`;
    if (Object.hasOwn(kept as Fields, name)) reportUnknown(value, (kept as Fields)[name], field, onUnknown);
    else onUnknown(field);
  }
}
