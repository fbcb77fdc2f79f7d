/** What every JSON result starts with (contract.md 4). */
import { z } from 'zod';

/** Fields for z.strictObject. Options are echoed as they were understood, defaults included; a seed where a run drew. */
export const envelope = <Name extends string>(name: Name) => ({
  schema: z.literal(`enlab.${name}`),
  version: z.literal(1),
  seed: z.int().optional(),
  options: z.record(z.string(), z.json()),
});
