/**
 * A fit as the configuration document of an app, lossless or refused (contract.md 4): either the app decides about every
 * exposure as the result does, or there is no document but the reason why. docs/configurations.md has the table.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { EnlabError } from '../src/core/errors.ts';
import { packageText } from '../src/core/files.ts';
import {
  decidesOn,
  firstDifference,
  type MinutesRule,
  minutesAsCwaV1,
  minutesAsCwaV2,
  minutesAsDp3t,
  minutesAsEnv2,
} from '../src/risk/config/equivalents.ts';
import { encodeMessage } from '../src/risk/config/protobuf.ts';
import { type AnyTarget, binaryTargetNames, checkDocument, targetNamed } from '../src/risk/config/registry.ts';
import { cwaV1 } from '../src/risk/models/cwaV1.ts';
import { cwaV2 } from '../src/risk/models/cwaV2.ts';
import type { CwaV2Parameters } from '../src/risk/models/cwaV2Days.ts';
import { dp3t } from '../src/risk/models/dp3t.ts';
import { env1 } from '../src/risk/models/env1.ts';
import { env2 } from '../src/risk/models/env2.ts';
import { immuni } from '../src/risk/models/immuni.ts';
import type { FitResult } from './schemas.ts';

type CellRule = Extract<FitResult['best'], { D: unknown }>;
type Env2Rule = z.infer<typeof env2.parameters>;

/**
 * JSON text of the document, with the origin of its numbers under "_enlab", which apps ignore as any unknown key.
 * Throws E-LOSSY with the reason, E-USAGE for an unknown target, E-FILE-INVALID for parameters that are none.
 */
export function exportResult(result: FitResult, targetName: string): string {
  const target = targetNamed(targetName);
  const document = documentOf(result, target) as object;
  return `${JSON.stringify({ ...document, _enlab: provenance(result) }, null, 2)}\n`;
}

/**
 * Protobuf bytes of the same document, without its origin: the message has no field for it. Throws as exportResult does,
 * and E-USAGE for a target that apps load as JSON only.
 */
export function exportBytes(result: FitResult, targetName: string): Uint8Array {
  const target = targetNamed(targetName);
  if (!target.protobuf)
    throw new EnlabError('E-USAGE', `${target.name} has no protobuf form`, {
      hint: `apps load it as JSON; protobuf: ${binaryTargetNames.join(', ')}`,
    });
  return encodeMessage(target.protobuf, documentOf(result, target) as object);
}

/** The rule's own kind decides what may hold it. */
function documentOf({ best, options }: FitResult, target: AnyTarget): unknown {
  if ('D' in best) return cellDocument(best, options, target);
  if (best.model === dp3t.name) return minutesDocument(parsed(dp3t.parameters, best.parameters), options, target);
  if (best.model === env2.name) return secondsDocument(parsed(env2.parameters, best.parameters), target);
  throw refusal(target, `no document holds a rule of the model ${best.model}`);
}

/** A result is JSON that may have been edited by hand. */
function parsed<P>(schema: z.ZodType<P>, parameters: unknown): P {
  const { success, data, error } = schema.safeParse(parameters);
  if (success) return data;
  const [issue] = error.issues;
  const where = ['best.parameters', ...(issue?.path ?? [])].join('.');
  throw new EnlabError('E-FILE-INVALID', `${where}: ${issue?.message}`, {
    hint: 'export what "enlab calibrate fit --out FILE" wrote',
  });
}

const refusal = ({ name }: AnyTarget, reason: string, hint?: string): EnlabError =>
  new EnlabError('E-LOSSY', `${name} cannot hold this result: ${reason}`, hint === undefined ? {} : { hint });

/** The document of parameters, and the parameters that an app reads out of it. */
function held(target: AnyTarget, parameters: unknown): { readonly document: unknown; readonly decoded: unknown } {
  const { document, issues } = checkDocument(target, target.encode(parameters));
  const [issue] = issues;
  if (issue) throw refusal(target, `${issue.path.join('.')} ${issue.message}`);
  return { document, decoded: target.decode(document) };
}

/** Tables and a threshold on their product. Products are integers, so "> T" is ">= T + 1". */
function cellDocument(
  { D, A, threshold, operator }: CellRule,
  options: FitResult['options'],
  target: AnyTarget,
): unknown {
  if (target.model.name !== immuni.name && target.model.name !== env1.name)
    throw refusal(target, 'the result is a D x A rule, the document a rule on minutes');
  // With ENv1 every app floors to whole minutes and closes its classes on the right (risk-models.md 1.1).
  if (options['durationEdge'] !== 'bucket')
    throw refusal(
      target,
      `the result reads durations with --duration-edge ${JSON.stringify(options['durationEdge'] ?? null)}, apps as with bucket`,
      'fit with --duration-edge bucket, which is the default',
    );
  // Fitted thresholds lie strictly between two products and stay as they are, under both operators.
  const isTie = D.some((d) => A.some((a) => d * a === threshold));
  const reached = operator === '>' && isTie ? threshold + 1 : threshold;
  const { data, error } = target.model.parameters.safeParse({ D, A, threshold: reached, operator: '>=' });
  if (error) throw refusal(target, `${error.issues[0]?.path.join('.')} ${error.issues[0]?.message}`);
  return held(target, data).document;
}

/** Weighted minutes of a day: in their own document always, in others where nothing is rounded (equivalents.ts). */
function minutesDocument(rule: MinutesRule, options: FitResult['options'], target: AnyTarget): unknown {
  switch (target.model.name) {
    case dp3t.name: {
      const { document, decoded } = held(target, minutesAsDp3t(rule));
      const { lastDays } = decoded as MinutesRule;
      if (lastDays !== rule.lastDays)
        throw refusal(target, `the app looks back ${lastDays} days, not ${rule.lastDays}`);
      return alike(rule, target, document, [decoded], 'its trigger is a whole number of minutes, compared with >=');
    }
    case env2.name: {
      requireWholeMinutes(options, target);
      const { document, decoded } = held(target, minutesAsEnv2(rule));
      return alike(rule, target, document, roundings(decoded as Env2Rule), 'the app sums weighted seconds');
    }
    case cwaV1.name: {
      requireWholeMinutes(options, target);
      if (options['oneDay'] !== true) throw refusal(target, 'the app sums over all days, the result over each one');
      const { document, decoded } = held(target, minutesAsCwaV1(rule));
      const platforms = ['android', 'ios'].map((platform) => ({ ...(decoded as object), platform }));
      const because = 'Android counts at most 30 minutes of each bucket, and the sum is rounded to 0.01';
      return alike(rule, target, document, platforms, because);
    }
    case cwaV2.name: {
      requireWholeMinutes(options, target);
      if (options['oneAttenuation'] !== true)
        throw refusal(target, 'the app goes by the smallest attenuation of every scan, the result by the typical one');
      const { document, decoded } = held(target, minutesAsCwaV2(rule));
      const { platform } = decoded as CwaV2Parameters;
      const because = platform === 'android' ? "Android rounds a day's sum to 0.1 minutes" : 'the app sums in seconds';
      return alike(rule, target, document, nudgedMinutes(decoded as CwaV2Parameters), because);
    }
    default:
      throw refusal(target, 'the result is a rule on minutes, the document a D x A rule');
  }
}

function requireWholeMinutes(options: FitResult['options'], target: AnyTarget): void {
  if (options['wholeMinutes'] !== true)
    throw refusal(target, "the result rounds every bucket's time up to whole minutes, the app does not round");
}

/** The document, if all that apps may read out of it decide every day as the rule does. */
function alike(
  rule: MinutesRule,
  target: AnyTarget,
  document: unknown,
  readings: readonly unknown[],
  because: string,
): unknown {
  const [lower, higher] = rule.thresholds;
  for (const reading of readings) {
    const own = decidesOn(dp3t, rule, rule);
    const difference = firstDifference(rule, own, decidesOn(target.model, reading, rule));
    if (!difference) continue;
    const { low, middle } = difference;
    const verdict = own(difference) ? 'alert' : 'do not alert';
    const day = `${low} min below ${lower} dB and ${middle} min from there to below ${higher} dB`;
    throw refusal(target, `${because}; ${day} ${verdict} in the result, in the app the opposite may happen`);
  }
  return document;
}

/**
 * Weighted seconds are summed scan by scan. With weights such as 1 or 0.4 every sum is exact; with others its last digit
 * depends on the order, and must not decide: the rule has to hold a hair above and below.
 */
function roundings(own: Env2Rule): readonly Env2Rule[] {
  const nudged = (factor: number) => own.weights.map((weight) => (sumsExactly(weight) ? weight : weight * factor));
  return [1 - 1e-9, 1 + 1e-9].map((factor) => ({ ...own, weights: nudged(factor) as unknown as Env2Rule['weights'] }));
}

/** The same for CWA v2, which sums weighted seconds too. */
function nudgedMinutes(own: CwaV2Parameters): readonly CwaV2Parameters[] {
  const nudged = (factor: number) =>
    own.minutesAtAttenuationWeights.map(({ attenuationRange, weight }) => ({
      attenuationRange,
      weight: sumsExactly(weight) ? weight : weight * factor,
    }));
  return [1 - 1e-9, 1 + 1e-9].map((factor) => ({ ...own, minutesAtAttenuationWeights: nudged(factor) }));
}

/** Whether 1, 2, .. 1,440 minutes of one scan weigh whole seconds, which doubles add without rounding. */
const sumsExactly = (weight: number): boolean =>
  Array.from({ length: 1440 }, (_, k) => weight * (60 * (k + 1))).every(Number.isInteger);

/** A rule of ENv2 itself. On whole dB, "below t" is "at most t - 1". */
function secondsDocument(own: Env2Rule, target: AnyTarget): unknown {
  if (target.model.name !== env2.name) throw refusal(target, 'the result is a rule of ENv2 daily summaries');
  if (own.operator !== '>=') throw refusal(target, 'apps alert when the threshold is reached, the result above it');
  const shift = own.boundary === 'open' ? 1 : 0;
  const thresholds = own.thresholds.map((edge) => edge - shift);
  const { document, decoded } = held(target, { ...own, thresholds, boundary: 'closed' });
  const read = decoded as Env2Rule;
  if (read.minimumWindowScore !== own.minimumWindowScore)
    throw refusal(target, 'the app knows no minimum window score');
  if (!isDeepStrictEqual(weightsOf(read), weightsOf(own))) throw refusal(target, 'its percentages have fewer digits');
  return document;
}

const weightsOf = (own: Env2Rule) => [own.weights, own.reportTypeWeights, own.infectiousnessWeights];

/** Where the numbers come from: enough to repeat the fit and to know how far to trust it. */
function provenance({ schema, seed, options, data, best, unidentified, certificate }: FitResult) {
  const { version } = JSON.parse(packageText('package.json')) as { version: string };
  const { n, positives, negatives, unknown, files } = data;
  return {
    version,
    source: schema,
    seed: seed ?? null,
    objective: { name: options['objective'] ?? null, ...best.objective },
    data: { n, positives, negatives, unknown, files },
    options,
    unidentified,
    certificate,
    notes: notesOf(best, options),
  };
}

/** What holds for the round trip on the same trace with the same options, but not for a phone. */
function notesOf(best: FitResult['best'], { reduce }: FitResult['options']): readonly string[] {
  if (!('D' in best)) return [];
  const capped =
    best.D[6] === best.D[7]
      ? []
      : ['D8 is never reached on a phone: frameworks report at most 30 minutes. Fit with --duration-cap 30.'];
  if (reduce !== 'cumulative' && reduce !== 'auto') return capped;
  return [
    ...capped,
    'The fit put histograms into a cell of every attenuation class, by the time at or below its upper edge; apps use the ' +
      'mean attenuation of an exposure and may decide otherwise. "calibrate check" with the same options decides alike.',
  ];
}
