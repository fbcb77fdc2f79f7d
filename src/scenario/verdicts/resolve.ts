/** Exposures by name, and which of them each rule must warn of. */
import { z } from 'zod';
import { type DescribedExposure, parseExposure } from '../../../calibration/explain.ts';
import { EnlabError, type Place, placed } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { modelNamed } from '../../risk/registry.ts';
import { errorOf } from '../issues.ts';
import { readNamed } from '../network.ts';
import type { RiskReader } from '../resolve.ts';
import type { Risk } from '../schema.ts';
import type { ScenarioText } from '../text.ts';

const names = z.array(z.string());

/** The file. */
export const verdictsSchema = z.strictObject({
  title: z.string().min(1),
  tags: z.array(z.string()).default([]),
  exposures: z
    .record(z.string(), z.string())
    .refine((all) => Object.keys(all).length > 0, 'there is no exposure')
    .describe('"minutes=15 attenuation=60", days= and level= may follow'),
  rules: z
    .array(
      z.strictObject({
        rule: z.string().min(1).describe('preset, file or rule in words'),
        with: z.record(z.string(), z.unknown()).optional().describe('parameters of its model that are different here'),
        alerts: names.describe('exposures of which it warns; of the others it does not'),
        scores: z.record(z.string(), z.number()).default({}),
        fewestMinutes: z
          .int()
          .nullable()
          .optional()
          .describe('whole minutes from which on it warns at the attenuation of the first exposure; null: never'),
        mostAttenuation: z
          .int()
          .nullable()
          .optional()
          .describe('whole dB up to which it warns of the minutes of the last exposure; null: never'),
      }),
    )
    .min(1),
});

const ABOUT = {
  name: 'a table of verdicts',
  hint: 'exposures, rules and what may be said of them: docs/scenarios.md#verdicts',
};

/** What a rule must say. */
export interface ExpectedRule {
  readonly risk: Risk;
  readonly alerts: readonly string[];
  readonly scores: Readonly<Record<string, number>>;
  readonly fewestMinutes?: number | null | undefined;
  readonly mostAttenuation?: number | null | undefined;
  readonly place: Place;
}

/** A table of expectations that can be checked. */
export interface Verdicts {
  readonly title: string;
  readonly tags: readonly string[];
  readonly exposures: ReadonlyMap<string, DescribedExposure>;
  readonly rules: readonly ExpectedRule[];
}

/** Throws E-FILE-INVALID and E-PRESET-UNKNOWN with file, line and column. */
export function resolveVerdicts(text: ScenarioText, readRisk: RiskReader): Verdicts {
  const { data, error } = verdictsSchema.safeParse(text.value);
  if (error) throw errorOf(error, [{ text, at: [] }], verdictsSchema, ABOUT);
  const exposures = new Map(
    Object.entries(data.exposures).map(([name, words]) => [
      name,
      placed(text.placeOf(['exposures', name]), () => parseExposure(words)),
    ]),
  );
  const rules = data.rules.map(({ rule, with: changes, ...expected }, k) => {
    const place = text.placeOf(['rules', k])!;
    for (const name of [...expected.alerts, ...Object.keys(expected.scores)])
      assertKnown(name, [...exposures.keys()], place);
    return {
      ...expected,
      risk: readNamed(text.placeOf(['rules', k, 'rule'])!, () => changed(readRisk(rule, 'file'), changes)),
      place,
    };
  });
  return { title: data.title, tags: data.tags, exposures, rules };
}

/** The rule with other parameters, and a name that says which. Throws E-FILE-INVALID for those that its model does not have. */
function changed({ name, source }: Risk, changes: Readonly<Record<string, unknown>> | undefined): Risk {
  if (!changes) return { name, source };
  if (!source)
    throw new EnlabError('E-FILE-INVALID', 'a rule in words has no parameters', { hint: 'write another rule' });
  const { data, error } = modelNamed(source.model).parameters.safeParse({
    ...(source.parameters as object),
    ...changes,
  });
  if (error)
    throw new EnlabError(
      'E-FILE-INVALID',
      `${source.model} takes no ${JSON.stringify(changes)}: ${error.issues[0]!.message}`,
    );
  const words = Object.entries(changes).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return { name: `${name} with ${words.join(', ')}`, source: { model: source.model, parameters: data } };
}

function assertKnown(name: string, known: readonly string[], place: Place): void {
  if (known.includes(name)) return;
  const guess = nearest(name, known);
  const hint = guess === undefined ? `exposures here: ${known.join(', ')}` : `did you mean ${guess}?`;
  throw new EnlabError('E-FILE-INVALID', `there is no exposure ${name}`, { place, hint });
}
