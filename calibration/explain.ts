/** One exposure judged step by step, and the smallest changes that would flip the verdict. */
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import type { Step, Verdict } from '../src/risk/model.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { Judge } from './judges.ts';
import type { ExplainResult } from './schemas.ts';

/** Ranges within which flips are looked for: a day of minutes, every attenuation the framework can store. */
const LIMITS = { minutes: 1440, attenuation: 255 } as const;
type Input = keyof typeof LIMITS;

export interface DescribedExposure {
  readonly minutes: number;
  readonly attenuation: number;
  readonly days?: number;
  readonly level?: number;
}

/** Exposure from "minutes=15 attenuation=60 days=2 level=5". Throws E-USAGE. */
export function parseExposure(text: string): DescribedExposure {
  const values = new Map<string, number>();
  for (const part of text.trim().split(/\s+/)) {
    const match = /^(minutes|attenuation|days|level)=(\d+(?:\.\d+)?)$/i.exec(part);
    if (!match) throw badExposure(`cannot read "${part}" in the exposure`);
    const name = match[1]!.toLowerCase();
    if (values.has(name)) throw badExposure(`the exposure has ${name} twice`);
    values.set(name, Number(match[2]));
  }
  const [minutes, attenuation] = [values.get('minutes'), values.get('attenuation')];
  if (minutes === undefined || attenuation === undefined)
    throw badExposure('the exposure lacks minutes or attenuation');
  if (minutes > LIMITS.minutes) throw badExposure(`${minutes} minutes are longer than a day`);
  if (attenuation > LIMITS.attenuation) throw badExposure(`${attenuation} dB is more than the framework stores (255)`);
  const [days, level] = [values.get('days'), values.get('level')];
  if (days !== undefined && !(Number.isInteger(days) && days <= 60))
    throw badExposure('days must be a whole number 0..60');
  if (level !== undefined && !(Number.isInteger(level) && level <= 8))
    throw badExposure('level must be a whole number 0..8');
  return { minutes, attenuation, ...(days !== undefined && { days }), ...(level !== undefined && { level }) };
}

const badExposure = (message: string): EnlabError =>
  new EnlabError('E-USAGE', message, {
    hint: 'write --exposure "minutes=15 attenuation=60", in minutes and dB; days= and level= may follow',
  });

export function exposureOf({ minutes, attenuation, days, level }: DescribedExposure): Exposure {
  const slice = { seconds: minutes * 60, low: attenuation, high: attenuation, min: attenuation };
  return {
    slices: [slice],
    day: 0,
    weight: 1,
    ...(days !== undefined && { daysSinceExposure: days }),
    ...(level !== undefined && { transmissionLevel: level }),
  };
}

/** Verdict, reason trail and flips of one exposure. */
export function explain(
  judge: Judge,
  exposure: DescribedExposure,
  reading: Reading,
): Pick<ExplainResult, 'steps' | 'score' | 'operator' | 'threshold' | 'alert' | 'flips'> {
  const steps: Step[] = [];
  const { score, operator, threshold, alert } = judge.assess([exposureOf(exposure)], reading, steps);
  const verdictAt = (input: Input, value: number): Verdict =>
    judge.assess([exposureOf({ ...exposure, [input]: value })], reading);
  const flips = (['minutes', 'attenuation'] as const).flatMap((what) =>
    ([-1, 1] as const).flatMap((direction) => {
      const to = nearestFlip(
        exposure[what],
        direction,
        LIMITS[what],
        (value) => verdictAt(what, value).alert !== alert,
      );
      return to === null ? [] : [{ what, from: exposure[what], to, alert: !alert }];
    }),
  );
  return { steps: [...steps], score, operator, threshold, alert, flips };
}

/**
 * Nearest whole minute or whole dB in one direction that flips the verdict, null when none does: every value is tried,
 * because a verdict need not be monotone in them.
 */
function nearestFlip(from: number, direction: -1 | 1, limit: number, flips: (value: number) => boolean): number | null {
  const start = direction === 1 ? Math.floor(from) + 1 : Math.ceil(from) - 1;
  for (let value = start; value >= 0 && value <= limit; value += direction) if (flips(value)) return value;
  return null;
}
