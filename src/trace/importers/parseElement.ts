import type { z } from 'zod';
import { EnlabError } from '../../core/errors.ts';
import type { JsonElement } from './jsonElements.ts';

/** The element as the schema wants it, or E-FILE-INVALID: "window 3: scanInstances.0.minAttenuationDb: ...". */
export function parseElement<T>(
  schema: z.ZodType<T>,
  what: string,
  { value, number, place }: JsonElement,
  hint?: string,
): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const message = [`${what} ${number}`, issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  throw new EnlabError('E-FILE-INVALID', message, { place, ...(hint && { hint }) });
}
