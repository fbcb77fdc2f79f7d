/** What a scenario gave when somebody last looked at it and found it right: any other result is a change that must be explained. */
import { z } from 'zod';
import { EnlabError } from '../core/errors.ts';
import type { Facts } from './checks.ts';
import { estimateText } from './figures.ts';
import { estimate, type SimulateResult } from './result.ts';

/** What computed it. All engines that are supported give the same; where one does not, this says which. */
export type Engine = z.infer<typeof engine>;
const engine = z.strictObject({ node: z.string(), v8: z.string(), architecture: z.string() });

const baselineSchema = z.strictObject({
  format: z.literal('enlab-baseline'),
  version: z.literal(1),
  engine,
  seed: z.int(),
  data: z.record(z.string(), z.int()),
  arms: z.record(z.string(), z.strictObject({ digests: z.array(z.string()), figures: z.record(z.string(), estimate) })),
});
/** Kept beside the scenario as JSON: figures with intervals, and digests of single runs. */
export type Baseline = z.infer<typeof baselineSchema>;

/** One figure that is not what it was. */
export interface Difference {
  /** "default.infections" */
  readonly name: string;
  readonly was: string;
  readonly is: string;
}

/** Of simulated towns. */
export const keptOf = ({ seed, data, arms }: SimulateResult): Omit<Baseline, 'engine'> => ({
  format: 'enlab-baseline',
  version: 1,
  seed: seed!,
  data,
  arms: Object.fromEntries(arms.map(({ name, digests, figures }) => [name, { digests, figures }])),
});

/** Of facts without chance, by whom or what they are about. */
export const keptFacts = (seed: number, facts: Facts): Omit<Baseline, 'engine'> => ({
  format: 'enlab-baseline',
  version: 1,
  seed,
  data: {},
  arms: Object.fromEntries(
    Object.entries(facts).map(
      ([
        name,
        {
          figures: [own],
        },
      ]) => [
        name,
        {
          digests: [],
          figures: Object.fromEntries(
            Object.entries(own!).map(([figure, value]) => [figure, { value, low: null, high: null }]),
          ),
        },
      ],
    ),
  ),
});

export const baselineText = (baseline: Baseline): string => `${JSON.stringify(baseline, null, 2)}\n`;

/** Throws E-FILE-INVALID for what is no baseline. */
export function parseBaseline(text: string, file: string): Baseline {
  const hint = 'write it anew with --update --because TEXT';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EnlabError('E-FILE-INVALID', 'this baseline is not JSON', { place: { file }, hint });
  }
  const { data, error } = baselineSchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  throw new EnlabError('E-FILE-INVALID', `this is no baseline: ${issue!.path.join('.')} ${issue!.message}`, {
    place: { file },
    hint,
  });
}

/** Empty where every run was the same to the last infection. */
export function differencesTo(before: Baseline, now: Baseline): readonly Difference[] {
  const names = [...new Set([...Object.keys(before.arms), ...Object.keys(now.arms)])];
  return [
    ...differing('data', JSON.stringify(before.data), JSON.stringify(now.data)),
    ...names.flatMap((name) => armDifferences(name, before.arms[name], now.arms[name])),
  ];
}

type ArmBaseline = Baseline['arms'][string];

function armDifferences(name: string, before?: ArmBaseline, now?: ArmBaseline): readonly Difference[] {
  if (!before || !now) return differing(name, before ? 'an arm' : 'no arm', now ? 'an arm' : 'no arm');
  const figures = [...new Set([...Object.keys(before.figures), ...Object.keys(now.figures)])].flatMap((figure) =>
    differing(`${name}.${figure}`, estimateText(before.figures[figure]), estimateText(now.figures[figure])),
  );
  // Runs may differ in who was infected, and in no figure.
  return figures.length > 0
    ? figures
    : differing(`${name}, run by run`, before.digests.join(' '), now.digests.join(' '));
}

const differing = (name: string, was: string, is: string): readonly Difference[] =>
  was === is ? [] : [{ name, was, is }];
