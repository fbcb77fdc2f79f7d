/** JSON results of the commands about keys and identifiers (contract.md 4). tools/schemas.ts writes them to schemas/. */
import { z } from 'zod';

/** What every result starts with. Options are echoed as they were understood, defaults included. */
const envelope = <Name extends string>(name: Name) => ({
  schema: z.literal(`enlab.${name}`),
  version: z.literal(1),
  seed: z.int().optional(),
  options: z.record(z.string(), z.json()),
});

const hex = z.string().regex(/^[0-9a-f]*$/);
/** ENIntervalNumber. */
const interval = z.int().min(0).max(0xffff_ffff);

export const identifiersSchema = z.strictObject({
  ...envelope('identifiers'),
  data: z.strictObject({ n: z.int() }),
  tek: hex,
  /** Made by a simulation. */
  simulated: z.boolean(),
  rollingStartIntervalNumber: interval,
  rpik: hex,
  aemk: hex,
  /** Before encryption. */
  metadata: hex,
  identifiers: z.array(z.strictObject({ interval, time: z.string(), rpi: hex, aem: hex, frame: hex })),
});
export type IdentifiersResult = z.infer<typeof identifiersSchema>;
